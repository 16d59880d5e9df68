"""The rollup of each contact's purchases and touches, and the statement that defines it."""

from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    distinct,
    func,
    literal,
    select,
)

from crmcli.schema.columns import BIG, METADATA, key
from crmcli.schema.contacts import contacts, not_deleted
from crmcli.schema.functions import days_between, greatest_of, plus_days, total
from crmcli.schema.purchases import purchases
from crmcli.schema.touches import touches

contact_rhythm = Table(
    "contact_rhythm",
    METADATA,
    Column(
        "contact_id",
        BIG,
        ForeignKey("contacts.id", deferrable=True, initially="DEFERRED"),  # a contact goes first, its rollup follows
        primary_key=True,
        autoincrement=False,
    ),
    Column("purchase_days", Integer, nullable=False),
    Column("sale_count", Integer, nullable=False),
    Column("first_on", Date),
    Column("last_on", Date),
    Column("revenue", BIG, nullable=False),
    Column("refunds", BIG, nullable=False),
    Column("cost", BIG, nullable=False),
    Column("span_days", Integer),
    Column("due_on", Date),  # null with fewer than two purchase days, or where it lies beyond the year 9999
    Column("yearly_value", BIG),  # null with fewer than two purchase days
    Column("last_touch_on", Date),
    Column("touch_count", Integer, nullable=False),
    Column("mean_sale", BIG),  # revenue // sales of who has one purchase day, null of others: what these are ordered by
    Column("last_event_on", Date),  # the latest purchase, refund or touch: from then on the row is right
    Column("archived", Boolean, nullable=False),
    Index("ix_contact_rhythm_due_on", "due_on"),
    Index("ix_contact_rhythm_last_event_on", "last_event_on"),
    Index("ix_contact_rhythm_yearly_value", "yearly_value", "contact_id", "due_on"),
    Index("ix_contact_rhythm_mean_sale", "mean_sale"),
    Index(  # with all that tells who of those touched lately is silent
        "ix_contact_rhythm_last_touch_on",
        "last_touch_on",
        "due_on",
        "mean_sale",
        "last_on",
        "archived",
    ),
)

rhythm_counts = Table(
    "rhythm_counts",
    METADATA,
    key(),
    Column("kind", Text, nullable=False),  # one of KINDS
    Column("number", BIG, nullable=False),
    Column("contacts", Integer, nullable=False),
    UniqueConstraint("kind", "number"),
)
"""How many contacts, archived ones left out, have the same number: so that nobody has to be counted."""

DUE, ONCE, PERIOD = "due", "once", "period"
KINDS = (DUE, ONCE, PERIOD)
"""What is counted: the day of due_on, the last purchase day of who has no other, the own period in whole days."""
FIRST_DAY = date.min
"""The day of number 0."""


