"""Taking an operation back: its inserts, updates and deletes, as one operation of its own."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, exists, insert, select, update

from crmcli.base.bulk import defer_references
from crmcli.base.rollup import contacts_touched_by, lock_contacts
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import JOURNALED, changes, operations

_FROM_JSON: dict[type, Any] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    bool: bool,
}


def undo(writer: Writer, operation_id: int) -> None:
    """Restores every row that an operation touched to what it was before.

    CrmError where it was taken back already, or where a later operation that still stands touched the same rows.
    """
    operation = writer.connection.execute(select(operations).where(operations.c.id == operation_id)).first()
    if operation is None:
        raise CrmError(f"there is no operation {operation_id}")
    if operation.undone_by is not None:
        raise CrmError(f"operation {operation_id} was taken back already, by operation {operation.undone_by}")
    _refuse_where_built_upon(writer, operation_id)
    defer_references(writer.connection)
    lock_contacts(writer.connection, contacts_touched_by(operation_id))
    for table in JOURNALED:
        _restore(writer, table, operation_id)
    for table in reversed(JOURNALED):
        _remove_inserted(writer, table, operation_id)
    _mark(writer, operation_id)


def _refuse_where_built_upon(writer: Writer, operation_id: int) -> None:
    later, undoing = changes.alias("later"), operations.alias("undoing")
    stands = (operations.c.undone_by.is_(None), ~exists().where(undoing.c.undone_by == operations.c.id))
    found = writer.connection.execute(
        select(operations.c.id, operations.c.command)
        .join(later, later.c.operation_id == operations.c.id)
        .join(changes, (changes.c.row_id == later.c.row_id) & (changes.c.table_name == later.c.table_name))
        .where(changes.c.operation_id == operation_id, operations.c.id > operation_id, *stands)
        .order_by(operations.c.id.desc())
        .limit(1)
    ).first()
    if found:
        raise CrmError(
            f"operation {operation_id} cannot be taken back: operation {found.id} ({found.command}) changed the same "
            f"rows later. Take that back first: crmcli undo {found.id}"
        )


def _restore(writer: Writer, table: Table, operation_id: int) -> None:
    """Puts rows that were updated or deleted back as they were before the operation's first change to them."""
    before = _first_images(writer, table, operation_id)
    touched = select(changes.c.row_id).where(*_of(table, operation_id), changes.c.action != "insert")
    present = set(writer.connection.execute(select(table.c.id).where(table.c.id.in_(touched))).scalars())
    if missing := [row for key, row in before.items() if key not in present]:
        writer.connection.execute(insert(table), missing)
    if changed := [{"row_id": key, **row} for key, row in before.items() if key in present]:
        columns: dict[str, Any] = {
            column.name: bindparam(column.name) for column in table.columns if column.name != "id"
        }
        writer.connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(columns), changed)


def _remove_inserted(writer: Writer, table: Table, operation_id: int) -> None:
    inserted = select(changes.c.row_id).where(*_of(table, operation_id), changes.c.action == "insert")
    writer.connection.execute(delete(table).where(table.c.id.in_(inserted)))


def _first_images(writer: Writer, table: Table, operation_id: int) -> dict[int, dict[str, Any]]:
    """Row id -> the row before the operation, for those that it did not make."""
    made = changes.alias("made")
    was_made = exists().where(
        made.c.operation_id == operation_id,
        made.c.table_name == table.name,
        made.c.row_id == changes.c.row_id,
        made.c.action == "insert",
    )
    rows = writer.connection.execute(
        select(changes.c.row_id, changes.c.before)
        .where(*_of(table, operation_id), changes.c.action != "insert", ~was_made)
        .order_by(changes.c.id.desc())
    )
    return {row.row_id: _read_image(table, json.loads(row.before)) for row in rows}


def _read_image(table: Table, image: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _value(column.type.python_type, image.get(column.name)) for column in table.columns}


def _value(kind: type, stored: Any) -> Any:
    read = _FROM_JSON.get(kind)
    return read(stored) if read and stored is not None else stored


def _of(table: Table, operation_id: int) -> Iterable[ColumnElement[bool]]:
    return changes.c.operation_id == operation_id, changes.c.table_name == table.name


def _mark(writer: Writer, operation_id: int) -> None:
    """Notes by what it was undone; where it was an undo itself, what that had taken back stands again."""
    c = operations.c
    writer.connection.execute(update(operations).where(c.undone_by == operation_id).values(undone_by=None))
    writer.connection.execute(update(operations).where(c.id == operation_id).values(undone_by=writer.operation_id))
