"""Every question answered naively, from plain data: what the statements are compared with.

Written from the words of the design, not from the statements: loops, sets, fractions.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

from crmcli.questions.funnel import Funnel
from crmcli.questions.reactivate import Reactivation
from crmcli.questions.rhythm import AsOf
from tests.builders import Row
from tests.questions.world import World


def rhythm(world: World, contact: Row, as_of: date = date.max) -> Row:
    """The contact's row of the rollup, from the events up to a day."""
    bought = [p for p in world.purchases if p["contact_id"] == contact["id"] and p["purchased_on"] <= as_of]
    touched = [
        t["happened_on"] for t in world.touches if t["contact_id"] == contact["id"] and t["happened_on"] <= as_of
    ]
    sales = [p for p in bought if p["kind"] == "sale"]
    refunds = [p for p in bought if p["kind"] == "refund"]
    days = sorted({p["purchased_on"] for p in sales})
    span = (days[-1] - days[0]).days if days else None
    revenue = sum(p["amount"] for p in sales)
    return {
        "contact_id": contact["id"],
        "purchase_days": len(days),
        "sale_count": len(sales),
        "first_on": days[0] if days else None,
        "last_on": days[-1] if days else None,
        "revenue": revenue,
        "refunds": sum(p["amount"] for p in refunds),
        "cost": sum(p["cost"] or 0 for p in sales) - sum(p["cost"] or 0 for p in refunds),
        "span_days": span,
        "due_on": first_due_day(days) if len(days) >= 2 else None,
        "yearly_value": half_up(revenue * 365 * (len(days) - 1), len(sales) * span) if span else None,
        "last_touch_on": max(touched, default=None),
        "touch_count": len(touched),
        "mean_sale": revenue // len(sales) if len(days) == 1 else None,
        "last_event_on": max([*touched, *(p["purchased_on"] for p in bought)], default=None),
        "archived": contact["archived_at"] is not None,
    }


def first_due_day(days: Sequence[date]) -> date:
    """The first day on which the silence is longer than the mean gap of these purchase days."""
    day = days[-1]
    while Fraction((day - days[-1]).days) <= Fraction((days[-1] - days[0]).days, len(days) - 1):
        day += timedelta(days=1)
    return day


def half_up(part: int, whole: int) -> int:
    """The quotient rounded half up."""
    return floor(Fraction(part, whole) + Fraction(1, 2))


