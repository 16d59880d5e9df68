"""What `doctor` looks at: a file a subject, a function a check. None of them writes, or needs a base that is sound."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from shlex import quote
from typing import Any

from sqlalchemy import Connection, Engine

from crmcli.base.backup import backup_folder
from crmcli.base.checks import content, engine, erasures, file, structure
from crmcli.base.checks.finding import MEND, RESTORE, Finding, fail, ok, warn
from crmcli.base.checks.remedy import newest_sound_backup, told_how_to_restore
from crmcli.base.checks.values import values
from crmcli.base.failures import as_crm_error
from crmcli.base.location import Location, SqliteLocation
from crmcli.base.migrating import HEAD, SOMETHING_ELSE, revision_of
from crmcli.base.opening import see_file
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import DAMAGED, REMEDY, is_broken, is_foreign, is_headless, sqlite_engine
from crmcli.errors import Busy, CrmError, NotAllowed

__all__ = ["MEND", "Finding", "examined", "values"]

Named = tuple[str, Finding]
Checks = Iterable[Callable[[Connection], Finding]]

_ROWS = (engine.foreign_keys, values, *content.CHECKS)
_THIS_REVISION = (structure.tables, structure.triggers, *_ROWS, erasures.erasures)
_OTHER = "--base FILE"


def examined(location: Location, also: Checks = ()) -> Iterator[Named]:
    """What each check finds, under the check's name; `also` has more for the rows. CrmError where there is no base."""
    told = cache(lambda finding: told_how_to_restore(finding, location, _ROWS))
    found = (
        _examined_file(location.path, also)
        if isinstance(location, SqliteLocation)
        else _examined_engine(lambda: postgres_engine(location), (*also, erasures.former_schemas_beside))
    )
    for name, finding in found:
        yield name, told(finding) if finding.fix == RESTORE else finding


def _examined_file(path: Path, also: Checks) -> Iterator[Named]:
    if not see_file(path):
        raise CrmError(f"there is no base at {path}: {_instead(path)}")
    yield _checked(file.links, path)
    path = path.resolve()
    if refusal := _strange(path):  # a file of others is left alone, its mode and neighbours, too
        yield "opening", refusal
        return
    yield from (_checked(check, path) for check in (*file.CHECKS, erasures.former_bases, engine.sqlite))
    if is_broken(path):
        yield "opening", fail(DAMAGED.removesuffix(REMEDY), RESTORE)
    else:
        yield from _examined_engine(lambda: sqlite_engine(path, leave_log=True), also, file.copied(path))


def _instead(path: Path) -> str:
    location = SqliteLocation(path)
    backup = newest_sound_backup(backup_folder(location), str(location))
    return f"{RESTORE} {quote(str(backup))} brings it back" if backup else "choose another with --base"


def _strange(path: Path) -> Finding | None:
    """Why the file is not to be looked at any further: what is in its first bytes, or that they cannot be read."""
    try:
        if is_foreign(path):
            return fail(SOMETHING_ELSE, _OTHER)
        return (
            fail("the file does not begin as a base does: it is damaged, or encrypted", RESTORE)
            if is_headless(path)
            else None
        )
    except OSError as error:
        return fail(f"{path} cannot be read: {error.strerror}", file.read_again(path))


def _examined_engine(make: Callable[[], Engine], also: Checks, where_closed: str = "") -> Iterator[Named]:
    try:
        with make().connect() as connection:
            yield "opening", ok("it can be opened")
            name, found = _checked_alone(engine.integrity, connection)
            if (
                found.state == "fail" and connection.dialect.name == "sqlite"
            ):  # no answer of such a file can be relied on
                yield name, replace(found, found=f"{found.found}; the content was not checked")
                return
            yield name, found
            yield _checked_alone(structure.revision, connection)
            if _is_current(connection):
                yield from (_checked_alone(check, connection) for check in (*_THIS_REVISION, *also))
    except Exception as error:
        yield "opening", _refused(error, where_closed)


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


def _refused(error: Exception, where_closed: str = "") -> Finding:
    """A check that could not be made is a finding, too."""
    known = as_crm_error(error)
    if isinstance(known, Busy):
        return warn(str(known), "crmcli doctor")
    if isinstance(known, NotAllowed):
        return fail(f"could not be checked: {known}", where_closed)
    told = str(known) if known else f"{type(error).__name__}: {error}"
    if told == SOMETHING_ELSE:
        return fail(told, _OTHER)
    return fail(f"could not be checked: {told.removesuffix(REMEDY)}", RESTORE if told.endswith(REMEDY) else "")
