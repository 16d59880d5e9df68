"""What moved the revenue: buyers x mean sale x sales per buyer, and how much of a change came from each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    column,
    func,
    null,
    select,
)
from sqlalchemy import values as rows_of_values

from crmcli.questions.comparison import Compared
from crmcli.questions.logarithmic_mean import Factors, contributions
from crmcli.schema import channels, contacts, employees, products, purchase_lines, purchases
from crmcli.schema.functions import total
from crmcli.values.periods import Period

UNATTRIBUTED = "unattributed"
"""The group of sales and refunds without a customer, which have no buyers."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Grouping:
    """What purchases are grouped by: the name of a group, the tables that it needs, each with its condition.

    parted: a purchase may belong to several groups, also more than once to one, and `amount` is a part of it.
    """

    name: ColumnElement[str]
    joins: Sequence[tuple[FromClause, ColumnElement[bool]]] = ()
    amount: ColumnElement[int] = purchases.c.amount
    parted: bool = False


@dataclass(frozen=True, slots=True)
class Revenue:
    """The periods asked about, which may overlap; one group without `by`; `among`: a statement of contact ids."""

    periods: Sequence[Period]
    by: Grouping | None = None
    among: Select[Any] | None = None


# A sale that names no channel came by that of its contact. An owner is who sold: nobody else's.
GROUPINGS = {
    "owner": Grouping(employees.c.name, ((employees, employees.c.id == purchases.c.owner_id),)),
    "channel": Grouping(
        channels.c.name,
        (
            (contacts, contacts.c.id == purchases.c.contact_id),
            (channels, channels.c.id == func.coalesce(purchases.c.channel_id, contacts.c.channel_id)),
        ),
    ),
    "product": Grouping(
        products.c.name,
        (
            (purchase_lines, purchase_lines.c.purchase_id == purchases.c.id),
            (products, products.c.id == purchase_lines.c.product_id),
        ),
        func.coalesce(purchase_lines.c.amount, purchases.c.amount),
        parted=True,
    ),
}


def by_segment(members: Subquery) -> Grouping:
    """By the segments of `segment_members`; a contact may be in several."""
    return Grouping(members.c.segment, ((members, members.c.contact_id == purchases.c.contact_id),), parted=True)


def revenue_counted(asked: Revenue) -> Select[Any]:
    """Rows of since, until, group, attributed, buyers, sales, revenue, refunds (minor units).

    A period without purchases has no row. Purchases of contacts in the trash count: the money came in. Those without
    a customer are in rows of their own that are not attributed, without a group.
    """
    c = _purchases_within(asked).c
    sold, refunded = c.kind == "sale", c.kind == "refund"
    sale_ids: Any = case((sold, c.id))
    keys = (c.since, c.until, c.group, c.attributed)
    return select(
        *keys,
        func.count(case((sold, c.contact_id)).distinct()).label("buyers"),
        func.count(sale_ids.distinct() if asked.by and asked.by.parted else sale_ids).label("sales"),
        total(case((sold, c.amount))).label("revenue"),
        total(case((refunded, c.amount))).label("refunds"),
    ).group_by(*keys)


def first_purchase_day(among: Select[Any] | None = None) -> Select[Any]:
    """The day of the first purchase of all; null where there is none."""
    return select(func.min(purchases.c.purchased_on)).where(*_of(among))


def revenue_rows(shown: Sequence[Compared], counted: Iterable[Row], *, grouped: bool = False) -> list[dict[str, Any]]:
    """A row a period and group from `revenue_counted`, periods in their order, groups by revenue.

    mean_sale is rounded half up, sales_per_buyer to four places; what is null has nothing to divide by. The parts of
    the change add up to it exactly. Without groups every period has a row, with them a group has one where it bought
    in either period. Unattributed sales follow, without buyers: the three factors say nothing about them.
    """
    by_period: dict[Period, dict[_Key, Row]] = defaultdict(dict)
    for row in counted:
        by_period[Period(row["since"], row["until"])][not row["attributed"], row["group"]] = row
    rows: list[dict[str, Any]] = []
    for one in shown:
        now, before = by_period[one.period], by_period[one.before]
        keys = {*now, *before} | (set() if grouped else {(False, None)})
        found = [_row(one.name, key, now.get(key, _NOTHING), before.get(key, _NOTHING)) for key in keys]
        rows += sorted(found, key=_place)
    return rows


_Key = tuple[bool, str | None]
"""Whether purchases are unattributed, and their group."""
_NOTHING = {"buyers": 0, "sales": 0, "revenue": 0, "refunds": 0}


def _place(row: Row) -> tuple[Any, ...]:
    return row["buyers"] is None, -row["revenue"], row["group"] is None, row["group"] or ""


def _row(period: str, key: _Key, now: Row, before: Row) -> dict[str, Any]:
    unattributed, group = key
    factors, earlier = (Factors(row["buyers"], row["sales"], row["revenue"]) for row in (now, before))
    parts = (None, None, None) if unattributed else contributions(factors, earlier)
    return {
        "period": period,
        "group": UNATTRIBUTED if unattributed else group,
        "buyers": None if unattributed else now["buyers"],
        "sales": now["sales"],
        "revenue": now["revenue"],
        "mean_sale": factors.mean_sale,
        "sales_per_buyer": factors.sales_per_buyer,
        "refunds": now["refunds"],
        "change": now["revenue"] - before["revenue"],
        "change_from_buyers": parts[0],
        "change_from_mean_sale": parts[1],
        "change_from_sales_per_buyer": parts[2],
    }


def _purchases_within(asked: Revenue) -> CTE:
    """A row a purchase, period and group that it belongs to."""
    c, within = purchases.c, _periods(asked.periods)
    by = asked.by or Grouping(cast(null(), Text))
    attributed = c.contact_id.is_not(None)
    source: Any = within.join(purchases, and_(c.purchased_on >= within.c.since, c.purchased_on <= within.c.until))
    for table, condition in by.joins:
        source = source.outerjoin(table, and_(attributed, condition))
    return (
        select(
            within.c.since,
            within.c.until,
            case((attributed, by.name)).label("group"),
            attributed.label("attributed"),
            c.id,
            c.contact_id,
            c.kind,
            by.amount.label("amount"),
        )
        .select_from(source)
        .where(*_of(asked.among))
        .cte("within")
    )


def _periods(periods: Sequence[Period]) -> CTE:
    days = rows_of_values(column("since", Date), column("until", Date), name="days")
    return days.data([(one.since, one.until) for one in sorted(set(periods))]).cte("periods")


def _of(among: Select[Any] | None) -> list[ColumnElement[bool]]:
    return [] if among is None else [purchases.c.contact_id.in_(among)]
