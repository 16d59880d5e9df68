"""Opening a base, creating it on the first write."""

from dataclasses import dataclass

from sqlalchemy import Engine

from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.migrating import SOMETHING_ELSE, is_older, migrate, revision_of
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import create_file, is_foreign, sqlite_engine
from crmcli.errors import CrmError, NotAllowed


@dataclass(frozen=True, slots=True)
class Base:
    """An open base at this program's revision."""

    location: Location
    engine: Engine


def open_base(location: Location) -> Base | None:
    """The base at `location`, upgraded where it is older; None where there is none yet."""
    if isinstance(location, SqliteLocation) and not _has_content(location):
        return None
    engine = _engine(location)
    with engine.connect() as connection:
        revision = revision_of(connection)
    if revision is None:
        return None
    if is_older(revision):
        migrate(engine, _schema(location))
    return Base(location, engine)


def open_or_create(location: Location) -> Base:
    """The base at `location`, created by migrating where there is none."""
    if base := open_base(location):
        return base
    if isinstance(location, SqliteLocation):
        if not location.path.parent.is_dir():
            raise CrmError(f"the folder {location.path.parent} does not exist: make it, or choose another --base")
        create_file(location.path)
    engine = _engine(location)
    migrate(engine, _schema(location))
    return Base(location, engine)


def _has_content(location: SqliteLocation) -> bool:
    path = location.path
    try:
        if not path.exists():
            return False
        if not path.is_file():
            raise CrmError(f"{path} is {'a folder' if path.is_dir() else 'no file'}: --base takes the path of a file")
        if is_foreign(path):
            raise CrmError(SOMETHING_ELSE)
        return path.stat().st_size > 0
    except PermissionError:
        raise NotAllowed(f"{path} cannot be opened: its file or folder is closed to you") from None


def _engine(location: Location) -> Engine:
    return sqlite_engine(location.path) if isinstance(location, SqliteLocation) else postgres_engine(location)


def _schema(location: Location) -> str | None:
    return location.schema if isinstance(location, PostgresLocation) else None
