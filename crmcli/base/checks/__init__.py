"""What `doctor` looks at: a file a subject, a function a check. None of them writes, or needs a base that is sound."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from crmcli.base.checks import content, engine, file, structure
from crmcli.base.checks.finding import MEND, RESTORE, Finding, fail, ok, warn
from crmcli.base.failures import as_crm_error
from crmcli.base.location import Location, SqliteLocation
from crmcli.base.migrating import HEAD, SOMETHING_ELSE, revision_of
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import DAMAGED, is_broken, is_foreign, sqlite_engine
from crmcli.errors import Busy, CrmError

__all__ = ["MEND", "Finding", "examined"]

Named = tuple[str, Finding]

_ANY_REVISION = (engine.integrity, structure.revision)
_THIS_REVISION = (structure.tables, structure.triggers, engine.foreign_keys, *content.CHECKS)


def examined(location: Location) -> Iterator[Named]:
    """What each check finds, under the check's name. CrmError where there is no base."""
    if isinstance(location, SqliteLocation):
        yield from _examined_file(location.path)
    else:
        yield from _examined_engine(lambda: postgres_engine(location), _ANY_REVISION)


def _examined_file(path: Path) -> Iterator[Named]:
    if not path.is_file():
        raise CrmError(f"there is no base at {path}: choose another with --base")
    yield _checked(file.links, path)
    path = path.resolve()
    if refusal := _strange(path):  # a file of others is left alone, its mode and neighbours, too
        yield "opening", refusal
        return
    yield from (_checked(check, path) for check in (*file.CHECKS, engine.sqlite))
    if is_broken(path):
        yield "opening", fail(DAMAGED, RESTORE)
    else:
        yield from _examined_engine(lambda: sqlite_engine(path, leave_log=True), _ANY_REVISION)


def _strange(path: Path) -> Finding | None:
    """Why the file is not to be looked at any further: what is in its first bytes, or that they cannot be read."""
    try:
        return fail(SOMETHING_ELSE) if is_foreign(path) else None
    except OSError as error:
        return fail(f"{path} cannot be read: {error.strerror}")


def _examined_engine(
    make: Callable[[], Engine], checks: tuple[Callable[[Connection], Finding], ...]
) -> Iterator[Named]:
    try:
        with make().connect() as connection:
            yield "opening", ok("it can be opened")
            yield from (_checked_alone(check, connection) for check in checks)
            if _is_current(connection):
                yield from (_checked_alone(check, connection) for check in _THIS_REVISION)
    except Exception as error:
        yield "opening", _refused(error)


def _is_current(connection: Connection) -> bool:
    try:
        with connection.begin():
            return revision_of(connection) == HEAD
    except Exception:
        return False


def _checked_alone(check: Callable[[Connection], Finding], connection: Connection) -> Named:
    """In a transaction of its own: one that fails leaves nothing to the next."""

    def asked(subject: Connection) -> Finding:
        with subject.begin():
            return check(subject)

    return check.__name__, _checked(asked, connection)[1]


def _checked(check: Callable[[Any], Finding], subject: Any) -> Named:
    try:
        return check.__name__, check(subject)
    except Exception as error:
        return check.__name__, _refused(error)


def _refused(error: Exception) -> Finding:
    """A check that could not be made is a finding, too."""
    known = error if isinstance(error, CrmError) else as_crm_error(error)
    if isinstance(known, Busy):
        return warn(str(known), "crmcli doctor")
    told = str(known) if known else f"{type(error).__name__}: {error}"
    return fail(f"could not be checked: {told}", RESTORE if told == DAMAGED else "")
