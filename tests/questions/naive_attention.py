"""Attention and loyalty, naively: loops over the rows of a world."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from crmcli.questions.attention import FINDINGS, Attention
from crmcli.questions.loyalty import Loyalty
from tests.builders import Row
from tests.questions import naive, some_segments
from tests.questions.naive_profit import touch_cost
from tests.questions.world import World


def touches_of(world: World, contact_id: int, until: date) -> list[Row]:
    """A contact's touches up to a day, in the order in which they happened."""
    mine = [t for t in world.touches if t["contact_id"] == contact_id and t["happened_on"] <= until]
    return sorted(mine, key=lambda touch: (touch["happened_on"], touch["id"]))


def in_last_year(day: date, on: date) -> bool:
    """Whether a day is one of the 365 that end with `day`."""
    return 0 <= (day - on).days < 365


def _person(world: World, asked: Attention, contact: Row, state: Row) -> Row:
    day = asked.at.day
    recent = [t for t in touches_of(world, contact["id"], day) if in_last_year(day, t["happened_on"])]
    bought = [p for p in world.purchases if p["contact_id"] == contact["id"] and in_last_year(day, p["purchased_on"])]
    return {
        "contact": contact,
        "id": contact["id"],
        "lead": state["state"] == "lead",
        "value": state["value"] or 0,
        "touches": len(recent),
        "cost": sum(touch_cost(asked.costs, t) or 0 for t in recent),
        "revenue": sum(p["amount"] if p["kind"] == "sale" else -p["amount"] for p in bought),
    }


def people(world: World, asked: Attention, only: set[int] | None = None) -> list[Row]:
    """The contacts that lists show, or only some of them, with their last year."""
    states = naive.states(world, asked.at)
    live = [c for c in world.present if c["archived_at"] is None and (only is None or c["id"] in only)]
    return [_person(world, asked, contact, states[contact["id"]]) for contact in live]


