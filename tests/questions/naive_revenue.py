"""Revenue and its factors counted with loops and sets, from plain data; the split of a change by floats."""

from collections.abc import Iterator, Sequence
from math import isclose, log

from crmcli.questions.comparison import Compared
from crmcli.values.periods import Period
from tests.builders import Row
from tests.questions import some_segments
from tests.questions.naive import half_up
from tests.questions.world import World

FACTORS = ("change_from_buyers", "change_from_mean_sale", "change_from_sales_per_buyer")


def revenue(world: World, shown: Sequence[Compared], by: str | None, among: set[int] | None = None) -> list[Row]:
    """The rows without the parts of the change, in their order."""
    rows = []
    for one in shown:
        now, before = (counted(world, period, by, among) for period in (one.period, one.before))
        groups = {*now, *before} | (set() if by else {("", None)})
        found = [_row(one.name, group, now.get(group), before.get(group)) for group in groups]
        rows += sorted(found, key=lambda row: (row["buyers"] is None, -row["revenue"], row["group"] or "\U0010ffff"))
    return rows


def split_is_right(row: Row, now: Row, before: Row) -> bool:
    """Whether the parts of the row's change are those of the formula, within a unit, and add up to it."""
    parts = [row[name] for name in FACTORS]
    if sum(parts) != now["revenue"] - before["revenue"]:
        return False
    if not now["revenue"] or not before["revenue"]:
        only = 0 if not now["buyers"] or not before["buyers"] else 1
        return all(part == 0 or place == only for place, part in enumerate(parts))
    a, b = now["revenue"], before["revenue"]
    mean = a if a == b else (a - b) / log(a / b)
    exact = [mean * log(x / y) for x, y in zip(_factors(now), _factors(before), strict=True)]
    return all(isclose(part, value, abs_tol=1.01, rel_tol=1e-6) for part, value in zip(parts, exact, strict=True))


def counted(
    world: World, period: Period, by: str | None, among: set[int] | None = None
) -> dict[tuple[str, str | None], Row]:
    """What was bought in a period, by group; the key of unattributed purchases is not empty."""
    groups: dict[tuple[str, str | None], Row] = {}
    for purchase in world.purchases:
        if not period.since <= purchase["purchased_on"] <= period.until:
            continue
        if among is not None and purchase["contact_id"] not in among:
            continue
        for group, amount in _parts(world, purchase, by):
            found = groups.setdefault(group, {"who": set(), "ids": set(), "revenue": 0, "refunds": 0})
            if purchase["kind"] == "sale":
                found["ids"].add(purchase["id"])
                found["who"].add(purchase["contact_id"])
                found["revenue"] += amount
            else:
                found["refunds"] += amount
    return {group: found | {"buyers": len(found["who"]), "sales": len(found["ids"])} for group, found in groups.items()}


def _parts(world: World, purchase: Row, by: str | None) -> Iterator[tuple[tuple[str, str | None], int]]:
    """The groups that a purchase belongs to, with what of it belongs there."""
    lines = [line for line in world.purchase_lines if line["purchase_id"] == purchase["id"]]
    if purchase["contact_id"] is None:
        yield ("unattributed", None), purchase["amount"]
    elif by == "segment":
        for name in some_segments.names_of(world.contact(purchase["contact_id"])):
            yield ("", name), purchase["amount"]
    elif by == "product" and lines:
        for line in lines:
            yield ("", world.name("products", line["product_id"])), line["amount"]
    else:
        of = {
            "owner": world.name("employees", purchase["owner_id"]),
            "channel": world.name("channels", purchase["channel_id"] or _channel_id(world, purchase["contact_id"])),
        }
        yield ("", of.get(by or "")), purchase["amount"]


def _channel_id(world: World, contact_id: int) -> int | None:
    found: int | None = world.contact(contact_id)["channel_id"]
    return found


def _row(period: str, group: tuple[str, str | None], now: Row | None, before: Row | None) -> Row:
    now = now or {"buyers": 0, "sales": 0, "revenue": 0, "refunds": 0}
    nobody = group[0] == "unattributed"
    return {
        "period": period,
        "group": group[0] or group[1],
        "buyers": None if nobody else now["buyers"],
        "sales": now["sales"],
        "revenue": now["revenue"],
        "mean_sale": half_up(now["revenue"], now["sales"]) if now["sales"] else None,
        "sales_per_buyer": half_up(now["sales"] * 10_000, now["buyers"]) / 10_000
        if now["buyers"] and not nobody
        else None,
        "refunds": now["refunds"],
        "change": now["revenue"] - (before["revenue"] if before else 0),
    }


def _factors(found: Row) -> tuple[float, float, float]:
    return found["buyers"], found["revenue"] / found["sales"], found["sales"] / found["buyers"]
