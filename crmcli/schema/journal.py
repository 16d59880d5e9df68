"""Operations and the changes each of them made: what `undo` reads."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text, text

from crmcli.schema.columns import BIG, METADATA, key, reference

UPGRADE = "upgrade"
"""The command of the operation that notes an upgrade of the base: it changes no rows, and undo stops at it."""

UNDO = "undo"
"""The command of an operation that took others back."""

PURGE = "contact purge"
"""The command of an operation that erased personal data, in the journal too: it cannot be taken back."""

UNFINISHED = "; the base's files are not rewritten yet"
"""How its summary ends until what it erased is overwritten in the base's files, too."""

ERASED = '{"erased"'
"""How the image of a row begins from which personal data was erased since."""

operations = Table(
    "operations",
    METADATA,
    key(),
    Column("at", DateTime, nullable=False),  # UTC
    Column("actor", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    reference("undone_by", "operations"),
    sqlite_autoincrement=True,
)

changes = Table(
    "changes",
    METADATA,
    key(),
    Column("operation_id", BIG, ForeignKey("operations.id"), nullable=False),
    Column("table_name", Text, nullable=False),
    Column("row_id", BIG, nullable=False),
    Column("action", Text, nullable=False),  # insert, update, delete
    Column("before", Text),  # the row before it, as JSON; null for insert
    Index("ix_changes_operation_id", "operation_id", "table_name", "action"),
    Index("ix_changes_row_id", "row_id", "table_name"),
    Index(
        "ix_changes_removed",  # of removals alone: whose a row was that is no more
        "table_name",
        "row_id",
        sqlite_where=text("action = 'delete'"),  # PostgreSQL's has it too; named here it would load its dialect
    ),
    sqlite_autoincrement=True,
)

current_operation = Table(
    "current_operation",
    METADATA,
    Column("operation_id", Integer, ForeignKey("operations.id"), primary_key=True),
    info={"dialect": "sqlite"},  # PostgreSQL keeps it in a setting of the transaction
)

_FROM_JSON: dict[type, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    bool: bool,
}


def read_image(table: Table, image: str) -> dict[str, Any]:
    """The columns of a row that the journal kept, with the values that the base had: dates are dates again."""
    stored = json.loads(image)
    return {column.name: _value(column.type.python_type, stored.get(column.name)) for column in table.columns}


def _value(kind: type, stored: Any) -> Any:
    read = _FROM_JSON.get(kind)
    return read(stored) if read and stored is not None else stored
