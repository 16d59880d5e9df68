"""The SQLite engine: one file, WAL, our own BEGIN, and our own patience."""

import os
import random
import time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from crmcli.errors import Busy, CrmError, NotAllowed

APPLICATION_ID = 0x43524D63
"""What marks a file as a crmcli base: "CRMc" in its header."""

PATIENCE = 10.0
"""Seconds to wait for a busy base."""

_EACH_CONNECTION = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 100",
)


def sqlite_engine(path: Path) -> Engine:
    """An engine on an existing file. Connections with the execution option crm_write begin as writers."""
    from sqlcipher3 import dbapi2

    def connect() -> Any:
        connection = dbapi2.connect(
            f"file:{quote(str(path))}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
        )
        for pragma in _EACH_CONNECTION:
            connection.execute(pragma)
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


def prepare_file(connection: Connection) -> None:
    """Readies a file for migrating: write-ahead logging and our mark, which it keeps; references unchecked meanwhile.

    On the driver's connection: SQLAlchemy begins a transaction before every statement of its own, and inside one
    these pragmas do nothing.
    """
    cursor = connection.connection.cursor()
    for setting in ("journal_mode = WAL", f"application_id = {APPLICATION_ID}", "foreign_keys = OFF"):
        patiently(partial(cursor.execute, f"PRAGMA {setting}"))


def patiently(attempt: Any) -> Any:
    """What `attempt` returns, tried again while the base is busy; Busy after PATIENCE seconds.

    SQLite's own busy_timeout starves one of many writers; short random waits are fair.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except Exception as error:
            if "locked" not in str(error) and "busy" not in str(error):
                raise
            if time.monotonic() > deadline:
                raise Busy("the base is busy: another command is writing to it. Try again in a moment") from None
        time.sleep(random.uniform(0.001, 0.05))  # noqa: S311 - not for secrets


def _begin(connection: Connection) -> None:
    statement = "BEGIN IMMEDIATE" if connection.get_execution_options().get("crm_write") else "BEGIN"
    patiently(lambda: connection.exec_driver_sql(statement))
