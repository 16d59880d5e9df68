"""Seeing that what was erased is in no corner of the base's files either."""

from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, func, select, update

from crmcli.base.failures import as_crm_error
from crmcli.base.opening import Base
from crmcli.base.patience import patiently
from crmcli.base.search import REWRITE_INDEX
from crmcli.base.writing import enter_operation, leave_operation
from crmcli.errors import Busy
from crmcli.schema import operations
from crmcli.schema.journal import PURGE, UNFINISHED

_REWRITTEN = "contacts, contact_points, contact_tags, external_refs, touches, deals, changes, operations"


def overwrite_deleted(connection: Connection) -> None:
    """From here on this connection fills what it frees with zeros, so that a crash before `shred` leaves little."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def shred(base: Base) -> None:
    """Writes the base anew without what its pages, its write-ahead log and its statistics keep of rows that are gone.

    On PostgreSQL that are the tables a purge changes. The purges whose summaries say that this is to come say so no
    more. Busy where others read the base all the while, CrmError where there is no room.
    """
    try:
        _rewrite(base)
        _note_done(base)
    except Exception as error:
        known = as_crm_error(error)
        if known is None:
            raise
        why = str(known).partition(":")[0]
        raise type(known)(
            f"{why}: the contact's rows are erased, but the base's files are not rewritten yet, and may still "
            "hold what they were. See to that, then run the same command again"
        ) from error


def _note_done(base: Base) -> None:
    o = operations.c
    unfinished = and_(o.command == PURGE, o.summary.endswith(UNFINISHED))
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        last = connection.execute(select(func.max(o.id)).where(unfinished)).scalar()
        if last is not None:
            enter_operation(connection, last)
            done = func.replace(o.summary, UNFINISHED, "")
            connection.execute(update(operations).where(unfinished).values(summary=done))
            leave_operation(connection)


def _rewrite(base: Base) -> None:
    if base.engine.dialect.name == "sqlite":
        _rewrite_file(base)
        return
    options = {"crm_write": True, "isolation_level": "AUTOCOMMIT"}
    with base.engine.connect().execution_options(**options) as connection:
        connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {_REWRITTEN}")


def _rewrite_file(base: Base) -> None:
    with base.engine.connect() as connection:  # never begun: VACUUM runs in no transaction
        cursor = connection.connection.cursor()
        for statement in (REWRITE_INDEX, "VACUUM"):
            patiently(partial(cursor.execute, statement))
        patiently(partial(_empty_log, cursor))


def _empty_log(cursor: Any) -> None:
    busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise Busy("the base is busy: others read it")
