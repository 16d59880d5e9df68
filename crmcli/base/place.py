"""Where a base is copied to: begun, gone on with, and taken away again, in a file and on a server."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from crmcli.base.creating import new_file, only_maker
from crmcli.base.failures import is_lost
from crmcli.base.loading import make_bare
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.migrating import Made, migrate, version_of
from crmcli.base.opening import has_content
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import beside, keep_log, keep_no_log, sqlite_engine, take_for_loading
from crmcli.base.unfinished import Unfinished, read_mark, set_version
from crmcli.base.unmaking import drop_base
from crmcli.base.writing import turn_key
from crmcli.errors import Busy, CrmError


@contextmanager
def place_for(location: Location, source: str) -> Iterator[Connection]:
    """A connection to an unfinished copy of that state of a base, which nobody else writes to: a new one, or the one
    that a killed run has left. One of another state is begun anew, which standard error is told.

    Where the body fails, nothing is left; where it is killed or the server is lost, it can be gone on with. CrmError
    where there is a base, which stays untouched; Busy where another makes the same copy.
    """
    place: _Place = _File(location.path) if isinstance(location, SqliteLocation) else _Schema(location)
    found = place.found()
    if found and found.source != source:
        sys.stderr.write("crmcli: the base has changed since its copy was begun: it is begun anew\n")
        with place.taken(found) as connection:
            place.remove(connection, found)
    if not found or found.source != source:
        found = place.made(source)
    with place.taken(found) as connection:
        try:
            yield connection
        except Exception as error:
            if not is_lost(error):
                with suppress(SQLAlchemyError):  # what failed first is told
                    place.remove(connection, found)
            raise


def keep_as_base(connection: Connection) -> None:
    """Readies a place for the commands that will use it as a base."""
    if connection.dialect.name == "sqlite":
        keep_log(connection)


class _Place(Protocol):
    def found(self) -> Unfinished | None:
        """The unfinished copy that is there; None where nothing is. CrmError where a base or something else is."""

    def made(self, source: str) -> Unfinished:
        """A new unfinished copy. Busy where another has made something there meanwhile."""

    def taken(self, expected: Unfinished) -> AbstractContextManager[Connection]:
        """A connection to an unfinished copy that no other process has. Busy where one has, or had."""

    def remove(self, connection: Connection, unfinished: Unfinished) -> None:
        """Leaves nothing of it."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    def found(self) -> Unfinished | None:
        if not has_content(self.path):
            return None
        return _found(sqlite_engine(self.path, leave_log=True), str(self.path))

    def made(self, source: str) -> Unfinished:
        with only_maker(self.path.parent), new_file(self.path) as part:
            return _made(sqlite_engine(part), None, source)

    @contextmanager
    def taken(self, expected: Unfinished) -> Iterator[Connection]:
        engine = sqlite_engine(self.path)
        with engine.connect().execution_options(crm_write=True) as connection:
            take_for_loading(connection)
            with connection.begin():
                _see_still(connection, expected)
            keep_no_log(connection)
            yield connection

    def remove(self, connection: Connection, unfinished: Unfinished) -> None:  # noqa: ARG002 - as any place's
        for ending in ("", "-wal", "-shm", "-journal"):
            beside(self.path, ending).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Schema:
    location: PostgresLocation

    def found(self) -> Unfinished | None:
        return _found(postgres_engine(self.location), str(self.location))

    def made(self, source: str) -> Unfinished:
        return _made(postgres_engine(self.location), self.location.schema, source)

    @contextmanager
    def taken(self, expected: Unfinished) -> Iterator[Connection]:
        engine = postgres_engine(self.location)
        with engine.connect().execution_options(crm_write=True) as connection:
            with connection.begin():  # the lock is the session's
                connection.execute(text(f"SELECT pg_advisory_lock({turn_key('current_schema()::regnamespace')})"))
                _see_still(connection, expected)
            yield connection

    def remove(self, connection: Connection, unfinished: Unfinished) -> None:
        with connection.begin():
            drop_base(connection, self.location.schema, unfinished.made)


def _found(engine: Engine, where: str) -> Unfinished | None:
    with engine.connect() as connection, connection.begin():
        version = version_of(connection)
    if version is None:
        return None
    if found := read_mark(version):
        return found
    raise CrmError(f"there is a base at {where} already: nothing was copied. Name another place")


def _made(engine: Engine, schema: str | None, source: str) -> Unfinished:
    made: list[Unfinished] = []

    def make(connection: Connection, kind: Made) -> None:
        make_bare(connection)
        made.append(Unfinished(kind, source))
        set_version(connection, str(made[0]))

    migrate(engine, schema, make=make)
    if not made:
        raise Busy("another command has just made a base there: nothing was copied")
    return made[0]


def _see_still(connection: Connection, expected: Unfinished) -> None:
    version = version_of(connection)
    if version is None or read_mark(version) != expected:
        raise Busy("another command copies to the same place: run this one again in a moment")
