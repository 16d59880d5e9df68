"""Business facts of the base, and saved filters."""

from sqlalchemy import Column, Table, Text

from crmcli.schema.columns import METADATA, key

settings = Table(
    "settings",
    METADATA,
    key(),
    Column("key", Text, nullable=False, unique=True),
    Column("value", Text, nullable=False),
    sqlite_autoincrement=True,
)

segments = Table(
    "segments",
    METADATA,
    key(),
    Column("name", Text, nullable=False, unique=True),
    Column("condition", Text, nullable=False),
    sqlite_autoincrement=True,
)