def first_quarter(ids: Sequence[int]) -> set[int]:
    """The first of four parts as equal as can be, the first ones the larger."""
    return set(ids[: -(-len(ids) // 4)])


def attention_list(world: World, stages: Sequence[Row], asked: Attention, only: set[int] | None = None) -> list[Row]:
    """The rows of the list in order."""
    everybody = people(world, asked, only)
    customers = [person for person in everybody if not person["lead"]]
    most_touched = first_quarter([p["id"] for p in sorted(customers, key=lambda p: (-p["touches"], p["id"]))])
    least_worth = first_quarter([p["id"] for p in sorted(customers, key=lambda p: (p["value"], p["id"]))])
    most_worth = first_quarter([p["id"] for p in sorted(customers, key=lambda p: (-p["value"], p["id"]))])
    rows = []
    for person in everybody:
        row = _row(world, stages, asked, person)
        if person["lead"]:
            found = "waiting" if row.pop("waits") else None
        else:
            row.pop("waits")
            found = None
            if person["touches"] == 0 and person["value"] > 0 and person["id"] in most_worth:
                found = "untouched"
            elif person["touches"] > asked.customer_norm and person["id"] in most_touched & least_worth:
                found = "overserved"
        if found and asked.finding in (None, found):
            rows.append(row | {"finding": found, "silent_days": row["silent_days"] if found == "waiting" else None})
    return sorted(rows, key=_in_order)


def _in_order(row: Row) -> tuple[Any, ...]:
    worth = row["worth"]
    return FINDINGS.index(row["finding"]), worth is None, -(worth or 0), row["contact_id"]


def _row(world: World, stages: Sequence[Row], asked: Attention, person: Row) -> Row:
    day, contact = asked.at.day, person["contact"]
    ever = touches_of(world, person["id"], day)
    last = ever[-1] if ever else {}
    deal = _open_deal(world, stages, person["id"], day)
    heard = [on for on in (last.get("happened_on"), deal.get("opened_on")) if on]
    silent = (day - max(heard)).days if heard else None
    planned = contact.get("next_contact_on")
    waits = (
        bool(deal or any(t["direction"] == "in" for t in ever))
        and silent is not None
        and silent > asked.silent_days
        and last.get("outcome") != "refused"
        and not (planned and planned >= day)
    )
    return {
        "contact_id": person["id"],
        "name": contact["name"],
        "external_ref": None,
        "phones": None,
        "owner": world.name("employees", contact["owner_id"]),
        "channel": world.name("channels", contact["channel_id"]),
        "touches": person["touches"],
        "norm": asked.lead_norm if person["lead"] else asked.customer_norm,
        "cost_of_service": person["cost"],
        "worth": deal.get("amount") if person["lead"] else person["value"],
        "last_touch_on": last.get("happened_on"),
        "last_touch": last.get("kind"),
        "last_direction": last.get("direction"),
        "touches_ever": len(ever) or None,
        "stage": deal.get("stage") if person["lead"] else None,
        "silent_days": silent,
        "waits": waits,
    }


def _open_deal(world: World, stages: Sequence[Row], contact_id: int, day: date) -> Row:
    by_id = {stage["id"]: stage for stage in stages}
    mine = [
        deal | {"stage": by_id[deal["stage_id"]]["name"], "position": by_id[deal["stage_id"]]["position"]}
        for deal in world.deals
        if deal["contact_id"] == contact_id
        and deal["opened_on"] <= day
        and (deal["closed_on"] is None or deal["closed_on"] > day)
    ]
    return max(mine, key=lambda deal: (deal["position"], deal["id"]), default={})


def attention_sums(world: World, asked: Attention, only: set[int] | None = None) -> list[Row]:
    """What customers and leads got, and what they brought."""
    rows = []
    for kind, norm in (("customer", asked.customer_norm), ("lead", asked.lead_norm)):
        group = [person for person in people(world, asked, only) if person["lead"] == (kind == "lead")]
        touched, revenue = sum(p["touches"] for p in group), sum(p["revenue"] for p in group)
        rows.append({
            "kind": kind,
            "contacts": len(group),
            "touches": touched,
            "touches_per_year": naive.half_up(touched * 1000, len(group)) if group else None,
            "norm": norm,
            "below_norm": sum(p["touches"] < norm for p in group),
            "without_touch": sum(not p["touches"] for p in group),
            "cost_of_service": sum(p["cost"] for p in group),
            "revenue": revenue,
            "money_per_touch": naive.half_up(revenue, touched) if touched else None,
        })  # fmt: skip
    return rows


def latest_rating(world: World, contact_id: int, day: date) -> Row | None:
    """The last touch of the year before a day that has a rating."""
    rated = [t for t in touches_of(world, contact_id, day) if t["rating"] is not None]
    return rated[-1] if rated and rated[-1]["happened_on"] > day - timedelta(days=365) else None


def loyalty(world: World, asked: Loyalty, competition: Fraction) -> list[Row]:
    """A row a group."""
    states = naive.states(world, asked.at)
    groups: dict[str | None, list[Row | None]] = defaultdict(list)
    for contact in world.present:
        if contact["archived_at"] is None:
            names = {
                "state": [states[contact["id"]]["state"]],
                "owner": [world.name("employees", contact["owner_id"])],
                "channel": [world.name("channels", contact["channel_id"])],
                "segment": some_segments.names_of(contact),
            }.get(asked.by, [None])
            for group in names:
                groups[group].append(latest_rating(world, contact["id"], asked.at.day))
    return [_loyal(name, groups[name], competition) for name in sorted(groups, key=lambda n: (n is None, n or ""))]


def _loyal(name: str | None, latest: list[Row | None], competition: Fraction) -> Row:
    given = [Fraction(touch["rating"], 10_000) for touch in latest if touch]
    mean = sum(given, Fraction(0)) / len(given) if given else None
    return {
        "group": name,
        "contacts": len(latest),
        "answers": len(given),
        "few_answers": len(given) < 10,
        "satisfaction": None if mean is None else float(mean),
        "competition": float(competition),
        "loyalty": None if mean is None else float(1 - competition * (1 - mean)),
        "unhappy": sum(one <= Fraction(1, 2) for one in given),
    }


def unhappy_buyers(world: World, asked: Loyalty) -> list[Row]:
    """The rows of the list in order."""
    rows = []
    for contact_id, state in naive.states(world, asked.at).items():
        contact, touch = world.contact(contact_id), latest_rating(world, contact_id, asked.at.day)
        if contact["archived_at"] is None and state["state"] == "active" and touch and touch["rating"] <= 5000:
            rows.append({
                "contact_id": contact_id,
                "name": contact["name"],
                "external_ref": None,
                "phones": None,
                "owner": world.name("employees", contact["owner_id"]),
                "channel": world.name("channels", contact["channel_id"]),
                "rating": touch["rating"],
                "rated_on": touch["happened_on"],
                "last_purchase_on": state["last_on"],
                "yearly_value": state["value"],
            })  # fmt: skip
    return sorted(rows, key=lambda row: (row["yearly_value"] is None, -(row["yearly_value"] or 0), row["contact_id"]))
