"""The first tables, and the stages of a funnel to begin with."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SORTED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

STAGES = [
    ("New lead", "open", None),
    ("Call", "open", "call"),
    ("Meeting", "open", "meeting"),
    ("Interested", "open", None),
    ("Proposal", "open", None),
    ("Contract", "open", None),
    ("Paid", "won", None),
    ("Lost", "lost", None),
]


def key() -> sa.Column[int]:
    return sa.Column("id", BIG, sa.Identity(always=False), nullable=False)


def upgrade() -> None:
    create_tables()
    if op.get_context().dialect.name == "sqlite":
        create_current_operation()
    create_stages()


def create_stages() -> None:
    names = ["name", "search_key", "position", "kind", "entered_by"]
    rows = [(name, name.casefold(), n, kind, touch) for n, (name, kind, touch) in enumerate(STAGES, 1)]
    op.bulk_insert(sa.table("stages", *map(sa.column, names)), [dict(zip(names, row, strict=True)) for row in rows])


def create_current_operation() -> None:
    op.create_table(
        "current_operation",
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name=op.f("fk_current_operation_operation_id")),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_current_operation")),
        info={"dialect": "sqlite"},
    )


def create_tables() -> None:
    op.create_table(
        "channels",
        key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", SORTED, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint("search_key", name=op.f("uq_channels_search_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "employees",
        key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", SORTED, nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employees")),
        sa.UniqueConstraint("search_key", name=op.f("uq_employees_search_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "external_refs",
        key(),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_refs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_external_refs_ref", "external_refs", ["table_name", "source", "ref"], unique=False)
    op.create_index("ix_external_refs_row", "external_refs", ["table_name", "row_id"], unique=False)
    op.create_table(
        "operations",
        key(),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("undone_by", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["operations.id"], name=op.f("fk_operations_undone_by"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_operations_undone_by"), "operations", ["undone_by"], unique=False)
    op.create_table(
        "products",
        key(),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", SORTED, nullable=False),
        sa.Column("price", BIG, nullable=True),
        sa.Column("cost", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("sku", name=op.f("uq_products_sku")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_products_search_key"), "products", ["search_key"], unique=False)
    op.create_table(
        "segments",
        key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("name", name=op.f("uq_segments_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "settings",
        key(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings")),
        sa.UniqueConstraint("key", name=op.f("uq_settings_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stages",
        key(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", SORTED, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('open', 'won', 'lost')", name="stage_kind"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stages")),
        sa.UniqueConstraint("search_key", name=op.f("uq_stages_search_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "changes",
        key(),
        sa.Column("operation_id", BIG, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_id", BIG, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.id"], name=op.f("fk_changes_operation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_operation_id", "changes", ["operation_id", "table_name", "action"], unique=False)
    op.create_index("ix_changes_row_id", "changes", ["row_id", "table_name"], unique=False)
    op.create_table(
        "contacts",
        key(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_key", SORTED, nullable=False),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("channel_id", BIG, nullable=True),
        sa.Column("referred_by_id", BIG, nullable=True),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column("next_contact_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('person', 'company')", name="contact_kind"),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_contacts_channel_id"), deferrable=True),
        sa.ForeignKeyConstraint(["company_id"], ["contacts.id"], name=op.f("fk_contacts_company_id"), deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["employees.id"], name=op.f("fk_contacts_owner_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["referred_by_id"], ["contacts.id"], name=op.f("fk_contacts_referred_by_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contacts_channel_id"), "contacts", ["channel_id"], unique=False)
    op.create_index(op.f("ix_contacts_company_id"), "contacts", ["company_id"], unique=False)
    op.create_index(op.f("ix_contacts_owner_id"), "contacts", ["owner_id"], unique=False)
    op.create_index(op.f("ix_contacts_referred_by_id"), "contacts", ["referred_by_id"], unique=False)
    op.create_index(op.f("ix_contacts_search_key"), "contacts", ["search_key"], unique=False)
    op.create_table(
        "contact_points",
        key(),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_points_contact_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_points_contact_id"), "contact_points", ["contact_id"], unique=False)
    op.create_index("ix_contact_points_value_kind", "contact_points", ["value", "kind"], unique=False)
    op.create_table(
        "contact_rhythm",
        sa.Column("contact_id", BIG, autoincrement=False, nullable=False),
        sa.Column("purchase_days", sa.Integer(), nullable=False),
        sa.Column("sale_count", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("revenue", BIG, nullable=False),
        sa.Column("refunds", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.Column("span_days", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("yearly_value", BIG, nullable=True),
        sa.Column("last_touch_on", sa.Date(), nullable=True),
        sa.Column("touch_count", sa.Integer(), nullable=False),
        sa.Column("last_event_on", sa.Date(), nullable=True),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_rhythm_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_rhythm")),
    )
    op.create_index("ix_contact_rhythm_due_on", "contact_rhythm", ["due_on"], unique=False)
    op.create_index("ix_contact_rhythm_last_event_on", "contact_rhythm", ["last_event_on"], unique=False)
    op.create_index("ix_contact_rhythm_yearly_value", "contact_rhythm", ["yearly_value", "contact_id"], unique=False)
    op.create_table(
        "contact_tags",
        key(),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("tag", SORTED, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_tags_contact_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_tags")),
        sa.UniqueConstraint("contact_id", "tag", name=op.f("uq_contact_tags_contact_id_tag")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_tags_tag"), "contact_tags", ["tag"], unique=False)
    op.create_table(
        "deals",
        key(),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("channel_id", BIG, nullable=True),
        sa.Column("product_id", BIG, nullable=True),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("lost_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_deals_channel_id"), deferrable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_deals_contact_id"), deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["employees.id"], name=op.f("fk_deals_owner_id"), deferrable=True),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_deals_product_id"), deferrable=True),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_deals_stage_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deals_channel_id"), "deals", ["channel_id"], unique=False)
    op.create_index(op.f("ix_deals_contact_id"), "deals", ["contact_id"], unique=False)
    op.create_index(op.f("ix_deals_opened_on"), "deals", ["opened_on"], unique=False)
    op.create_index(op.f("ix_deals_owner_id"), "deals", ["owner_id"], unique=False)
    op.create_index(op.f("ix_deals_product_id"), "deals", ["product_id"], unique=False)
    op.create_index(op.f("ix_deals_stage_id"), "deals", ["stage_id"], unique=False)
    op.create_table(
        "not_duplicates",
        key(),
        sa.Column("contact_a", BIG, nullable=False),
        sa.Column("contact_b", BIG, nullable=False),
        sa.CheckConstraint("contact_a < contact_b", name="pair_in_order"),
        sa.ForeignKeyConstraint(
            ["contact_a"], ["contacts.id"], name=op.f("fk_not_duplicates_contact_a"), deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["contact_b"], ["contacts.id"], name=op.f("fk_not_duplicates_contact_b"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_duplicates")),
        sa.UniqueConstraint("contact_a", "contact_b", name=op.f("uq_not_duplicates_contact_a_contact_b")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_not_duplicates_contact_a"), "not_duplicates", ["contact_a"], unique=False)
    op.create_index(op.f("ix_not_duplicates_contact_b"), "not_duplicates", ["contact_b"], unique=False)
    op.create_table(
        "purchases",
        key(),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("deal_id", BIG, nullable=True),
        sa.Column("refund_of_id", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("channel_id", BIG, nullable=True),
        sa.Column("purchased_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=True),
        sa.CheckConstraint("kind IN ('sale', 'refund')", name="purchase_kind"),
        sa.CheckConstraint("amount >= 0", name="purchase_amount"),
        sa.ForeignKeyConstraint(
            ["refund_of_id"], ["purchases.id"], name=op.f("fk_purchases_refund_of_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_purchases_channel_id"), deferrable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_purchases_contact_id"), deferrable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_purchases_deal_id"), deferrable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["employees.id"], name=op.f("fk_purchases_owner_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_purchases_channel_id"), "purchases", ["channel_id"], unique=False)
    op.create_index("ix_purchases_contact_id_purchased_on", "purchases", ["contact_id", "purchased_on"], unique=False)
    op.create_index(op.f("ix_purchases_deal_id"), "purchases", ["deal_id"], unique=False)
    op.create_index(op.f("ix_purchases_owner_id"), "purchases", ["owner_id"], unique=False)
    op.create_index(op.f("ix_purchases_refund_of_id"), "purchases", ["refund_of_id"], unique=False)
    op.create_index(op.f("ix_purchases_purchased_on"), "purchases", ["purchased_on"], unique=False)
    op.create_table(
        "stage_moves",
        key(),
        sa.Column("deal_id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("moved_at", sa.DateTime(), nullable=False),
        sa.Column("employee_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_stage_moves_deal_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_stage_moves_employee_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stages.id"], name=op.f("fk_stage_moves_stage_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_moves")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_stage_moves_deal_id_id", "stage_moves", ["deal_id", "id"], unique=False)
    op.create_index(op.f("ix_stage_moves_employee_id"), "stage_moves", ["employee_id"], unique=False)
    op.create_index(op.f("ix_stage_moves_moved_on"), "stage_moves", ["moved_on"], unique=False)
    op.create_index(op.f("ix_stage_moves_stage_id"), "stage_moves", ["stage_id"], unique=False)
    op.create_table(
        "touches",
        key(),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("deal_id", BIG, nullable=True),
        sa.Column("employee_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="done", nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("happened_at", sa.Time(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name="touch_direction"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_touches_contact_id"), deferrable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_touches_deal_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_touches_employee_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touches")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_touches_contact_id_happened_on", "touches", ["contact_id", "happened_on"], unique=False)
    op.create_index(op.f("ix_touches_deal_id"), "touches", ["deal_id"], unique=False)
    op.create_index(op.f("ix_touches_employee_id"), "touches", ["employee_id"], unique=False)
    op.create_index("ix_touches_happened_on_kind", "touches", ["happened_on", "kind"], unique=False)
    op.create_table(
        "purchase_lines",
        key(),
        sa.Column("purchase_id", BIG, nullable=False),
        sa.Column("product_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_purchase_lines_product_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchases.id"], name=op.f("fk_purchase_lines_purchase_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_lines")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_purchase_lines_product_id"), "purchase_lines", ["product_id"], unique=False)
    op.create_index(op.f("ix_purchase_lines_purchase_id"), "purchase_lines", ["purchase_id"], unique=False)
