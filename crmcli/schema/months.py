"""What was bought by months: totals, and how many customers bought, kept ready; and the statements that define both.

Contacts in the trash count, too. A month is its number, year * 12 + month - 1.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    FromClause,
    Integer,
    Select,
    Table,
    UniqueConstraint,
    case,
    func,
    select,
)

from crmcli.schema.columns import BIG, METADATA, key
from crmcli.schema.functions import months_of, total
from crmcli.schema.purchases import purchases

month_totals = Table(
    "month_totals",
    METADATA,
    key(),
    Column("month", Integer, nullable=False),
    Column("attributed", Boolean, nullable=False),  # to a customer
    Column("sale_count", BIG, nullable=False),
    Column("refund_count", BIG, nullable=False),
    Column("revenue", BIG, nullable=False),
    Column("refunds", BIG, nullable=False),
    UniqueConstraint("month", "attributed"),
)

buyer_months = Table(
    "buyer_months",
    METADATA,
    key(),
    Column("month", Integer, nullable=False),
    Column("previous_month", Integer, nullable=False),  # in which they bought before; 0 where they had not
    Column("first_month", Integer, nullable=False),  # in which they bought first
    Column("buyers", BIG, nullable=False),
    UniqueConstraint("month", "previous_month", "first_month"),
)
"""Customers who bought in a month. In several months together: those of each who bought before them all, added up."""


def totals_of(bought: FromClause = purchases, times: Any = 1) -> Select[Any]:
    """The rows of `month_totals` for rows of purchases; `times`: a column that says how often each counts, or -1."""
    c = bought.c
    month, attributed, sale = months_of(c.purchased_on), c.contact_id.is_not(None), c.kind == "sale"
    told: dict[str, Any] = {
        "sale_count": case((sale, times), else_=0),
        "refund_count": case((sale, 0), else_=times),
        "revenue": case((sale, c.amount * times), else_=0),
        "refunds": case((sale, 0), else_=c.amount * times),
    }
    sums = [total(amount).label(name) for name, amount in told.items()]
    keys: list[Any] = [month.label("month"), attributed.label("attributed")]
    return select(*keys, *sums).group_by(month, attributed)


def active_months(bought: FromClause = purchases) -> Select[Any]:
    """Rows of contact_id and month, each once: the months in which customers bought, of rows of purchases."""
    month = months_of(bought.c.purchased_on)
    told: list[Any] = [bought.c.contact_id, month.label("month")]
    sales = select(*told).where(bought.c.kind == "sale", bought.c.contact_id.is_not(None))
    return sales.group_by(bought.c.contact_id, month)


def buyers_of(active: FromClause) -> Select[Any]:
    """The rows of `buyer_months` for the months of whole customers."""
    c = active.c
    each = select(
        c.month,
        func.coalesce(func.lag(c.month).over(partition_by=c.contact_id, order_by=c.month), 0).label("previous_month"),
        func.first_value(c.month).over(partition_by=c.contact_id, order_by=c.month).label("first_month"),
    ).subquery()
    return select(*each.c, func.count().label("buyers")).group_by(*each.c)
