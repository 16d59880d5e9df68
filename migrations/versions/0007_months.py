"""Sums kept ready: how many contacts are due by days, what was bought by months. What is kept ready is made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def key() -> sa.Column[int]:
    return sa.Column("id", BIG, sa.Identity(), nullable=False)


def upgrade() -> None:
    _make_rhythm()
    op.create_table(
        "rhythm_counts",
        key(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rhythm_counts"),
        sa.UniqueConstraint("kind", "number", name="uq_rhythm_counts_kind_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "month_totals",
        key(),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("attributed", sa.Boolean(), nullable=False),
        sa.Column("sale_count", BIG, nullable=False),
        sa.Column("refund_count", BIG, nullable=False),
        sa.Column("revenue", BIG, nullable=False),
        sa.Column("refunds", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_month_totals"),
        sa.UniqueConstraint("month", "attributed", name="uq_month_totals_month_attributed"),
        sqlite_autoincrement=True,
    )
    months = ("month", "previous_month", "first_month")
    op.create_table(
        "buyer_months",
        key(),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in months),
        sa.Column("buyers", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_buyer_months"),
        sa.UniqueConstraint(*months, name="uq_buyer_months_month_previous_month_first_month"),
        sqlite_autoincrement=True,
    )
    op.drop_index("ix_purchases_contact_id_purchased_on", "purchases")
    covered = ["contact_id", "purchased_on", "kind", "amount", "cost"]
    op.create_index("ix_purchases_of_contacts", "purchases", covered)


def _make_rhythm() -> None:
    """The table anew: its rows are, too, once all migrations are through."""
    op.drop_table("contact_rhythm")
    op.create_table(
        "contact_rhythm",
        sa.Column("contact_id", BIG, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("purchase_days", "sale_count")),
        *(sa.Column(name, sa.Date(), nullable=True) for name in ("first_on", "last_on")),
        *(sa.Column(name, BIG, nullable=False) for name in ("revenue", "refunds", "cost")),
        sa.Column("span_days", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("yearly_value", BIG, nullable=True),
        sa.Column("last_touch_on", sa.Date(), nullable=True),
        sa.Column("touch_count", sa.Integer(), nullable=False),
        sa.Column("mean_sale", BIG, nullable=True),
        sa.Column("last_event_on", sa.Date(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name="fk_contact_rhythm_contact_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("contact_id", name="pk_contact_rhythm"),
    )
    for name, *others in (
        ("due_on",),
        ("last_event_on",),
        ("yearly_value", "contact_id", "due_on"),
        ("mean_sale",),
        ("last_touch_on", "due_on", "mean_sale", "last_on", "archived"),
    ):
        op.create_index(f"ix_contact_rhythm_{name}", "contact_rhythm", [name, *others])
