"""Who sells, and where contacts come from."""

from sqlalchemy import Boolean, Column, Table, Text, true

from crmcli.schema.columns import BIG, METADATA, SORTED, key

employees = Table(
    "employees",
    METADATA,
    key(),
    Column("name", Text, nullable=False),
    Column("search_key", SORTED, nullable=False, unique=True),
    Column("email", Text),
    Column("active", Boolean, nullable=False, server_default=true()),
    sqlite_autoincrement=True,
)

channels = Table(
    "channels",
    METADATA,
    key(),
    Column("name", Text, nullable=False),
    Column("search_key", SORTED, nullable=False, unique=True),
    Column("acquisition_cost", BIG),  # minor units that winning one customer there costs; null: not known
    sqlite_autoincrement=True,
)
