"""Contacts, their points and tags, and the keys other systems know them by."""

from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from crmcli.schema.columns import BIG, METADATA, SORTED, key, reference

contacts = Table(
    "contacts",
    METADATA,
    key(),
    Column("kind", Text, CheckConstraint("kind IN ('person', 'company')", name="contact_kind"), nullable=False),
    Column("name", Text, nullable=False),
    Column("search_key", SORTED, nullable=False, index=True),
    reference("company_id", "contacts"),
    reference("owner_id", "employees"),
    reference("channel_id", "channels"),
    reference("referred_by_id", "contacts"),
    Column("birthday", Date),
    Column("city", Text),
    Column("tax_id", Text),
    Column("next_contact_on", Date),
    Column("note", Text),
    Column("extra", JSON, nullable=False, default=dict),
    Column("created_at", DateTime, nullable=False),
    Column("archived_at", DateTime),
    Column("deleted_at", DateTime),  # in the trash since then: the moment of the operation that put it there
    Column("deleted_reason", Text),
    Column("purged_at", DateTime),  # erased for good; such a row stays in the trash
    sqlite_autoincrement=True,
)


def not_deleted(of: Any = contacts) -> ColumnElement[bool]:
    """Whether a contact is not in the trash: every list and question asks it. True where a row has no contact."""
    met: ColumnElement[bool] = of.c.deleted_at.is_(None)
    return met


contact_points = Table(
    "contact_points",
    METADATA,
    key(),
    reference("contact_id", "contacts", nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text),  # null: `raw` could not be parsed
    Column("raw", Text, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),
    Index("ix_contact_points_value_kind", "value", "kind"),
    sqlite_autoincrement=True,
)

contact_tags = Table(
    "contact_tags",
    METADATA,
    key(),
    reference("contact_id", "contacts", nullable=False, index=False),
    Column("tag", SORTED, nullable=False, index=True),
    UniqueConstraint("contact_id", "tag"),
    sqlite_autoincrement=True,
)

external_refs = Table(
    "external_refs",
    METADATA,
    key(),
    Column("table_name", Text, nullable=False),
    Column("row_id", BIG, nullable=False),
    Column("source", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Index("ix_external_refs_ref", "table_name", "source", "ref"),
    Index("ix_external_refs_row", "table_name", "row_id"),
    sqlite_autoincrement=True,
)

not_duplicates = Table(
    "not_duplicates",
    METADATA,
    key(),
    reference("contact_a", "contacts", nullable=False),
    reference("contact_b", "contacts", nullable=False),
    UniqueConstraint("contact_a", "contact_b"),
    CheckConstraint("contact_a < contact_b", name="pair_in_order"),
    sqlite_autoincrement=True,
)
