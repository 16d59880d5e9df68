"""What forecasts go by: when customers first and last bought, on how many days, and for how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, literal, or_, select

from crmcli.questions.contacts import external_ref
from crmcli.questions.rhythm import rhythm_at
from crmcli.schema import contact_rhythm, contacts, purchases
from crmcli.schema.columns import BIG
from crmcli.schema.functions import days_between, total

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Forecast:
    """The as-of day, how many days ahead, and whom the answer is about: all without `among`.

    The models are fitted to all customers anyway: who is chosen by what he did would make them wrong.
    """

    day: date
    days: int = 90
    among: Select[Any] | None = None

    @property
    def last_day(self) -> date:
        """The last of the coming days, or of the calendar."""
        return self.day + timedelta(days=min(self.days, (date.max - self.day).days))


def customers(asked: Forecast) -> Select[Any]:
    """A row a customer not in the trash, by id, of whole numbers.

    contact_id, purchase_days, span_days, age_days (since the first purchase), net (sales less refunds, minor units),
    asked_about (1 of those the answer is about: not archived, and in `among`).
    """
    rhythm = rhythm_at(asked.day)
    wanted = [~rhythm.c.archived]
    if asked.among is not None:
        wanted.append(rhythm.c.contact_id.in_(asked.among))
    return (
        select(
            rhythm.c.contact_id,
            rhythm.c.purchase_days,
            rhythm.c.span_days,
            days_between(literal(asked.day), rhythm.c.first_on).label("age_days"),
            (rhythm.c.revenue - rhythm.c.refunds).label("net"),
            case((and_(*wanted), 1), else_=0).label("asked_about"),
        )
        .where(rhythm.c.purchase_days > 0)
        .order_by(rhythm.c.contact_id)
    )


def recent(asked: Forecast, held_out_days: int) -> Select[Any]:
    """What the rollup does not tell of those who bought after the cut, held_out_days ago, or in the year before it, or
    ever gave anything back.

    A row a contact, by id, of whole numbers. year_days: purchase days in the last year; known_year_days: in the year
    before the cut; later_days, later_net: after the cut; known_ago: days from the last purchase day up to the cut
    to the as-of day, -1 where there is none.
    """
    cut = asked.day - timedelta(days=held_out_days)
    day, amount = purchases.c.purchased_on, purchases.c.amount
    bought_since = _before(cut, YEAR)
    rhythm = contact_rhythm.c
    changed = select(rhythm.contact_id).where(or_(rhythm.last_on > bought_since, rhythm.refunds > 0))
    sale = purchases.c.kind == "sale"
    sold_on = case((sale, day))
    known = func.max(case((day <= cut, sold_on)))
    return (
        select(
            purchases.c.contact_id,
            _days(sold_on, _before(asked.day, YEAR), asked.day).label("year_days"),
            _days(sold_on, bought_since, cut).label("known_year_days"),
            _days(sold_on, cut, asked.day).label("later_days"),
            total(case((and_(day > cut, sale), amount), (day > cut, -amount))).label("later_net"),
            func.coalesce(days_between(literal(asked.day), known), -1).label("known_ago"),
        )
        .where(day <= asked.day, purchases.c.contact_id.in_(changed))
        .group_by(purchases.c.contact_id)
        .having(func.min(sold_on).is_not(None))
        .order_by(purchases.c.contact_id)
    )


def named(contact_ids: list[int] | None) -> Select[Any]:
    """contact_id, name and external_ref of these contacts, or of all."""
    statement = select(contacts.c.id.label("contact_id"), contacts.c.name, external_ref().label("external_ref"))
    return statement if contact_ids is None else statement.where(contacts.c.id.in_(contact_ids))


def margins(day: date) -> Select[Any]:
    """One row, of sales to customers up to a day: revenue, refunds, costed (the revenue of sales whose cost is known)
    and cost (theirs); minor units.
    """
    c = purchases.c
    sale = c.kind == "sale"
    known = and_(sale, c.cost.is_not(None))
    sums: list[Any] = [
        total(case((sale, c.amount))).label("revenue"),
        total(case((~sale, c.amount))).label("refunds"),
        total(case((known, c.amount))).label("costed"),
        total(case((known, c.cost))).label("cost"),
    ]
    return select(*sums).where(c.contact_id.is_not(None), c.purchased_on <= day)


def shares(row: Mapping[str, int]) -> dict[str, float]:
    """What of the revenue is given back (refund_share), what goods take of the rest where their cost is known
    (goods_share, nothing where it is not known at all), what they leave of it (margin, never below nothing), and of
    what part of the revenue the cost is known; from the row of `margins`.
    """
    revenue, costed = row["revenue"], row["costed"]
    back = min(row["refunds"] / revenue, 1.0) if revenue else 0.0
    goods = row["cost"] / costed if costed else 0.0
    known = costed / revenue if revenue else 0.0
    margin = max(1 - goods, 0.0)
    return {"refund_share": back, "goods_share": goods, "margin": margin, "cost_known_share": known}


def _days(day: Any, after: date, until: date) -> ColumnElement[int]:
    within = and_(day > after, day <= until)
    return func.count(distinct(case((within, day)))).cast(BIG)


def _before(day: date, span: timedelta) -> date:
    """The day so long before; the first of the calendar where there is none."""
    return day - span if day - date.min > span else date.min
