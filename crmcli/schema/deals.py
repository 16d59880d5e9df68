"""Stages of the funnel, deals, and the moves of a deal through the stages."""

from sqlalchemy import CheckConstraint, Column, Date, DateTime, Index, Integer, Table, Text

from crmcli.schema.columns import BIG, METADATA, SORTED, key, reference

stages = Table(
    "stages",
    METADATA,
    key(),
    Column("name", Text, nullable=False),
    Column("search_key", SORTED, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("kind", Text, CheckConstraint("kind IN ('open', 'won', 'lost')", name="stage_kind"), nullable=False),
    Column("entered_by", Text),  # the touch kind that moves a deal here
    sqlite_autoincrement=True,
)

deals = Table(
    "deals",
    METADATA,
    key(),
    reference("contact_id", "contacts"),
    Column("title", Text, nullable=False),
    Column("amount", BIG),  # minor units
    reference("owner_id", "employees"),
    reference("channel_id", "channels"),
    reference("product_id", "products"),
    reference("stage_id", "stages", nullable=False),
    Column("opened_on", Date, nullable=False, index=True),
    Column("expected_on", Date),
    Column("closed_on", Date),
    Column("lost_reason", Text),
    sqlite_autoincrement=True,
)

stage_moves = Table(
    "stage_moves",
    METADATA,
    key(),
    reference("deal_id", "deals", nullable=False, index=False),
    reference("stage_id", "stages", nullable=False),
    Column("moved_on", Date, nullable=False, index=True),
    Column("moved_at", DateTime, nullable=False),  # UTC; when it was recorded
    reference("employee_id", "employees"),
    Index("ix_stage_moves_deal_id_id", "deal_id", "id"),
    sqlite_autoincrement=True,
)
