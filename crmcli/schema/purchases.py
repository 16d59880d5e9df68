"""Products, purchases and their lines. Amounts are minor units and never negative: a refund is a kind."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Table, Text

from crmcli.schema.columns import BIG, METADATA, SORTED, key, reference

products = Table(
    "products",
    METADATA,
    key(),
    Column("sku", Text, unique=True),
    Column("name", Text, nullable=False),
    Column("search_key", SORTED, nullable=False, index=True),
    Column("price", BIG),
    Column("cost", BIG),
    sqlite_autoincrement=True,
)

purchases = Table(
    "purchases",
    METADATA,
    key(),
    reference("contact_id", "contacts", index=False),  # null: unattributed
    reference("deal_id", "deals"),
    reference("refund_of_id", "purchases"),  # the sale that a refund gives back, where it is known
    reference("owner_id", "employees"),
    reference("channel_id", "channels"),
    Column("purchased_on", Date, nullable=False, index=True),
    Column("kind", Text, CheckConstraint("kind IN ('sale', 'refund')", name="purchase_kind"), nullable=False),
    Column("amount", BIG, CheckConstraint("amount >= 0", name="purchase_amount"), nullable=False),
    Column("cost", BIG),
    # With all that questions about customers ask of a purchase: they read it in the order of the customers.
    Index("ix_purchases_of_contacts", "contact_id", "purchased_on", "kind", "amount", "cost"),
    sqlite_autoincrement=True,
)

purchase_lines = Table(
    "purchase_lines",
    METADATA,
    key(),
    reference("purchase_id", "purchases", nullable=False),
    reference("product_id", "products", nullable=False),
    Column("quantity", BIG, nullable=False),  # thousandths
    Column("amount", BIG, nullable=False),
    Column("cost", BIG),
    sqlite_autoincrement=True,
)
