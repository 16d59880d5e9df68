"""The SQLite engine: one file, WAL, our own BEGIN, and our own patience."""

import os
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from crmcli.base.patience import patiently
from crmcli.errors import CrmError, NotAllowed

APPLICATION_ID = 0x43524D63
"""What marks a file as a crmcli base: "CRMc" in its header."""

_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID_AT = slice(68, 72)

_EACH_CONNECTION = (
    "PRAGMA busy_timeout = 100",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",  # KiB, taken only where a write is as large
)


def sqlite_engine(path: Path) -> Engine:
    """An engine on an existing file. Connections with the execution option crm_write begin as writers."""
    from sqlcipher3 import dbapi2

    def connect() -> Any:
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        for pragma in _EACH_CONNECTION:
            patiently(partial(connection.execute, pragma))
        return connection

    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


def create_file(path: Path) -> None:
    """Makes an empty file that only its owner may read, unless there is one."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except PermissionError:
        raise NotAllowed(f"{path} cannot be created: you may not write to that folder") from None
    except OSError as error:
        raise CrmError(f"{path} cannot be created: {error.strerror}") from None


def is_foreign(path: Path) -> bool:
    """Whether a file is another program's SQLite file, told by its header: opening it might already change it."""
    with path.open("rb") as file:
        header = file.read(100)
    return header.startswith(_MAGIC) and header[_APPLICATION_ID_AT] != APPLICATION_ID.to_bytes(4, "big")


def prepare_file(connection: Connection) -> None:
    """Readies a file for migrating: our mark, which comes first, and write-ahead logging; references unchecked.

    On the driver's connection: SQLAlchemy begins a transaction before every statement of its own, and inside one
    these pragmas do nothing.
    """
    cursor = connection.connection.cursor()
    for setting in (f"application_id = {APPLICATION_ID}", "journal_mode = WAL", "foreign_keys = OFF"):
        patiently(partial(cursor.execute, f"PRAGMA {setting}"))


def _begin(connection: Connection) -> None:
    statement = "BEGIN IMMEDIATE" if connection.get_execution_options().get("crm_write") else "BEGIN"
    patiently(lambda: connection.exec_driver_sql(statement))
