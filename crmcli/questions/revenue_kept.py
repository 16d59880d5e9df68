"""Revenue of everybody without groups, from what is kept by months; what a period cuts short of a month is counted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy import values as rows_of_values

from crmcli.schema import buyer_months, month_totals, purchases
from crmcli.schema.functions import total
from crmcli.values.periods import Period, calendar_part

_DAY = timedelta(days=1)
_SUMS = ("buyers", "sales", "revenue", "refunds")
_CUT = ("since", "until", "cut_since", "cut_until", "from_on", "to_on")
"""Of a month that a period cuts short: the period, what is left of the month, and the days of the whole months."""


def purchase_days() -> Select[Any]:
    """One row: first_on and last_on, the days of the first and the last purchase; both null where there is none."""
    first, last = (select(end(purchases.c.purchased_on)).scalar_subquery() for end in (func.min, func.max))
    return select(first.label("first_on"), last.label("last_on"))


def revenue_kept(periods: Sequence[Period], bought: Period) -> Select[Any]:
    """The rows that `revenue_counted` has of these periods. `bought`: from the first day of a purchase to the last.

    Beyond those days nothing was bought: a month that goes on after the last of them is not cut short.
    """
    parts = [(one, *_parted(one, bought)) for one in sorted(set(periods))]
    sums: list[Select[Any]] = []
    if months := [
        (one.since, one.until, _number(whole.since), _number(whole.until)) for one, whole, _ in parts if whole
    ]:
        within = _values("months", {"since": Date, "until": Date, "from_month": Integer, "to_month": Integer}, months)
        sums += [_of_months(within), _buyers_of_months(within)]
    if cuts := [_with_cut(one, whole, cut) for one, whole, found in parts for cut in found]:
        bought_then = _bought_within(_values("cuts", dict.fromkeys(_CUT, Date), cuts))
        sums += [_of_cuts(bought_then), _buyers_of_cuts(bought_then)]
    each = union_all(*sums).subquery()
    keys = (each.c.since, each.c.until, cast(null(), Text).label("group"), each.c.attributed)
    added = [total(each.c[name]).label(name) for name in _SUMS]
    return select(*keys, *added).group_by(each.c.since, each.c.until, each.c.attributed)


def _parted(period: Period, bought: Period) -> tuple[Period | None, list[Period]]:
    """The whole months of a period, None without any, and what is left of it."""
    begins = period.since.day == 1 or period.since <= bought.since
    ends = period.until >= bought.until or (period.until + _DAY).day == 1
    if _number(period.since) == _number(period.until) and not (begins and ends):
        return None, [period]
    since = period.since if begins else calendar_part(period.since, "month").until + _DAY
    until = period.until if ends else calendar_part(period.until, "month").since - _DAY
    if since > until:
        return None, [period]
    before = [] if begins else [Period(period.since, since - _DAY)]
    return Period(since, until), before + ([] if ends else [Period(until + _DAY, period.until)])


def _with_cut(period: Period, whole: Period | None, cut: Period) -> tuple[date, ...]:
    """The columns of _CUT; without whole months, days that are none."""
    from_on, to_on = (whole.since, whole.until) if whole else (date.max, date.min)
    return period.since, period.until, cut.since, cut.until, from_on, to_on


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _values(name: str, kinds: Mapping[str, Any], rows: Sequence[tuple[Any, ...]]) -> CTE:
    columns = (column(each, kind) for each, kind in kinds.items())
    return rows_of_values(*columns, name=f"all_{name}").data(rows).cte(name)


def _of_months(within: CTE) -> Select[Any]:
    c = month_totals.c
    inside = c.month.between(within.c.from_month, within.c.to_month)
    told = _row(within, c.attributed, literal(0), c.sale_count, c.revenue, c.refunds)
    return told.join_from(within, month_totals, inside)


def _buyers_of_months(within: CTE) -> Select[Any]:
    """Who bought in these months, counted in the first of them in which he did."""
    c = buyer_months.c
    inside = and_(c.month.between(within.c.from_month, within.c.to_month), c.previous_month < within.c.from_month)
    return _row(within, true(), c.buyers).join_from(within, buyer_months, inside)


def _bought_within(cuts: CTE) -> CTE:
    """The purchases of each cut month."""
    c, p = cuts.c, purchases.c
    told = (c.since, c.until, c.from_on, c.to_on, p.contact_id, p.kind, p.amount)
    then = p.purchased_on.between(c.cut_since, c.cut_until)
    return select(*told).join_from(cuts, purchases, then).cte("bought_then")


def _of_cuts(bought: CTE) -> Select[Any]:
    c, sold = bought.c, bought.c.kind == "sale"
    sums = (case((sold, 1), else_=0), case((sold, c.amount), else_=0), case((sold, 0), else_=c.amount))
    return _row(bought, c.contact_id.is_not(None), literal(0), *sums)


def _buyers_of_cuts(bought: CTE) -> Select[Any]:
    """Who bought in a month that is cut, but in none of the whole ones."""
    c, also = bought.c, purchases.alias("also")
    buyer = case((c.kind == "sale", c.contact_id))  # so written, no index of sales is made for this one statement
    sold = select(c.since, c.until, c.from_on, c.to_on, buyer.label("contact_id")).where(buyer.is_not(None))
    each = sold.distinct().subquery()
    whole = also.c.purchased_on.between(each.c.from_on, each.c.to_on)
    too = exists().where(also.c.contact_id == each.c.contact_id, also.c.kind == "sale", whole)
    return _row(each, true(), literal(1)).where(~too)


def _row(of: FromClause, attributed: ColumnElement[bool], buyers: Any, *money: Any) -> Select[Any]:
    """What one thing adds to a period: buyers, and sales, revenue and refunds if it has any."""
    added = zip(_SUMS, (buyers, *(money or (literal(0),) * 3)), strict=True)
    labelled = (amount.label(name) for name, amount in added)
    return select(of.c.since, of.c.until, attributed.label("attributed"), *labelled)
