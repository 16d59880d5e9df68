"""Profit, payback and what touches cost, naively: loops over the rows of a world."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from crmcli.questions.costs import ServiceCosts
from crmcli.questions.profit import Profit
from tests.builders import Row
from tests.questions import some_segments
from tests.questions.naive import half_up, lower_median
from tests.questions.world import World, a_world


def a_priced_world(seed: int, contacts: int = 60) -> World:
    """A world whose touches have minutes and ratings, or not, and whose channels have a cost or none."""
    random, world = Random(seed), a_world(seed, contacts)
    for touch in world.touches:
        touch["minutes"] = random.choice((None, 0, 5, 240))
        touch["rating"] = random.choice((None, None, 0, 2_000, 5_000, 8_000, 10_000))
    for channel, cost in zip(world.channels, (100_000, None, 30_000), strict=True):
        channel["acquisition_cost"] = cost
    return world


def touch_cost(costs: ServiceCosts, touch: Row) -> int | None:
    """What a touch cost; None where that is not known."""
    timed = None if costs.minute is None or touch["minutes"] is None else costs.minute * touch["minutes"]
    known = [cost for cost in (costs.kinds.get(touch["kind"]), timed) if cost is not None]
    return sum(known) if known else None


def is_within(asked: Profit, on: date) -> bool:
    """Whether a day lies in the period."""
    return on <= asked.until and (asked.since is None or on >= asked.since)


def margin(purchase: Row) -> int:
    """What a purchase brings after its goods; what a refund takes away."""
    sign = 1 if purchase["kind"] == "sale" else -1
    return sign * (int(purchase["amount"]) - int(purchase["cost"] or 0))


def account(world: World, asked: Profit, contact: Row) -> Row:
    """What a contact brought and cost in the period."""
    bought = [p for p in world.purchases if p["contact_id"] == contact["id"] and p["purchased_on"] <= asked.until]
    touched = [t for t in world.touches if t["contact_id"] == contact["id"] and is_within(asked, t["happened_on"])]
    won_on = min((p["purchased_on"] for p in bought), default=None)
    within = [p for p in bought if is_within(asked, p["purchased_on"])]
    channel = next((c for c in world.channels if c["id"] == contact["channel_id"]), {})
    is_won = won_on is not None and is_within(asked, won_on)
    acquisition = channel.get("acquisition_cost") if is_won else 0
    revenue = sum(p["amount"] for p in within if p["kind"] == "sale")
    refunds = sum(p["amount"] for p in within if p["kind"] == "refund")
    service = sum(touch_cost(asked.costs, t) or 0 for t in touched)
    return {
        "contact_id": contact["id"],
        "name": contact["name"],
        "external_ref": None,
        "owner": world.name("employees", contact["owner_id"]),
        "channel": channel.get("name"),
        "first_purchase_on": won_on,
        "sales": sum(p["kind"] == "sale" for p in within),
        "revenue": revenue,
        "refunds": refunds,
        "cost_of_goods": revenue - refunds - sum(margin(p) for p in within),
        "touches": len(touched),
        "cost_of_service": service,
        "acquisition_cost": acquisition,
        "profit": sum(margin(p) for p in within) - service - (acquisition or 0),
        "purchases_without_cost": sum(p["cost"] is None for p in within),
        "touches_without_cost": sum(touch_cost(asked.costs, t) is None for t in touched),
        # what the list does not tell
        "is_customer": won_on is not None and bool(within or touched),
        "is_won": is_won,
        "winning": sum(
            touch_cost(asked.costs, t) or 0 for t in touched if won_on is None or t["happened_on"] <= won_on
        ),
        "days": 0 if won_on is None else max((asked.until - max(won_on, _day_before(asked, won_on))).days, 0),
    }


def _day_before(asked: Profit, otherwise: date) -> date:
    return otherwise if asked.since is None else date.fromordinal(asked.since.toordinal() - 1)


def customer_profits(world: World, asked: Profit, *, losing: bool = False) -> list[Row]:
    """The rows of the list in order."""
    rows = [
        row
        for contact in world.present
        if contact["archived_at"] is None and (row := account(world, asked, contact))["is_customer"]
    ]
    hidden = ("is_customer", "is_won", "winning", "days")
    shown = [{key: value for key, value in row.items() if key not in hidden} for row in rows]
    if losing:
        return sorted((r for r in shown if r["profit"] < 0), key=lambda row: (row["profit"], row["contact_id"]))
    return sorted(shown, key=lambda row: (-row["profit"], row["contact_id"]))


def profit_groups(world: World, asked: Profit, by: str) -> list[Row]:
    """A row a channel or segment, or one of all."""
    groups: dict[str | None, list[tuple[Row, Row]]] = defaultdict(list)
    for contact in world.contacts:
        row = account(world, asked, contact)
        if row["touches"] or row["first_purchase_on"]:
            mine = {"channel": [row["channel"]], "segment": some_segments.names_of(contact)}.get(by, [None])
            for name in mine:
                groups[name].append((contact, row))
    names = sorted(groups, key=lambda name: (name is None, name or ""))
    return [_group(world, asked, name, groups[name]) for name in names]


def _group(world: World, asked: Profit, name: str | None, members: list[tuple[Row, Row]]) -> Row:
    rows = [row for _, row in members]
    customers = [row for row in rows if row["first_purchase_on"]]
    losing = [row for row in rows if row["is_customer"] and row["profit"] < 0]
    won = [(contact, row) for contact, row in members if row["is_won"]]
    priced = [(contact, row) for contact, row in won if row["acquisition_cost"] is not None]
    waits = [payback(world, asked, contact, row) for contact, row in priced]
    median = lower_median(days for days in waits if days is not None)
    active = sum(row["is_customer"] for row in rows)
    spent = sum(row["winning"] + (row["acquisition_cost"] or 0) for row in rows)
    kept = sum(row["cost_of_service"] - row["winning"] for row in rows)
    days = sum(row["days"] for row in rows)
    known = bool(asked.costs.kinds) or asked.costs.minute is not None
    return {
        "group": name,
        "customers": active,
        "won": len(won),
        **{key: sum(row[key] for row in customers) for key in ("revenue", "refunds", "cost_of_goods")},
        "cost_of_service": sum(row["cost_of_service"] for row in customers),
        "acquisition_cost": sum(row["acquisition_cost"] or 0 for row in customers),
        "profit": sum(row["profit"] for row in customers),
        "losing": len(losing),
        "losing_share": round(len(losing) / active, 4) if active else None,
        "lost": -sum(row["profit"] for row in losing),
        "cost_of_leads": sum(row["cost_of_service"] for row in rows if not row["first_purchase_on"]),
        "purchases_without_cost": sum(row["purchases_without_cost"] for row in rows),
        "customers_without_acquisition_cost": len(won) - len(priced),
        "winning_cost": half_up(spent, len(won)) if won and (known or priced) else None,
        "keeping_cost": half_up(kept * 365, days) if known and days else None,
        "paid_back": sum(wait is not None for wait in waits),
        "not_paid_back": sum(wait is None for wait in waits),
        "payback_days": median,
        "payback_months": None if median is None else 100 * half_up(median * 10 * 12, 365),
    }


def payback(world: World, asked: Profit, contact: Row, row: Row) -> int | None:
    """Days from the first purchase to the first day on which he has brought what he cost; None: not yet."""
    flows: list[tuple[date, Any]] = [
        (p["purchased_on"], margin(p)) for p in world.purchases if p["contact_id"] == contact["id"]
    ]
    flows += [
        (t["happened_on"], -(touch_cost(asked.costs, t) or 0))
        for t in world.touches
        if t["contact_id"] == contact["id"]
    ]
    won_on = row["first_purchase_on"]
    for day in sorted({on for on, _ in flows if won_on <= on <= asked.until}):
        if Fraction(sum(amount for on, amount in flows if on <= day)) >= row["acquisition_cost"]:
            return int((day - won_on).days)
    return None
