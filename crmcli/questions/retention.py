"""How many customers come back, by cohorts of their first purchase, and what of the base is lost in a year.

Archived, deleted and erased customers count: many of them are those who left. Lists of people leave them out.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor, log
from typing import Any

from sqlalchemy import CTE, BigInteger, ColumnElement, Select, and_, case, cast, false, func, select

from crmcli.questions.contacts import external_ref
from crmcli.questions.rhythm import rhythm_at
from crmcli.schema import buyer_months, channels, contacts, purchases
from crmcli.schema.functions import days_between, months_of, total

PERIODS = {"month": 1, "quarter": 3}
"""What cohorts are made by, and how many months that is."""
WITHIN_DAYS = (30, 90, 365)
POINTS = 5

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Retention:
    """The as-of day, and `by` one of PERIODS. Only customers count whose first purchase day lies from `since` to
    `until`, inclusive, and, with `among`, who are among these contact ids.
    """

    day: date
    by: str = "month"
    since: date | None = None
    until: date | None = None
    among: Select[Any] | None = None


def active_counted(asked: Retention) -> Select[Any]:
    """Rows of cohort (the number of the period of the first purchase), period (how many later) and active: how many of
    the cohort bought in that period.
    """
    firsts, number = _firsts(asked), months_of(purchases.c.purchased_on) // PERIODS[asked.by]
    periods = select(purchases.c.contact_id, number.label("number")).where(*_sales(asked))
    each = periods.group_by(purchases.c.contact_id, number).subquery()
    cohort = months_of(firsts.c.first_on) // PERIODS[asked.by]
    period = each.c.number - cohort
    told: list[Any] = [cohort.label("cohort"), period.label("period"), func.count().label("active")]
    return select(*told).join_from(firsts, each, each.c.contact_id == firsts.c.contact_id).group_by(cohort, period)


def active_kept(asked: Retention) -> Select[Any]:
    """The same of everybody, from what is kept by months: right where nothing was bought later in the day's month."""
    c, months = buyer_months.c, PERIODS[asked.by]
    cohort, number = c.first_month // months, c.month // months
    anew = c.previous_month < number * months
    told: list[Any] = [cohort.label("cohort"), (number - cohort).label("period"), total(c.buyers).label("active")]
    counted = select(*told).where(anew, c.month <= number_of(asked.day, "month"))
    return counted.group_by(cohort, number - cohort)


def is_kept(asked: Retention, last_on: date | None) -> bool:
    """Whether `active_kept` answers this, `last_on` being the day of the last purchase of all."""
    everybody = (asked.since, asked.until, asked.among) == (None, None, None)
    return everybody and last_on is not None and (last_on <= asked.day or _is_last_day(asked.day, "month"))


def comebacks(asked: Retention) -> Select[Any]:
    """One row: customers, came_back (have a second purchase day), and for each of WITHIN_DAYS known_N, how many first
    bought at least N days ago, and back_N, how many of these came back within N days.
    """
    firsts = _firsts(asked)
    again = (purchases.c.contact_id == firsts.c.contact_id, purchases.c.purchased_on > firsts.c.first_on)
    second_on = select(func.min(purchases.c.purchased_on)).where(*again, *_sales(asked)).correlate(firsts)
    each = select(firsts.c.first_on, second_on.scalar_subquery().label("second_on")).cte("each")
    each = each.prefix_with("MATERIALIZED")  # else the second day is looked for wherever it is named
    counts: list[Any] = [func.count().label("customers"), func.count(each.c.second_on).label("came_back")]
    for days in WITHIN_DAYS:
        known = each.c.first_on <= _days_before(asked.day, days)
        soon = days_between(each.c.second_on, each.c.first_on) <= days
        counts += [_count_if(known).label(f"known_{days}"), _count_if(and_(known, soon)).label(f"back_{days}")]
    return select(*counts).select_from(each)


def yearly(asked: Retention) -> Select[Any]:
    """One row: then (customers who had bought in the year up to a year ago), lost (those of then who have not bought
    since), now (customers who have bought in the last year), kept_revenue (minor units that those of then have brought
    in the last year).
    """
    year_ago = a_year_before(asked.day)
    recently = purchases.c.purchased_on > year_ago
    c, day = purchases.c, purchases.c.purchased_on
    told: list[Any] = [
        func.min(case((day > a_year_before(year_ago), day))).label("from_on"),
        func.max(day).label("to_on"),
        total(case((recently, c.amount))).label("revenue"),
    ]
    sold = select(*told).where(*_sales(asked)).group_by(c.contact_id)
    if not asked.since and not asked.until:  # nobody's first day is asked for; so written, customers stay in order
        sold = sold.where(func.coalesce(day > a_year_before(year_ago), false()))
    each = sold.having(and_(True, *_first_within(asked, func.min(day)))).subquery()
    then, now = each.c.from_on <= year_ago, each.c.to_on > year_ago
    return select(
        _count_if(then).label("then"),
        _count_if(and_(then, ~now)).label("lost"),
        _count_if(now).label("now"),
        total(case((then, each.c.revenue))).label("kept_revenue"),
    )