def rhythm_of(contact_ids: Any = None, as_of: date | None = None) -> Select[Any]:
    """The rows of `contact_rhythm`, from purchases and touches: a row a contact that is not in the trash.

    `contact_ids`: a statement or list of the contacts wanted, all without it. `as_of`: events after it are left out.
    """
    bought, touched = _bought(contact_ids, as_of), _touched(contact_ids, as_of)
    days = func.coalesce(bought.c.purchase_days, 0)
    statement = (
        select(
            contacts.c.id.label("contact_id"),
            days.label("purchase_days"),
            func.coalesce(bought.c.sale_count, 0).label("sale_count"),
            bought.c.first_on,
            bought.c.last_on,
            func.coalesce(bought.c.revenue, 0).label("revenue"),
            func.coalesce(bought.c.refunds, 0).label("refunds"),
            func.coalesce(bought.c.cost, 0).label("cost"),
            bought.c.span_days,
            _due_on(bought).label("due_on"),
            _yearly_value(bought).label("yearly_value"),
            touched.c.last_touch_on,
            func.coalesce(touched.c.touch_count, 0).label("touch_count"),
            case((bought.c.purchase_days == 1, bought.c.revenue // bought.c.sale_count)).label("mean_sale"),
            greatest_of(bought.c.last_event_on, touched.c.last_touch_on, type_=Date).label("last_event_on"),
            contacts.c.archived_at.is_not(None).label("archived"),
        )
        .outerjoin(bought, bought.c.contact_id == contacts.c.id)
        .outerjoin(touched, touched.c.contact_id == contacts.c.id)
        .where(not_deleted())
    )
    return statement if contact_ids is None else statement.where(contacts.c.id.in_(contact_ids))


def counted(rhythm: FromClause, kind: str) -> Select[Any]:
    """Rows of kind, number and contacts, as `rhythm_counts` has them, of rows of `contact_rhythm`."""
    c = rhythm.c
    number, condition = {
        DUE: (days_between(c.due_on, literal(FIRST_DAY)), c.due_on.is_not(None)),
        ONCE: (days_between(c.last_on, literal(FIRST_DAY)), c.purchase_days == 1),
        PERIOD: (c.span_days // func.nullif(c.purchase_days - 1, 0, type_=Integer), c.purchase_days >= 2),
    }[kind]
    told: list[Any] = [literal(kind).label("kind"), number.label("number"), func.count().label("contacts")]
    return select(*told).select_from(rhythm).where(condition, ~c.archived).group_by(number)


def _bought(contact_ids: Any, as_of: date | None) -> Subquery:
    sale = purchases.c.kind == "sale"
    sold_on = case((sale, purchases.c.purchased_on))
    statement = (
        select(
            purchases.c.contact_id,
            func.count(distinct(sold_on)).label("purchase_days"),
            func.count(sold_on).label("sale_count"),
            func.min(sold_on, type_=Date).label("first_on"),
            func.max(sold_on, type_=Date).label("last_on"),
            days_between(func.max(sold_on), func.min(sold_on)).label("span_days"),
            total(case((sale, purchases.c.amount))).label("revenue"),
            total(case((~sale, purchases.c.amount))).label("refunds"),
            total(case((sale, purchases.c.cost), else_=-purchases.c.cost)).label("cost"),
            func.max(purchases.c.purchased_on, type_=Date).label("last_event_on"),
        )
        .where(purchases.c.contact_id.is_not(None))
        .group_by(purchases.c.contact_id)
    )
    return _narrowed(statement, purchases.c.contact_id, contact_ids, purchases.c.purchased_on, as_of)


def _touched(contact_ids: Any, as_of: date | None) -> Subquery:
    statement = select(
        touches.c.contact_id,
        func.max(touches.c.happened_on, type_=Date).label("last_touch_on"),
        func.count().label("touch_count"),
    ).group_by(touches.c.contact_id)
    return _narrowed(statement, touches.c.contact_id, contact_ids, touches.c.happened_on, as_of)


def _narrowed(
    statement: Select[Any], owner: Column[Any], contact_ids: Any, event_on: Column[Any], as_of: date | None
) -> Subquery:
    if contact_ids is not None:
        statement = statement.where(owner.in_(contact_ids))
    if as_of is not None:
        statement = statement.where(event_on <= as_of)
    return statement.subquery()


def _due_on(bought: Subquery) -> Any:
    """The first day on which silent * (d - 1) > span; null where the calendar ends before it."""
    wait = bought.c.span_days // func.nullif(bought.c.purchase_days - 1, 0, type_=Integer) + 1
    days_left = days_between(literal(date.max), bought.c.last_on)
    return case((wait <= days_left, plus_days(bought.c.last_on, wait)))


def _yearly_value(bought: Subquery) -> Any:
    """revenue * 365 * (d - 1) / (sale_count * span), rounded half up; the whole part first, so that 64 bits do."""
    gaps, divisor = bought.c.purchase_days - 1, bought.c.sale_count * bought.c.span_days
    whole, rest = bought.c.revenue // divisor, bought.c.revenue % divisor
    value = whole * 365 * gaps + (rest * 730 * gaps + divisor) // (2 * divisor)
    return case((and_(bought.c.purchase_days >= 2, bought.c.span_days > 0), value))
