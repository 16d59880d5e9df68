"""What forecasts go by: when customers first and last bought, on how many days, and for how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, literal, select

from crmcli.questions.contacts import external_ref
from crmcli.questions.rhythm import rhythm_at
from crmcli.schema import contact_rhythm, contacts, purchases
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


def year_days(day: date) -> Select[Any]:
    """A row a customer who bought in the year up to a day: contact_id, and on how many days of it."""
    c = purchases.c
    return (
        select(c.contact_id, func.count(distinct(c.purchased_on)).label("year_days"))
        .where(c.kind == "sale", c.purchased_on > _before(day, YEAR), c.purchased_on <= day, _customers_by(day))
        .group_by(c.contact_id)
    )


def later(day: date, held_out_days: int) -> Select[Any]:
    """What customers of a day bought and gave back after the cut, so many days before it. Whole numbers, a row each.

    contact_id; later_days: purchase days; later_net: sales less refunds, minor units; known_ago: days from the last
    purchase day up to the cut to the day, -1 where there is none.
    """
    cut = day - timedelta(days=held_out_days)
    c, before = purchases.c, purchases.alias()
    sale = c.kind == "sale"
    known = select(func.max(before.c.purchased_on)).where(
        before.c.contact_id == c.contact_id, before.c.kind == "sale", before.c.purchased_on <= cut
    )
    return (
        select(
            c.contact_id,
            func.count(distinct(case((sale, c.purchased_on)))).label("later_days"),
            total(case((sale, c.amount), else_=-c.amount)).label("later_net"),
            func.coalesce(days_between(literal(day), known.scalar_subquery()), -1).label("known_ago"),
        )
        .where(c.purchased_on > cut, c.purchased_on <= day, _customers_by(day))
        .group_by(c.contact_id)
    )


def _customers_by(day: date) -> ColumnElement[bool]:
    """Whether a purchase is of somebody, not in the trash, who had bought by that day."""
    rhythm = contact_rhythm.c
    return purchases.c.contact_id.in_(select(rhythm.contact_id).where(rhythm.first_on <= day))


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


def _before(day: date, span: timedelta) -> date:
    """The day so long before; the first of the calendar where there is none."""
    return day - span if day - date.min > span else date.min
