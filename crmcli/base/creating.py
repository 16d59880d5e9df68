"""Making the file of a new base: beside its place, and into it only once the first operation is stored."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from crmcli.base.patience import patiently
from crmcli.base.sqlite import beside
from crmcli.errors import Busy, CrmError, NotAllowed

PARTS = ".crmcli-new-*.part*"
"""The files that a maker leaves behind who was killed."""


@contextmanager
def only_maker(folder: Path) -> Iterator[None]:
    """Nobody else makes a base in that folder meanwhile. Raises Busy where another takes too long.

    Where folders cannot be locked (some network folders), `new_file` refuses whoever comes second.
    CrmError where there is no such folder.
    """
    if not folder.is_dir():
        raise CrmError(f"the folder {folder} does not exist: make it, or choose another --base")
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # it may be written to, but not listed
        yield
        return
    try:
        if _is_locked(handle):
            _sweep(folder)
        yield
    finally:
        os.close(handle)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """An empty file for its owner alone, which takes its place at `path` once the body is through.

    After a failure nothing is left of it. Raises NotAllowed where no file can be made, Busy where another was made.
    """
    part = _part_beside(path)
    try:
        yield part
        if beside(part, "-wal").exists():  # closing could not move the log into the file
            raise CrmError(f"{path} cannot be written: the disk failed or has no room. Nothing was stored")
        _put(part, path)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            beside(part, ending).unlink(missing_ok=True)


def _is_locked(folder: int) -> bool:
    """Whether the folder is locked for us; False where it cannot be."""

    def lock() -> bool:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("the base is busy: another command is making it") from None
        except OSError:
            return False
        return True

    return bool(patiently(lock))


def _sweep(folder: Path) -> None:
    for part in folder.glob(PARTS):
        with suppress(OSError):
            part.unlink()


def _part_beside(path: Path) -> Path:
    before, after = PARTS.strip("*").split("*")
    try:
        number, name = mkstemp(dir=path.parent, prefix=before, suffix=after)
    except PermissionError:
        raise NotAllowed(f"{path} cannot be created: you may not write to that folder") from None
    except OSError as error:
        raise _refusal(path, error) from None
    os.close(number)
    return Path(name)


def _put(part: Path, path: Path) -> None:
    """Gives the finished file its name, unless another file has it that is not empty."""
    try:
        if path.exists() and path.stat().st_size == 0:
            path.unlink()
        path.hardlink_to(part)
        _sync(path.parent)
    except FileExistsError:
        raise Busy(f"another command has just made {path}: nothing was stored; run this one again") from None
    except OSError as error:
        raise _refusal(path, error) from None


def _refusal(path: Path, error: OSError) -> CrmError:
    kind = NotAllowed if isinstance(error, PermissionError) else CrmError
    return kind(f"{path} cannot be created: {error.strerror}")


def _sync(folder: Path) -> None:
    """Has the new name survive a power cut."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
