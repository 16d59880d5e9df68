"""A condition answered naively: what is known of each contact as plain values, and comparisons in Python."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from crmcli.questions.rhythm import AsOf
from crmcli.values.text import search_key
from tests.builders import Row
from tests.questions import naive
from tests.questions.condition.society import Society

Facts = dict[str, Any]
"""A contact's fields: texts as a list of those it has, everything else as it is."""


def facts(society: Society, at: AsOf) -> dict[int, Facts]:
    """By contact not in the trash."""
    states = naive.states(society.world, at)
    return {row["id"]: _own(society, row, at.day) | _measures(states[row["id"]], at.day) for row in society.present}


def _own(society: Society, row: Row, day: date) -> Facts:
    world, points = society.world, [p["kind"] for p in society.points if p["contact_id"] == row["id"]]
    open_deals = [d for d in world.deals if d["contact_id"] == row["id"] and d["stage_id"] <= 6]
    return {
        "name": _texts(row["name"]),
        "kind": row["kind"],
        "city": _texts(row["city"]),
        "owner": _texts(world.name("employees", row["owner_id"])),
        "channel": _texts(world.name("channels", row["channel_id"])),
        "tag": _texts(*(t["tag"] for t in society.tags if t["contact_id"] == row["id"])),
        "tax_id": _texts(row["tax_id"]),
        "company": _texts(society.present_name(row["company_id"])),
        "referred_by": _texts(society.present_name(row["referred_by_id"])),
        "note": _texts(row["note"]),
        "field('Размер')": _texts(row["extra"].get("Размер")),
        "birthday": row["birthday"],
        "birthday_in_days": next_birthday_in(row["birthday"], day),
        "created_on": row["created_at"].date(),
        "next_contact_on": row["next_contact_on"],
        "has_phone": "phone" in points,
        "has_email": "email" in points,
        "archived": row["archived_at"] is not None,
        "open_deals": len(open_deals),
        "open_amount": sum(deal["amount"] or 0 for deal in open_deals),
    }


def _measures(state: Row, day: date) -> Facts:
    sales, touched_on = state["sale_count"], state["last_touch_on"]
    return {
        "state": state["state"],
        "revenue": state["revenue"],
        "refunds": state["refunds"],
        "mean_sale": naive.half_up(state["revenue"], sales) if sales else None,
        "yearly_value": state["value"],
        "purchases": sales,
        "purchase_days": state["purchase_days"],
        "first_purchase_on": state["first_on"],
        "last_purchase_on": state["last_on"],
        "silent_days": state["silent_days"],
        "period_days": state["period_days"],
        "touches": state["touch_count"],
        "last_touch_on": touched_on,
        "untouched_days": (day - touched_on).days if touched_on else None,
    }


def _texts(*texts: str | None) -> list[str]:
    return [key for text in texts if text and (key := search_key(text))]


def next_birthday_in(born: date | None, day: date) -> int | None:
    """Days to the next birthday, counted one by one; 29 February is the 28th in years without it."""
    if born is None:
        return None
    days = 0
    while not _is_birthday(born, day + timedelta(days=days)):
        days += 1
    return days


def _is_birthday(born: date, day: date) -> bool:
    tomorrow = day + timedelta(days=1)
    if (born.month, born.day) == (2, 29) and (tomorrow.month, tomorrow.day) == (3, 1):
        return True
    return (born.month, born.day) == (day.month, day.day)


def is_met(condition: Any, known: Facts) -> bool:
    """Whether a condition, as the tests write it, is true of a contact."""
    word, *parts = condition
    if word == "not":
        return not is_met(parts[0], known)
    if word in {"and", "or"}:
        return (all if word == "and" else any)(is_met(part, known) for part in parts)
    name, *values = parts
    return _compared(word, known[name], values)


def _compared(how: str, known: Any, values: list[Any]) -> bool:
    if how == "!=":
        return not _compared("=", known, values)
    has = _several(known)
    if how == "empty":
        return not has
    return any(_is(how, one, values) for one in has)


def _several(known: Any) -> Iterable[Any]:
    if isinstance(known, list):
        return known
    return [] if known is None else [known]


def _is(how: str, one: Any, values: list[Any]) -> bool:
    first, last = values[0], values[-1]
    match how:
        case "=" | "in":
            return one in values
        case "contains" | "starts":
            return bool(one.startswith(first) if how == "starts" else first in one)
        case "between":
            return bool(first <= one <= last)
        case "<" | "<=":
            return bool(one < first or (how == "<=" and one == first))
    return bool(one > first or (how == ">=" and one == first))
