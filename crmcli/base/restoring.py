"""Putting a backup in the place of a base. What stands there is kept beside; nothing is overwritten."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, Engine, text

from crmcli.base.backup import Backup, automatic_backup, verify
from crmcli.base.digest import content_of
from crmcli.base.failures import as_crm_error
from crmcli.base.former import former_schema
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.manifest import Manifest, blocks_of
from crmcli.base.migrating import HEAD, SOMETHING_ELSE, RevisionLost, is_older, revision_of
from crmcli.base.opening import Base, see_file
from crmcli.base.parts import part_file, settle, sweep
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import is_foreign, sqlite_engine
from crmcli.base.sqlite_copy import check_copy, reading_copy, use_write_ahead_log
from crmcli.base.swapping import keep_owner, swap
from crmcli.errors import Busy, CrmError, NotAllowed

_HOLDS = {"sqlite": "a base in a file", "postgresql": "a base on a server"}


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored; the file or schema where the former base is now; the backup made of that first, if sound."""

    manifest: Manifest
    former: str | None
    saved: Backup | None


def checked(path: Path) -> Backup:
    """The backup at `path`, whole and for this program. CrmError where it is damaged or newer."""
    backup = verify(path)
    is_older(backup.manifest.revision)
    return backup


def restore(location: Location, path: Path, now: datetime) -> Restored:
    """Puts the base that a backup holds at `location`. `now` is UTC.

    Busy while other processes use the present base; CrmError where the backup is damaged, newer or of another engine.
    """
    backup = checked(path)
    engine = "sqlite" if isinstance(location, SqliteLocation) else "postgresql"
    if backup.manifest.engine != engine:
        held = _HOLDS[backup.manifest.engine]
        raise CrmError(f"{path} is a backup of {held}, and --base names {_HOLDS[engine]}: choose another")
    if isinstance(location, SqliteLocation):
        return _restore_file(location, backup, now)
    return _restore_schema(location, backup, now)


def _restore_file(location: SqliteLocation, backup: Backup, now: datetime) -> Restored:
    _refuse_place(location.path)
    sweep(location.path.parent)
    with part_file(location.path) as (part, file):
        _unpack(backup, part, file)
        saved = _saved(location, now)
        keep_owner(location.path, file)
        use_write_ahead_log(file)
        settle(file)
        former = swap(part, location.path, now)
    return Restored(backup.manifest, str(former) if former else None, saved)


def _refuse_place(path: Path) -> None:
    if path.is_symlink():
        raise CrmError(f"{path} is a link: name the file that it leads to with --base")
    if not path.parent.is_dir():
        raise CrmError(f"the folder {path.parent} does not exist: make it, or choose another --base")
    if see_file(path) and is_foreign(path):
        raise CrmError(SOMETHING_ELSE)


def _unpack(backup: Backup, part: Path, file: BinaryIO) -> None:
    """Writes the copy that the backup holds into a file, and sees that it is what it was."""
    for block in blocks_of(backup.path, backup.manifest):
        file.write(block)
    settle(file)
    check_copy(part)
    with reading_copy(part) as connection:
        _compare(connection, backup)


def _compare(connection: Connection, backup: Backup) -> None:
    """Compares what a base holds with the manifest; an older one cannot be read with the tables of now."""
    if backup.manifest.revision == HEAD and content_of(connection).digest != backup.manifest.digest:
        raise CrmError(f"{backup.path} holds something else than its manifest says: choose another backup")


def _saved(location: SqliteLocation, now: datetime) -> Backup | None:
    """A backup of the present base, to be brought back as any other; None where there is no sound one."""
    if not location.path.exists() or not location.path.stat().st_size:
        return None
    base = Base(location, sqlite_engine(location.path))
    return automatic_backup(base, "restore", now) if _is_sound(base.engine) else None


def _is_sound(engine: Engine) -> bool:
    """Whether a base can be read to its end. Raises Busy or NotAllowed where that cannot be told now."""
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            return found == "ok" and lost is None and revision_of(connection) is not None
    except Exception as error:  # whatever the driver raises for a file that it cannot read
        known = as_crm_error(error)
        if known is None or isinstance(known, Busy | NotAllowed):
            raise known or error from None
        return False


def _restore_schema(location: PostgresLocation, backup: Backup, now: datetime) -> Restored:
    from crmcli.base.postgres_dump import restore_dump

    schema = backup.manifest.base.rpartition(" ")[2]
    if schema != location.schema:
        raise CrmError(f"{backup.path} is of the schema {schema}: restore it with schema={schema} in --base")
    engine = postgres_engine(location)
    revision = None
    with engine.connect() as connection, suppress(RevisionLost):
        schemas = set(connection.execute(text("SELECT nspname FROM pg_namespace")).scalars())
        revision = revision_of(connection) if schema in schemas else None
    saved = automatic_backup(Base(location, engine), "restore", now) if revision else None
    former = _free_name(former_schema(schema, f"{now:%Y%m%d%H%M%S}"), schemas) if schema in schemas else None
    restore_dump(engine, location, backup.path, former)
    with engine.connect() as connection:
        _compare(connection, backup)
    return Restored(backup.manifest, former, saved)


def _free_name(wanted: str, taken: set[str]) -> str:
    names = (wanted, *(f"{wanted}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