def lower_median(numbers: Iterable[int]) -> int | None:
    """The middle one; of two middle ones the lower; None of nothing."""
    ordered = sorted(numbers)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def states(world: World, at: AsOf) -> dict[int, Row]:
    """By contact not in the trash: the rollup as of the day, silent_days, period_days, period_source, state, value."""
    rows = [rhythm(world, contact, at.day) for contact in world.present]
    repeated = [row for row in rows if row["purchase_days"] >= 2 and not row["archived"]]
    median = lower_median(row["span_days"] // (row["purchase_days"] - 1) for row in repeated)
    return {row["contact_id"]: row | _state(row, at, median) for row in rows}


def _state(row: Row, at: AsOf, median: int | None) -> Row:
    if row["purchase_days"] == 0:
        return {"silent_days": None, "period_days": None, "period_source": None, "state": "lead", "value": None}
    silent = (at.day - row["last_on"]).days
    if row["purchase_days"] >= 2:
        period, source = Fraction(row["span_days"], row["purchase_days"] - 1), "own"
        value = row["yearly_value"]
    elif median is None:
        return {"silent_days": silent, "period_days": None, "period_source": None, "state": "active", "value": None}
    else:
        period, source = Fraction(median), "base"
        value = half_up(row["revenue"] * 365, row["sale_count"] * median)
    state = _longer_than(silent, period, at.due_factor, at.dormant_factor)
    return {
        "silent_days": silent, "period_days": floor(period), "period_source": source, "state": state, "value": value,
    }  # fmt: skip


def _longer_than(silent: int, period: Fraction, due: Decimal, dormant: Decimal) -> str:
    if silent > period * Fraction(dormant):
        return "dormant"
    return "due" if silent > period * Fraction(due) else "active"


def to_reactivate(world: World, asked: Reactivation) -> tuple[list[Row], int]:
    """The rows in order, and how many are left out because they were touched."""
    listed, left_out = [], 0
    for contact_id, row in states(world, asked.at).items():
        contact = world.contact(contact_id)
        if not _wanted(contact, row, asked):
            continue
        touched_on = row["last_touch_on"]
        if touched_on and (asked.at.day - touched_on).days <= asked.touched_days and not asked.include_touched:
            left_out += 1
            continue
        listed.append({
            "contact_id": contact_id,
            "name": contact["name"],
            "external_ref": None,
            "phones": None,
            "emails": None,
            "owner": world.name("employees", contact["owner_id"]),
            "channel": world.name("channels", contact["channel_id"]),
            "state": row["state"],
            "last_purchase_on": row["last_on"],
            "silent_days": row["silent_days"],
            "period_days": row["period_days"],
            "period_source": row["period_source"],
            "purchase_days": row["purchase_days"],
            "revenue": row["revenue"],
            "yearly_value": row["value"],
            "last_touch_on": touched_on,
            "span_days": row["span_days"],
            "age_days": (asked.at.day - row["first_on"]).days,
        })  # fmt: skip
    return sorted(listed, key=lambda row: (-row["yearly_value"], row["contact_id"])), left_out


def _wanted(contact: Row, row: Row, asked: Reactivation) -> bool:
    return (
        row["state"] in asked.states
        and contact["archived_at"] is None
        and asked.owner_id in (None, contact["owner_id"])
        and asked.channel_id in (None, contact["channel_id"])
        and (asked.min_value is None or row["value"] >= asked.min_value)
    )


def in_period(asked: Funnel, on: date) -> bool:
    """Whether a day lies in the period."""
    return (asked.since is None or on >= asked.since) and (asked.until is None or on <= asked.until)


def funnel(world: World, stages: Sequence[Row], asked: Funnel) -> list[Row]:
    """The funnel of the deals opened in the period: a row a group and stage that is not lost."""
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for deal in world.deals:
        if in_period(asked, deal["opened_on"]) and not world.is_deleted(deal["contact_id"]):
            groups[_group_of(world, asked.by, deal)].append(deal)
    return [
        row
        for group in _in_order(groups or {None: []})
        for row in _funnel_of(group, groups[group], world, [s for s in stages if s["kind"] != "lost"], stages)
    ]


def _funnel_of(
    group: str | None, deals: Sequence[Row], world: World, steps: Sequence[Row], stages: Sequence[Row]
) -> list[Row]:
    ways = [(deal, _way(world, deal, stages)) for deal in deals]
    rows: list[Row] = []
    for step in steps:
        position = step["position"]
        there = [deal for deal, way in ways if _furthest(way, steps) >= position]
        stays = [max((left - on).days, 0) for _, way in ways for (s, on), (_, left) in pairwise(way) if s == step]
        rows.append({
            "group": group,
            "stage": step["name"],
            "position": position,
            "kind": step["kind"],
            "reached": len(there),
            "conversion_step": _fraction(len(there), rows[-1]["reached"]) if rows else None,
            "conversion_total": _fraction(len(there), rows[0]["reached"] if rows else len(there)),
            "lost_here": sum(way[-1][0]["kind"] == "lost" and _last_open(way, steps) == step for _, way in ways),
            "open_here": sum(way[-1][0] == step and step["kind"] == "open" for _, way in ways),
            "amount": sum(deal["amount"] or 0 for deal in there),
            "median_days": lower_median(stays),
        })  # fmt: skip
    return rows


def _way(world: World, deal: Row, stages: Sequence[Row]) -> list[tuple[Row, date]]:
    """The stages that a deal went through, in the order in which the moves were recorded."""
    by_id = {stage["id"]: stage for stage in stages}
    moves = sorted((m for m in world.stage_moves if m["deal_id"] == deal["id"]), key=lambda move: move["id"])
    return [(by_id[move["stage_id"]], move["moved_on"]) for move in moves]


def _furthest(way: Sequence[tuple[Row, date]], steps: Sequence[Row]) -> int:
    positions: list[int] = [stage["position"] for stage, _ in way if stage["kind"] != "lost"]
    first: int = steps[0]["position"]
    return max(positions, default=first)


def _last_open(way: Sequence[tuple[Row, date]], steps: Sequence[Row]) -> Row:
    return next((stage for stage, _ in reversed(way) if stage["kind"] == "open"), steps[0])


def activity(world: World, stages: Sequence[Row], asked: Funnel) -> list[Row]:
    """What fell into the period: touches, moves, sales, a row a group and stage that is not lost."""
    touches = _touches_by_group(world, asked)
    moves = _moves_by_group(world, asked)
    sales = _sales_by_group(world, asked)
    rows: list[Row] = []
    for group in _in_order({**touches, **moves, **sales} or {None: []}):
        for step in (s for s in stages if s["kind"] != "lost"):
            if step["kind"] == "won":
                found = sales[group]
                count, amount = len({p["id"] for p, _ in found}), sum(part for _, part in found)
            elif step["entered_by"]:
                count, amount = sum(t["kind"] == step["entered_by"] for t in touches[group]), None
            else:
                entered = [deal for stage_id, deal in moves[group] if stage_id == step["id"]]
                count, amount = len(entered), sum(deal["amount"] or 0 for deal in entered)
            rows.append({
                "group": group,
                "stage": step["name"],
                "position": step["position"],
                "kind": step["kind"],
                "count": count,
                "amount": amount,
            })  # fmt: skip
    return rows


def _touches_by_group(world: World, asked: Funnel) -> dict[str | None, list[Row]]:
    groups: dict[str | None, list[Row]] = defaultdict(list)
    for touch in world.touches:
        if in_period(asked, on := touch["happened_on"]) and not world.is_deleted(touch["contact_id"]):
            deal = world.deal(touch["deal_id"])
            channel_id = world.contact(touch["contact_id"])["channel_id"]
            group = _group(world, asked.by, on=on, owner=touch["employee_id"], channel=channel_id, deal=deal)
            groups[group].append(touch)
    return groups


def _moves_by_group(world: World, asked: Funnel) -> dict[str | None, list[tuple[int, Row]]]:
    groups: dict[str | None, list[tuple[int, Row]]] = defaultdict(list)
    for move in world.stage_moves:
        deal = world.deal(move["deal_id"])
        if in_period(asked, move["moved_on"]) and not world.is_deleted(deal["contact_id"]):
            groups[_group_of(world, asked.by, deal, move["moved_on"])].append((move["stage_id"], deal))
    return groups


def _sales_by_group(world: World, asked: Funnel) -> dict[str | None, list[tuple[Row, int]]]:
    """The sales with what of each belongs to the group: by product that of its lines."""
    groups: dict[str | None, list[tuple[Row, int]]] = defaultdict(list)
    for sale in world.purchases:
        if sale["kind"] != "sale" or not in_period(asked, on := sale["purchased_on"]):
            continue
        deal = world.deal(sale["deal_id"])
        lines = [line for line in world.purchase_lines if line["purchase_id"] == sale["id"]]
        if asked.by == "product" and lines:
            for line in lines:
                groups[world.name("products", line["product_id"])].append((sale, line["amount"]))
        else:
            channel_id = sale["channel_id"] or world.contact(sale["contact_id"]).get("channel_id")
            group = _group(world, asked.by, on=on, owner=sale["owner_id"], channel=channel_id, deal=deal)
            groups[group].append((sale, sale["amount"]))
    return groups


def _group_of(world: World, by: str | None, deal: Row, on: date | None = None) -> str | None:
    """The group of a deal, or of a move of it on a day."""
    channel_id = deal["channel_id"] or world.contact(deal["contact_id"]).get("channel_id")
    return _group(world, by, on=on or deal["opened_on"], owner=deal["owner_id"], channel=channel_id, deal=deal)


def _group(world: World, by: str | None, *, on: date, owner: int | None, channel: int | None, deal: Row) -> str | None:
    answers: dict[str | None, str | None] = {
        None: None,
        "owner": world.name("employees", owner),
        "channel": world.name("channels", channel),
        "month": f"{on:%Y-%m}",
        "product": world.name("products", deal.get("product_id")),
        "reason": deal.get("lost_reason"),
    }
    return answers[by]


def _in_order(groups: Iterable[str | None]) -> list[str | None]:
    return sorted(groups, key=lambda name: (name is None, name or ""))


def _fraction(part: int, whole: int) -> Any:
    return round(part / whole, 4) if whole else None
