"""Retention answered naively, from plain data."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import log
from typing import Any

from crmcli.questions.retention import Retention
from tests.builders import Row
from tests.questions import naive
from tests.questions.world import World

Sales = dict[int, list[Row]]


def sales(world: World, asked: Retention, among: Collection[int] | None = None) -> Sales:
    """By customer the sales up to the as-of day, of customers who first bought in the time asked about."""
    found: Sales = {}
    for contact in world.contacts:
        mine = [
            p
            for p in world.purchases
            if p["contact_id"] == contact["id"] and p["kind"] == "sale" and p["purchased_on"] <= asked.day
        ]
        if mine and (among is None or contact["id"] in among):
            first = min(p["purchased_on"] for p in mine)
            if (asked.since or first) <= first <= (asked.until or first):
                found[contact["id"]] = mine
    return found


def cohorts(bought: Sales, asked: Retention) -> list[Row]:
    """A row a cohort and period; periods are walked month by month."""
    rows = []
    firsts = {contact_id: _start(min(days_of(mine)), asked.by) for contact_id, mine in bought.items()}
    for start in sorted(set(firsts.values())):
        members = [contact_id for contact_id, first in firsts.items() if first == start]
        begin, number = start, 0
        while begin <= asked.day:
            end = _next(begin, asked.by) - timedelta(days=1)
            active = sum(any(begin <= day <= end for day in days_of(bought[member])) for member in members)
            rows.append({
                "cohort": _name(start, asked.by),
                "period": number,
                "customers": len(members),
                "active": active,
                "rate": active / len(members) if end <= asked.day else None,
            })  # fmt: skip
            begin, number = _next(begin, asked.by), number + 1
    return rows


def summary(bought: Sales, asked: Retention) -> Row:
    """Who came back, who was lost, and what more retention would bring."""
    gaps = {}
    for contact_id, mine in bought.items():
        days = sorted(set(days_of(mine)))
        gaps[contact_id] = (days[0], (days[1] - days[0]).days if len(days) > 1 else None)
    back = [gap for _, gap in gaps.values() if gap is not None]
    then, lost, now, kept_revenue = _year(bought, asked)
    loss = Fraction(len(lost), len(then)) if then else None
    kept = len(then) - len(lost)
    worth = min(Fraction(1, 20), loss) * len(now) * kept_revenue / kept if loss is not None and kept else None
    return {
        "customers": len(bought),
        "came_back": len(back),
        "came_back_rate": len(back) / len(bought) if bought else None,
        **{f"back_in_{days}_days": _within(gaps, asked, days) for days in (30, 90, 365)},
        "customers_year_ago": len(then),
        "lost_in_year": len(lost),
        "loss_rate": None if loss is None else float(loss),
        "half_life_months": half_life(loss),
        "customers_now": len(now),
        "five_points_worth": None if worth is None else naive.half_up(worth.numerator, worth.denominator),
    }


def _within(gaps: Mapping[int, tuple[date, int | None]], asked: Retention, days: int) -> float | None:
    known = [gap for first, gap in gaps.values() if (asked.day - first).days >= days]
    return sum(gap is not None and gap <= days for gap in known) / len(known) if known else None


def _year(bought: Sales, asked: Retention) -> tuple[set[int], set[int], set[int], int]:
    """Who bought in the year before last, who of them is lost, who bought in the last, and what the kept brought."""
    one, two = year_ago(asked.day), year_ago(year_ago(asked.day))
    then = {who for who, mine in bought.items() if any(two < day <= one for day in days_of(mine))}
    now = {who for who, mine in bought.items() if any(day > one for day in days_of(mine))}
    revenue = sum(p["amount"] for who in then for p in bought[who] if p["purchased_on"] > one)
    return then, then - now, now, revenue


def half_life(loss: Fraction | None) -> int | None:
    """Thousandths of the months after which half is left, to a tenth of a month."""
    if not loss:
        return None
    years = 0.0 if loss == 1 else log(2) / -log(1 - float(loss))
    return round(years * 120) * 100


def unpaid(world: World, asked: Retention, costs: Mapping[int, int]) -> list[Row]:
    """Who left before paying back, the largest sum missing first."""
    rows: list[Row] = []
    for contact in world.present:
        row = naive.rhythm(world, contact, asked.day)
        if row["archived"] or row["last_on"] is None or row["last_on"] > year_ago(asked.day):
            continue
        if not (asked.since or row["first_on"]) <= row["first_on"] <= (asked.until or row["first_on"]):
            continue
        brought, cost = row["revenue"] - row["refunds"] - row["cost"], costs.get(contact["channel_id"])
        if cost is not None and brought < cost:
            rows.append({
                "contact_id": contact["id"],
                "name": contact["name"],
                "external_ref": None,
                "channel": world.name("channels", contact["channel_id"]),
                "last_purchase_on": row["last_on"],
                "brought": brought,
                "acquisition_cost": cost,
                "missing": cost - brought,
            })  # fmt: skip
    return sorted(rows, key=lambda row: (-row["missing"], row["contact_id"]))


def year_ago(day: date) -> date:
    """The same day a year before, or the last of February."""
    return date(day.year - 1, 2, 28) if (day.month, day.day) == (2, 29) else date(day.year - 1, day.month, day.day)


def days_of(mine: list[Row]) -> list[Any]:
    """The days of these sales."""
    return [p["purchased_on"] for p in mine]


def _start(day: date, by: str) -> date:
    return date(day.year, day.month if by == "month" else day.month - (day.month - 1) % 3, 1)


def _next(start: date, by: str) -> date:
    return _start(start + timedelta(days=31 if by == "month" else 95), by)


def _name(start: date, by: str) -> str:
    return start.isoformat()[:7] if by == "month" else f"{start.year}-Q{start.month // 3 + 1}"
