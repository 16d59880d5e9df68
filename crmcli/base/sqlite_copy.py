"""A copy of a base in one file: made by the engine itself, and compared with the original."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, NullPool, create_engine

from crmcli.base.digest import Content, content_of
from crmcli.base.patience import patiently
from crmcli.base.sqlite import add_functions
from crmcli.errors import CrmError

_TURNS = (False, False, False, True)
"""Whether others are kept from writing meanwhile: only where they would not leave us a quiet moment."""
_WAL = b"\x02\x02"
_WAL_AT = 18


def copy_base(engine: Engine, part: Path, file: BinaryIO) -> Content:
    """Copies the base into an empty file, and returns what that holds: the same as the base. Raises CrmError."""
    for alone in _TURNS:
        file.truncate(0)
        if content := _copied(engine, part, alone=alone):
            break
    else:
        raise AssertionError("nobody else writes in the last turn")
    _compare(part, content)
    return content


def check_copy(path: Path) -> None:
    """Sees that a file is whole and that its references lead somewhere. Raises CrmError."""
    with reading_copy(path) as connection:
        said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if said != "ok":
        raise CrmError(f"the copy is damaged: {' '.join(str(said).split())}")
    if broken:
        raise CrmError(f"the base is damaged: a row of its table {broken[0]} refers to one of {broken[2]} that is gone")


@contextmanager
def reading_copy(path: Path) -> Iterator[Connection]:
    """A connection to a file that nobody writes to; it leaves nothing beside it."""
    from sqlcipher3 import dbapi2

    def connect() -> Any:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = dbapi2.connect(uri, uri=True, isolation_level=None)
        connection.execute("PRAGMA trusted_schema = OFF")
        add_functions(connection)
        return connection

    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        yield connection


def use_write_ahead_log(file: BinaryIO) -> None:
    """Marks a copy as a file with a write-ahead log, as a base is: the engine's copies have none."""
    file.seek(_WAL_AT)
    file.write(_WAL)


def _copied(engine: Engine, part: Path, *, alone: bool) -> Content | None:
    """What the base held when it was copied; None where another process stored something meanwhile."""
    with engine.connect() as copying, engine.connect().execution_options(crm_write=alone) as reading:
        cursor = copying.connection.cursor()
        cursor.execute("PRAGMA synchronous = OFF")  # of the copy, which is synced when it is whole
        before = _version(cursor)
        with reading.begin():
            reading.exec_driver_sql("SELECT count(*) FROM sqlite_schema")  # from here on it sees one state
            patiently(partial(cursor.execute, "VACUUM INTO ?", (str(part),)))
            return content_of(reading) if _version(cursor) == before else None


def _version(cursor: Any) -> int:
    """A number that changes whenever another connection has stored something."""
    row = patiently(lambda: cursor.execute("PRAGMA data_version").fetchone())
    return int(row[0])


def _compare(part: Path, content: Content) -> None:
    check_copy(part)
    with reading_copy(part) as connection:
        if content_of(connection) != content:
            raise CrmError("the copy is not what the base holds: try again, and look after the disk")
