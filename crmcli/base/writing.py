"""The one way to write to a base, and the way to read it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, exists, func, insert, select, text, update

from crmcli.base.opening import Base
from crmcli.base.rollup import refresh
from crmcli.base.search import refresh_search
from crmcli.schema import changes, current_operation, operations

_TURN_LOCK = 0x43524D63
_MANY_CHANGES = 5_000


@dataclass(slots=True)
class Writer:
    """What an action writes with. `summary` is what `history` will say of the operation; the action sets it."""

    connection: Connection
    operation_id: int
    actor: str
    now: datetime
    summary: str = ""
    kept: bool = False
    """Whether the operation is kept: known once the body is through."""


@contextmanager
def reading(base: Base) -> Iterator[Connection]:
    """A connection that sees one state of the base throughout."""
    with base.engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(base: Base, command: str, actor: str, *, keep: bool = True) -> Iterator[Writer]:
    """One operation: everything written through the Writer is stored together at the end, or nothing of it.

    The rollups of the contacts concerned are refreshed within it. An operation that changed nothing leaves no trace;
    with `keep` false none does: a dry run.
    """
    with base.engine.connect().execution_options(crm_write=True) as connection:
        transaction = connection.begin()
        with transaction:
            writer = _begun(connection, command, actor)
            yield writer
            _finish(writer)
            writer.kept = keep and _changed_anything(writer)
            if not writer.kept:
                transaction.rollback()


def take_turn(connection: Connection) -> None:
    """Waits until no other writes to this base, as on SQLite: what is looked up stays true until it is stored."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({turn_key('current_schema()::regnamespace')})"))


def enter_operation(connection: Connection, operation_id: int) -> None:
    """What this transaction writes from here on belongs to that operation: the journal's triggers ask for it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('crm.operation', :id, true)"), {"id": str(operation_id)})
    else:
        connection.execute(insert(current_operation).values(operation_id=operation_id))


def leave_operation(connection: Connection) -> None:
    """Nothing more is written for the operation; on PostgreSQL it ends with the transaction."""
    if connection.dialect.name == "sqlite":
        connection.execute(delete(current_operation))


def turn_key(schema: str) -> str:
    """The key, in SQL, of the lock that a writer to a schema holds on PostgreSQL."""
    return f"{_TURN_LOCK}, {schema}::oid::int"


def _begun(connection: Connection, command: str, actor: str) -> Writer:
    take_turn(connection)
    now = datetime.now(UTC).replace(tzinfo=None)
    row = insert(operations).values(at=now, actor=actor, command=command).returning(operations.c.id)
    operation_id = connection.execute(row).scalar_one()
    enter_operation(connection, operation_id)
    return Writer(connection, operation_id, actor, now)


def _know_sizes(writer: Writer) -> None:
    """After many new rows PostgreSQL still plans for the few there were, and goes through the journal once for each."""
    mine = select(func.count()).where(changes.c.operation_id == writer.operation_id)
    if writer.connection.dialect.name == "postgresql" and writer.connection.execute(mine).scalar_one() >= _MANY_CHANGES:
        writer.connection.execute(text("ANALYZE changes, contacts, contact_points, purchases, touches, contact_rhythm"))


def _finish(writer: Writer) -> None:
    _know_sizes(writer)
    refresh(writer.connection, writer.operation_id)
    refresh_search(writer.connection, writer.operation_id)
    mine = operations.c.id == writer.operation_id
    writer.connection.execute(update(operations).where(mine).values(summary=writer.summary))
    leave_operation(writer.connection)


def _changed_anything(writer: Writer) -> bool:
    journaled = exists().where(changes.c.operation_id == writer.operation_id)
    return bool(writer.connection.execute(select(journaled)).scalar())
