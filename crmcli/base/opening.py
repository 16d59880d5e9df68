"""Opening a base, creating it on the first write."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import cast

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from crmcli.base.creating import new_file, only_maker
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.migrating import SOMETHING_ELSE, is_older, migrate, revision_of
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import DAMAGED, is_broken, is_foreign, is_writable, sqlite_engine
from crmcli.errors import CrmError, NotAllowed


@dataclass(frozen=True, slots=True)
class Base:
    """An open base at this program's revision."""

    location: Location
    engine: Engine


def open_base(location: Location) -> Base | None:
    """The base at `location`, upgraded where it is older; None where there is none yet."""
    if isinstance(location, SqliteLocation) and not has_content(location.path):
        _see_not_lost(location)
        return None
    engine = _engine(location)
    with engine.connect() as connection:
        revision = revision_of(connection)
    if revision is None:
        return None
    if is_older(revision):
        from crmcli.base.backup import back_up_before

        _see_upgradable(location, revision)
        back_up_before("upgrade", Base(location, engine), datetime.now(UTC))
        migrate(engine, _schema(location))
    return Base(location, engine)


def see_file(path: Path) -> bool:
    """Whether a file is there. CrmError where a folder or a device is."""
    if path.exists() and not path.is_file():
        raise CrmError(f"{path} is {'a folder' if path.is_dir() else 'no file'}: --base takes the path of a file")
    return path.exists()


@contextmanager
def opened_to_write(location: Location) -> Iterator[Base]:
    """The base at `location`; where there is none a new one, which is kept only if the body ends well."""
    if base := open_base(location):
        yield base
    elif isinstance(location, PostgresLocation):
        with _made_on_server(location) as base:
            yield base
    else:
        with _made_to_write(location) as base:
            yield base


def open_or_create(location: Location) -> Base:
    """The base at `location`, created by migrating where there is none."""
    with opened_to_write(location):
        pass
    return cast("Base", open_base(location))


@contextmanager
def _made_to_write(location: SqliteLocation) -> Iterator[Base]:
    """A new base, unless another process makes it first."""
    with ExitStack() as making:
        making.enter_context(only_maker(location.path.parent))
        _tell_of_backups(location)
        if base := open_base(location):
            making.close()
        else:
            part = SqliteLocation(making.enter_context(new_file(location.path)))
            base = Base(part, sqlite_engine(part.path))
            migrate(base.engine)
        yield base


@contextmanager
def _made_on_server(location: PostgresLocation) -> Iterator[Base]:
    """The same on a server, where others may come to use the new base at once: then it stays."""
    engine = postgres_engine(location)
    made = migrate(engine, location.schema)
    try:
        yield Base(location, engine)
    except BaseException:
        from crmcli.base.unmaking import unmake

        with suppress(SQLAlchemyError):  # a server that is gone: what failed first is told
            unmake(engine, location.schema, made)
        raise


def has_content(path: Path) -> bool:
    """Whether a base may be in the file; CrmError where there is something else."""
    try:
        if path.is_symlink():
            raise CrmError(f"{path} is a link: name the base itself, --base {os.path.realpath(path)}")
        if not see_file(path):
            return False
        if is_broken(path):
            raise CrmError(DAMAGED)
        if is_foreign(path):
            raise CrmError(SOMETHING_ELSE)
        return path.stat().st_size > 0
    except PermissionError:
        raise NotAllowed(f"{path} cannot be opened: its file or folder is closed to you") from None


def _see_not_lost(location: SqliteLocation) -> None:
    """An empty file was a base where there are backups of one: no other is made in its place. Raises CrmError."""
    if location.path.exists() and (backup := _newest_backup(location)):
        raise CrmError(
            f"{location.path} is empty, but there are backups of it: crmcli backup restore {quote(str(backup))}"
        )


def _tell_of_backups(location: SqliteLocation) -> None:
    """A base that was moved or removed may have been so on purpose: a new one is made, and it is said."""
    if backup := _newest_backup(location):
        restore = f"crmcli backup restore {quote(str(backup))}"
        sys.stderr.write(f"crmcli: {location.path} is new; an older base of that name comes back by: {restore}\n")


def _newest_backup(location: SqliteLocation) -> Path | None:
    from crmcli.base.backup import backup_folder, backups_in

    folder = backup_folder(location)
    found = backups_in(folder)[0] if folder.is_dir() else []
    return next((one.path for one in reversed(found) if one.manifest.base == str(location)), None)


def _see_upgradable(location: Location, revision: str) -> None:
    if isinstance(location, SqliteLocation) and not is_writable(location.path):
        raise NotAllowed(
            f"{location.path} was made by an older crmcli (revision {revision}) and cannot be upgraded where it is "
            "read-only: copy it to a folder of your own and name the copy with --base"
        )


def _engine(location: Location) -> Engine:
    return sqlite_engine(location.path) if isinstance(location, SqliteLocation) else postgres_engine(location)


def _schema(location: Location) -> str | None:
    return location.schema if isinstance(location, PostgresLocation) else None
