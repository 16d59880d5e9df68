"""Putting another file in the place of a base, which is kept beside under a name of its own."""

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from crmcli.base.failures import as_crm_error
from crmcli.base.former import former_stem
from crmcli.base.parts import link_new, settle_names, take_name
from crmcli.base.patience import patiently
from crmcli.errors import Busy, NotAllowed

_COMPANIONS = ("-wal", "-journal", "-shm")


def swap(part: Path, path: Path, now: datetime) -> Path | None:
    """Puts the file `part` in the place of the base at `path`; where that one is now, None where there was none.

    Busy while another process has the base open.
    """
    _forget_second_names(path)
    with _nobody_else(path):
        former = _kept_beside(path, now)
        if former:
            part.replace(path)
        elif not take_name(part, path):
            raise Busy(f"another command has just made a base at {path}. Try again in a moment")
    settle_names(path.parent)
    return former


def keep_owner(path: Path, file: BinaryIO) -> None:
    """Has a file belong to whom the base at `path` belongs: whoever restores it may be another."""
    with suppress(FileNotFoundError, PermissionError):
        found = path.stat()
        os.fchown(file.fileno(), found.st_uid, found.st_gid)


def _forget_second_names(path: Path) -> None:
    """Takes from the base the name that a killed run has given it before it was replaced."""
    for one in path.parent.glob(f"{glob.escape(former_stem(path))}*"):
        if path.exists() and one.samefile(path):
            one.unlink()


def _kept_beside(path: Path, now: datetime) -> Path | None:
    """Gives the base a second name, and moves there what a damaged one leaves beside it: no other base may read it."""
    stem = f"{former_stem(path)}{now:%Y%m%dT%H%M%SZ}"
    former = link_new(path, path.parent, stem, path.suffix) if path.exists() else None
    for ending in _COMPANIONS:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            link_new(beside, path.parent, former.name if former else f"{stem}{path.suffix}", ending)
            beside.unlink(missing_ok=True)
    return former


@contextmanager
def _nobody_else(path: Path) -> Iterator[None]:
    """Keeps all others from the base, and moves its log into it: from then on it is one file.

    It stays without a log: whoever has opened it and waits is refused by the engine, and cannot write to it under its
    new name. A damaged base is not in use.
    """
    if not path.exists() or not path.stat().st_size:
        yield
        return
    from sqlcipher3 import dbapi2

    uri = f"{path.absolute().as_uri()}?mode=rw"
    present = path.stat().st_ino
    connection = dbapi2.connect(uri, uri=True, isolation_level=None, timeout=0.1)
    try:
        is_ours = _lock(connection)
        try:
            yield
        except BaseException:
            if is_ours and path.stat().st_ino == present:
                connection.execute("ROLLBACK")
                connection.execute("PRAGMA journal_mode = WAL")
            raise
    finally:
        connection.close()


def _lock(connection: Any) -> bool:
    """Takes the base for us alone; False where it is too damaged for that. Raises Busy."""
    try:
        for statement in ("PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE"):
            patiently(partial(connection.execute, statement))
    except Busy:
        raise
    except Exception as error:  # whatever the driver raises for a file that it cannot read
        if isinstance(as_crm_error(error), NotAllowed):
            raise
        return False
    return True
