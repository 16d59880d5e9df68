"""The SQLite engine: one file, WAL, our own BEGIN, and our own patience."""

import os
from functools import partial
from math import exp, log
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from crmcli.base.patience import patiently
from crmcli.errors import Busy, NotAllowed
from crmcli.values.text import search_key

APPLICATION_ID = 0x43524D63
"""What marks a file as a crmcli base: "CRMc" in its header."""

REMEDY = ": crmcli doctor shows what is wrong, crmcli backup restore brings a good one back"
DAMAGED = f"the base's file is damaged{REMEDY}"

_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID_AT = slice(68, 72)
_JOURNAL_MODES_AT = slice(18, 20)
_COUNTS_AT = (slice(24, 28), slice(16, 18), slice(28, 32), slice(92, 96))
_WITH_LOG = b"\2\2"
_JOURNAL_MODES = {b"\1\1", _WITH_LOG}  # rollback journal, write-ahead log; in others SQLite takes a file for read-only

_LEAST_PAGE, _LARGEST_PAGE = 512, 65536

_UNLOCKED = "mode=ro&immutable=1"
"""How a file is read of which nobody keeps a log: as it stands, without locks, which would need files beside it."""

_BUSY_TIMEOUT = "PRAGMA busy_timeout = 100"
_EACH_CONNECTION = (
    _BUSY_TIMEOUT,
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",  # damage is noticed where it is read, before anything is written over it
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",  # KiB, taken only where a write is as large
)


def sqlite_engine(path: Path, *, leave_log: bool = False) -> Engine:
    """An engine on an existing file. Connections with the execution option crm_write write, the others only read.
    With crm_patience it is told how many seconds a writer waits for a busy base.

    A file that may not be written is read without a trace; NotAllowed where its log would be needed and cannot be used.
    `leave_log`: a log that a command left is read, but not moved into the file.
    """
    from sqlcipher3 import dbapi2

    dbapi2.register_adapter(type(None), {}.get)  # a null is one: unless told, the driver asks it at a microsecond each
    access, state = _access(path, leave_log=leave_log), _state(path)

    def connect() -> Any:
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?{access}", uri=True, isolation_level=None, check_same_thread=False
        )
        for pragma in _EACH_CONNECTION:
            patiently(partial(connection.execute, pragma))
        add_functions(connection)
        return connection

    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    if access == _UNLOCKED:
        event.listen(engine, "commit", lambda _connection: _see_unchanged(path, state))
    return engine


def add_functions(connection: Any) -> None:
    """Gives a connection of the driver the functions that our statements use; this SQLite has no mathematics."""
    for name, function in (("search_key", _search_key), ("exp", exp), ("ln", log)):
        connection.create_function(name, 1, function, deterministic=True)


def beside(path: Path, ending: str) -> Path:
    """The file that SQLite keeps beside a base: -wal is its log, -shm the index of it."""
    return path.with_name(path.name + ending)


def is_writable(path: Path) -> bool:
    """Whether a base may be written: its file, and its folder, in which SQLite makes the log."""
    return os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK)


def is_foreign(path: Path) -> bool:
    """Whether a file is another program's, told by its first bytes: opening it might already change it.

    A file whose first bytes tell nothing may be a base that was damaged, unless it is no row of pages.
    """
    header = _header(path)
    if header.startswith(_MAGIC):
        return header[_APPLICATION_ID_AT] != APPLICATION_ID.to_bytes(4, "big")
    return bool(header) and (path.stat().st_size % _LEAST_PAGE > 0 or b"\0" not in _header(path, _LARGEST_PAGE))


def is_headless(path: Path) -> bool:
    """Whether a file has content that does not begin as SQLite's files do."""
    header = _header(path)
    return bool(header) and not header.startswith(_MAGIC)


def is_broken(path: Path) -> bool:
    """Whether the first bytes tell of damage that opening the file would leave traces of, or make worse."""
    header, log = _header(path), beside(path, "-wal")
    has_log = log.exists() and log.stat().st_size > 0
    if not header:
        return has_log  # SQLite deletes the log of an empty file
    if not header.startswith(_MAGIC):
        return False
    is_cut = not has_log and path.stat().st_size < _size_told(header)
    return is_cut or header[_JOURNAL_MODES_AT] not in _JOURNAL_MODES


def keeps_log(path: Path) -> bool:
    """Whether a file is written through a write-ahead log, so that who reads it waits for nobody."""
    return _header(path)[_JOURNAL_MODES_AT] == _WITH_LOG


def _size_told(header: bytes) -> int:
    """How many bytes a file has as its header says; 0 where it does not say."""
    change, page, pages, told_at = (int.from_bytes(header[at], "big") for at in _COUNTS_AT)
    return (65536 if page == 1 else page) * pages if change == told_at else 0


def prepare_file(connection: Connection) -> None:
    """Readies a file for migrating: our mark, which comes first, and write-ahead logging; references unchecked.

    On the driver's connection: SQLAlchemy begins a transaction before every statement of its own, and inside one
    these pragmas do nothing.
    """
    _set(connection, f"application_id = {APPLICATION_ID}", "journal_mode = WAL", "foreign_keys = OFF")


def keep_log(connection: Connection) -> None:
    """Has a file keep a write-ahead log from now on. On the driver's connection, as in `prepare_file`."""
    _set(connection, "journal_mode = WAL")


def take_for_loading(connection: Connection) -> None:
    """Keeps others from a file that is to be filled, as soon as this connection has written; references unchecked."""
    _set(connection, "locking_mode = EXCLUSIVE", "foreign_keys = OFF")


def keep_no_log(connection: Connection) -> None:
    """Has a file that nobody reads meanwhile be written directly: through a log, each row is written twice."""
    _set(connection, "journal_mode = DELETE")


def _set(connection: Connection, *settings: str) -> None:
    cursor = connection.connection.cursor()
    for setting in settings:
        patiently(partial(cursor.execute, f"PRAGMA {setting}"))


def _search_key(text: Any) -> str | None:
    """What SQL has search keys by: SQLite's own lower() leaves Cyrillic letters alone."""
    return None if text is None else search_key(str(text))


def _header(path: Path, size: int = 100) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _access(path: Path, *, leave_log: bool) -> str:
    """How SQLite is to open a file, so that it makes no file where nothing may be written."""
    log = beside(path, "-wal")
    if is_writable(path):
        return "mode=ro" if leave_log and log.exists() else "mode=rw"
    if not log.exists():
        return _UNLOCKED
    if beside(path, "-shm").exists():
        return "mode=ro"
    raise NotAllowed(
        f"{path} is read-only for you, and what was written last is in {log.name} beside it: "
        "copy both files to a folder of your own and name the copy with --base"
    )


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("crm_write"):
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")  # SQLite's own wait knows no turns
        patiently(partial(connection.exec_driver_sql, "BEGIN IMMEDIATE"), options.get("crm_patience"))
        connection.exec_driver_sql(_BUSY_TIMEOUT)
        return
    connection.exec_driver_sql("PRAGMA query_only = ON")
    connection.exec_driver_sql("BEGIN")
    patiently(partial(connection.exec_driver_sql, "PRAGMA schema_version"))  # from now on it sees one state


def _see_unchanged(path: Path, before: tuple[int, int, bool]) -> None:
    """What was read without locks is one state of the base: nobody wrote meanwhile. Raises Busy."""
    if _state(path) != before:
        raise Busy("the base was written to while it was read: ask again")


def _state(path: Path) -> tuple[int, int, bool]:
    """When it was written, its size, and whether there is a log."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, beside(path, "-wal").exists()
