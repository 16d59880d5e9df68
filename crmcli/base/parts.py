"""Files that come into place whole or not at all: written as .part, synced, linked to their names."""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from crmcli.errors import CrmError, NotAllowed

_ENDING = ".crmcli.part"
_JOURNAL = "-journal"
"""What SQLite keeps beside a file while it writes to it."""

_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What file systems say that know no hard links, such as those of memory sticks."""


@contextmanager
def part_file(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A new file for what is to stand at `path`, its owner's alone from the first byte; gone at the end.

    What cannot be written is told as CrmError. It is locked as long as it is in use: see `sweep`.
    """
    part = path.with_name(f".{path.name[:100]}-{secrets.token_hex(4)}{_ENDING}")
    with told_of(path.parent), _made(part) as file:
        try:
            yield part, file
        finally:
            part.unlink(missing_ok=True)
            _journal_of(part).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Removes what killed runs have left in a folder. A file in use is locked, and the lock ends with its process."""
    journals = (one.with_name(one.name.removesuffix(_JOURNAL)) for one in folder.glob(f".*{_ENDING}{_JOURNAL}"))
    for part in {*folder.glob(f".*{_ENDING}"), *journals}:
        with suppress(OSError):  # in use, or not ours to remove
            _remove_unless_used(part)


def settle(file: BinaryIO) -> None:
    """Sees that what was written to a file outlasts a power cut."""
    file.flush()
    os.fsync(file.fileno())


def settle_names(folder: Path) -> None:
    """Sees that the names in a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # a file system that cannot
            raise
    finally:
        os.close(descriptor)


def link_new(part: Path, folder: Path, stem: str, ending: str) -> Path:
    """Gives the file its name in `folder`, with a number where that is taken: nothing is ever overwritten."""
    number = 1
    while True:
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}{ending}"
        if take_name(part, path):
            settle_names(folder)
            return path
        number += 1


def take_name(part: Path, path: Path) -> bool:
    """Gives a file one more name, unless that is taken; whether it was free."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            return False
        part.rename(path)
    return True


@contextmanager
def told_of(folder: Path) -> Iterator[None]:
    """Tells what the system refuses in a folder as an error that a user can act on."""
    try:
        yield
    except PermissionError:
        raise NotAllowed(f"{folder} cannot be written: it is closed to you. Nothing was changed") from None
    except OSError as error:
        if error.errno in _FULL:
            raise CrmError(f"there is no room left in {folder}: free some space and try again") from None
        if error.errno == errno.EROFS:
            raise NotAllowed(f"{folder} cannot be written: it is read-only. Nothing was changed") from None
        raise CrmError(f"{folder} cannot be written: {error.strerror or error}") from None


@contextmanager
def _made(part: Path) -> Iterator[BinaryIO]:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    while True:
        with os.fdopen(os.open(part, flags, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:  # else another has swept it before we could lock it
                yield file
                return


def _remove_unless_used(part: Path) -> None:
    with suppress(FileNotFoundError):  # its journal alone is left
        descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
        finally:
            os.close(descriptor)
    _journal_of(part).unlink(missing_ok=True)


def _journal_of(part: Path) -> Path:
    return part.with_name(f"{part.name}{_JOURNAL}")
