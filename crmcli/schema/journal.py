"""Operations and the changes each of them made: what `undo` reads."""

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, Table, Text

from crmcli.schema.columns import BIG, METADATA, key, reference

UPGRADE = "upgrade"
"""The command of the operation that notes an upgrade of the base: it changes no rows, and undo stops at it."""

PURGE = "contact purge"
"""The command of an operation that erased personal data, in the journal too: it cannot be taken back."""

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
    sqlite_autoincrement=True,
)

current_operation = Table(
    "current_operation",
    METADATA,
    Column("operation_id", Integer, ForeignKey("operations.id"), primary_key=True),
    info={"dialect": "sqlite"},  # PostgreSQL keeps it in a setting of the transaction
)