def unpaid(asked: Retention, costs: Mapping[int, int]) -> Select[Any]:
    """Who left, a year without a purchase, before paying back what winning him cost; who lacks most first.

    `costs`: minor units by channel id. Rows of contact_id, name, external_ref, channel, last_purchase_on, brought
    (sales - refunds - the cost of what was sold, as far as it is known), acquisition_cost and missing.
    """
    rhythm = rhythm_at(asked.day)
    brought = rhythm.c.revenue - rhythm.c.refunds - rhythm.c.cost
    cost = cast(case(dict(costs), value=contacts.c.channel_id), BigInteger)
    conditions = [rhythm.c.last_on <= a_year_before(asked.day), ~rhythm.c.archived, brought < cost]
    conditions += _first_within(asked, rhythm.c.first_on)
    if asked.among is not None:
        conditions.append(rhythm.c.contact_id.in_(asked.among))
    return (
        select(
            contacts.c.id.label("contact_id"),
            contacts.c.name,
            external_ref().label("external_ref"),
            channels.c.name.label("channel"),
            rhythm.c.last_on.label("last_purchase_on"),
            brought.label("brought"),
            cost.label("acquisition_cost"),
            (cost - brought).label("missing"),
        )
        .join(rhythm, rhythm.c.contact_id == contacts.c.id)
        .join(channels, channels.c.id == contacts.c.channel_id)
        .where(*conditions)
        .order_by((cost - brought).desc(), contacts.c.id)
    )


def unpaid_total(asked: Retention, costs: Mapping[int, int]) -> Select[Any]:
    """One row: left_unpaid, how many they are, and unpaid_amount, what they lack together."""
    rows = unpaid(asked, costs).order_by(None).subquery()
    told: list[Any] = [func.count().label("left_unpaid"), total(rows.c.missing).label("unpaid_amount")]
    return select(*told)


def cohort_rows(asked: Retention, counted: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """A row a cohort and period up to the as-of day: cohort (2026-03, 2026-Q1), period (0 is that of the first
    purchase), customers, active, rate. The rate is null while the period has not ended.
    """
    active = {(row["cohort"], row["period"]): row["active"] for row in counted}
    now = number_of(asked.day, asked.by)
    for cohort in sorted(cohort for cohort, period in active if period == 0):
        customers = active[cohort, 0]
        for period in range(now - cohort + 1):
            ended = cohort + period < now or _is_last_day(asked.day, asked.by)
            bought = active.get((cohort, period), 0)
            yield {
                "cohort": period_name(cohort, asked.by),
                "period": period,
                "customers": customers,
                "active": bought,
                "rate": bought / customers if ended else None,
            }


def summary(back: Row, year: Row) -> dict[str, Any]:
    """What `comebacks` and `yearly` say: counts, rates (fractions), months in thousandths, money in minor units.

    loss_rate: lost / then. half_life_months: after how long half of the customers are gone if every year loses as
    many: 12 * ln 0.5 / ln(1 - loss_rate). five_points_worth: 0.05 (or the loss, if it is smaller) * now * what a kept
    customer has brought in the last year. What has nothing to be divided by is null.
    """
    loss = Fraction(year["lost"], year["then"]) if year["then"] else None
    return {
        "customers": back["customers"],
        "came_back": back["came_back"],
        "came_back_rate": _rate(back["came_back"], back["customers"]),
        **{f"back_in_{days}_days": _rate(back[f"back_{days}"], back[f"known_{days}"]) for days in WITHIN_DAYS},
        "customers_year_ago": year["then"],
        "lost_in_year": year["lost"],
        "loss_rate": None if loss is None else float(loss),
        "half_life_months": _half_life(loss),
        "customers_now": year["now"],
        "five_points_worth": _worth(year, loss),
    }


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    return day.replace(year=max(day.year - 1, 1), day=min(day.day, 28) if day.month == 2 else day.day)


def number_of(day: date, by: str) -> int:
    """The number of the period that a day lies in: the next one's is larger by 1."""
    return (day.year * 12 + day.month - 1) // PERIODS[by]


def period_name(number: int, by: str) -> str:
    """The period of that number: 2026-03 or 2026-Q1."""
    year, part = divmod(number, 12 // PERIODS[by])
    return f"{year:04}-{part + 1:02}" if by == "month" else f"{year:04}-Q{part + 1}"


def _sales(asked: Retention) -> list[ColumnElement[bool]]:
    """The conditions of a customer's sale up to the as-of day."""
    c = purchases.c
    conditions = [c.kind == "sale", c.contact_id.is_not(None), c.purchased_on <= asked.day]
    return conditions if asked.among is None else [*conditions, c.contact_id.in_(asked.among)]


def _firsts(asked: Retention) -> CTE:
    """Rows of contact_id and first_on, the first purchase day."""
    first_on = func.min(purchases.c.purchased_on)
    firsts = select(purchases.c.contact_id, first_on.label("first_on")).where(*_sales(asked))
    return firsts.group_by(purchases.c.contact_id).having(and_(True, *_first_within(asked, first_on))).cte("firsts")


def _first_within(asked: Retention, first_on: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.since:
        conditions.append(first_on >= asked.since)
    if asked.until:
        conditions.append(first_on <= asked.until)
    return conditions


def _count_if(condition: ColumnElement[bool]) -> Any:
    return func.count(case((condition, 1)))


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(max(day.toordinal() - days, 1))


def _is_last_day(day: date, by: str) -> bool:
    return day.month % PERIODS[by] == 0 and day.day == monthrange(day.year, day.month)[1]


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _half_life(loss: Fraction | None) -> int | None:
    """Thousandths of months, to a tenth of a month; null where nobody is lost."""
    if not loss:
        return None
    return 0 if loss == 1 else round(120 * log(0.5) / log(1 - loss)) * 100


def _worth(year: Row, loss: Fraction | None) -> int | None:
    kept = year["then"] - year["lost"]
    if loss is None or not kept:
        return None
    gained: Fraction = min(Fraction(POINTS, 100), loss) * year["now"]
    worth: Fraction = gained * year["kept_revenue"] / kept
    return floor(worth + Fraction(1, 2))
