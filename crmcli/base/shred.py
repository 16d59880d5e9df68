"""Seeing that what was erased is in no corner of the base's files either."""

from functools import partial
from typing import Any

from sqlalchemy import Connection

from crmcli.base.opening import Base
from crmcli.base.patience import patiently
from crmcli.errors import Busy

_REWRITTEN = "contacts, contact_points, contact_tags, external_refs, touches, deals, changes, operations"


def overwrite_deleted(connection: Connection) -> None:
    """From here on this connection fills what it frees with zeros, so that a crash before `shred` leaves little."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def shred(base: Base) -> None:
    """Writes the base anew without what its pages, its write-ahead log and its statistics keep of rows that are gone.

    On PostgreSQL that are the tables a purge changes. Busy where others read the base all the while.
    """
    if base.engine.dialect.name == "sqlite":
        _rewrite_file(base)
        return
    options = {"crm_write": True, "isolation_level": "AUTOCOMMIT"}
    with base.engine.connect().execution_options(**options) as connection:
        connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {_REWRITTEN}")


def _rewrite_file(base: Base) -> None:
    with base.engine.connect() as connection:  # never begun: VACUUM runs in no transaction
        cursor = connection.connection.cursor()
        patiently(partial(cursor.execute, "VACUUM"))
        patiently(partial(_empty_log, cursor))


def _empty_log(cursor: Any) -> None:
    busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise Busy("the base is busy: others read it, so that what was erased is in its log still. Run this again")
