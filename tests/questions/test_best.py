"""The best customers and what they are like, against naive answers; and the classes."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.questions.best import (
    Best,
    best_customers,
    best_row,
    classes,
    customers,
    profiles,
    unattributed,
)
from crmcli.questions.rhythm import AsOf
from crmcli.schema import contacts
from crmcli.values.text import search_key
from tests.builders import Row, add_contact, add_refund, add_sale, building, rows_of
from tests.questions import naive
from tests.questions.condition.society import Society, a_society
from tests.questions.world import TODAY

NOW = AsOf(TODAY)
OWNED = select(contacts.c.id).where(contacts.c.owner_id == 10)


def sales_of(society: Society, contact_id: int | None, day: date) -> list[Row]:
    """The sales of a contact up to a day, the first one first."""
    mine = [p for p in society.world.purchases if p["contact_id"] == contact_id and p["kind"] == "sale"]
    return sorted((p for p in mine if p["purchased_on"] <= day), key=lambda p: (p["purchased_on"], p["id"]))


def naively_ranked(society: Society, at: AsOf, owner: int | None) -> list[Row]:
    """Everybody who has bought, the best first, with what all better ones bring and the class."""
    states, found = naive.states(society.world, at), []
    for contact in society.world.contacts:
        sales = sales_of(society, contact["id"], at.day)
        if sales and (owner is None or contact["owner_id"] == owner):
            revenue = sum(p["amount"] for p in sales)
            state = states.get(contact["id"], {})
            found.append({"contact": contact, "state": state, "revenue": revenue, "purchases": len(sales)})
    found.sort(key=lambda row: (-row["revenue"], row["contact"]["id"]))
    whole, before = sum(row["revenue"] for row in found), 0
    for rank, row in enumerate(found, start=1):
        row |= {"rank": rank, "before": before, "whole": whole, "class": naive_class(before, whole)}
        before += row["revenue"]
    return found


def naive_class(before: int, whole: int) -> str:
    """A while the better ones bring less than 80 %, B while less than 95 %."""
    share = Fraction(before, whole) if whole else Fraction(1)
    return "A" if share < Fraction(80, 100) else "B" if share < Fraction(95, 100) else "C"


def listed(ranked: Sequence[Row]) -> list[Row]:
    return [row for row in ranked if not (row["contact"]["deleted_at"] or row["contact"]["archived_at"])]


def naive_customers(society: Society, ranked: Sequence[Row]) -> list[Row]:
    return [
        {
            "rank": row["rank"],
            "contact_id": row["contact"]["id"],
            "name": row["contact"]["name"],
            "external_ref": None,
            "city": row["contact"]["city"],
            "owner": society.world.name("employees", row["contact"]["owner_id"]),
            "channel": society.world.name("channels", row["contact"]["channel_id"]),
            "state": row["state"]["state"],
            "last_purchase_on": row["state"]["last_on"],
            "purchases": row["purchases"],
            "mean_sale": naive.half_up(row["revenue"], row["purchases"]),
            "refunds": row["state"]["refunds"],
            "revenue": row["revenue"],
            "before": row["before"],
            "all_revenue": row["whole"],
            "class": row["class"],
        }
        for row in listed(ranked)
    ]


def naive_classes(ranked: Sequence[Row]) -> list[Row]:
    fifth = -(-len(ranked) // 5)
    found = []
    for name in sorted({row["class"] for row in ranked}):
        rows = [row for row in ranked if row["class"] == name]
        best = [row for row in rows if row["rank"] <= fifth]
        found.append({
            "class": name,
            "customers": len(rows),
            "revenue": sum(row["revenue"] for row in rows),
            "best_customers": len(best),
            "best_revenue": sum(row["revenue"] for row in best),
            "unlisted": len(rows) - len(listed(rows)),
        })  # fmt: skip
    return found


def naive_profile(society: Society, group: str, people: Sequence[Row], day: date) -> Row:
    row: Row = {
        "group": group,
        "customers": len(people),
        "purchases": naive.lower_median(one["purchases"] for one in people),
        "mean_sale": naive.lower_median(naive.half_up(one["revenue"], one["purchases"]) for one in people),
        "period_days": naive.lower_median(
            one["state"]["period_days"] for one in people if one["state"]["period_source"] == "own"
        ),
        "revenue": naive.lower_median(one["revenue"] for one in people),
    }
    world = society.world
    known = {
        "channel": [world.name("channels", one["contact"]["channel_id"]) for one in people],
        "city": [one["contact"]["city"] for one in people],
        "owner": [world.name("employees", one["contact"]["owner_id"]) for one in people],
        "first_product": [first_product(society, one["contact"]["id"], day) for one in people],
    }
    for name, values in known.items():
        counts = Counter(search_key(value) for value in values if value)
        written = {
            key: most_written([value for value in values if value and search_key(value) == key]) for key in counts
        }
        most = min(counts, key=lambda key: (-counts[key], written[key]), default=None)
        row |= {
            name: None if most is None else written[most],
            f"{name}_share": None if most is None else round(counts[most] / len(people), 4),
        }
    return row


def most_written(values: Sequence[str]) -> str:
    return min(values, key=lambda value: (-values.count(value), value))


def first_product(society: Society, contact_id: int, day: date) -> str | None:
    """The product of the first line of the first sale that has any."""
    for sale in sales_of(society, contact_id, day):
        for line in sorted(society.world.purchase_lines, key=lambda line: line["id"]):
            if line["purchase_id"] == sale["id"]:
                return society.world.name("products", line["product_id"])
    return None


@pytest.mark.parametrize("day", [TODAY, date(2024, 2, 29), date(2023, 1, 1), date(2030, 1, 1)], ids=str)
@pytest.mark.parametrize("owner", [None, 10])
def test_the_best_are_those_of_a_naive_count(base: Base, day: date, owner: int | None) -> None:
    society, at = a_society(seed=day.year, contacts=60), AsOf(day)
    society.store(base)
    asked = Best(at, None if owner is None else OWNED)
    ranked = naively_ranked(society, at, owner)
    assert rows_of(base, best_customers(asked)) == naive_customers(society, ranked)
    assert rows_of(base, classes(asked)) == naive_classes(ranked)
    bare = sum(p["amount"] for p in sales_of(society, None, day)) if owner is None else 0
    assert next(iter(rows_of(base, unattributed(asked))[0].values())) == bare
    groups = {"typical": listed(ranked), "best": [row for row in listed(ranked) if row["class"] == "A"]}
    assert profiles(list(row.values()) for row in rows_of(base, customers(asked))) == [
        naive_profile(society, name, people, day) for name, people in groups.items() if people
    ]


def class_of_each(base: Base) -> list[str]:
    return [row["class"] for row in rows_of(base, best_customers(Best(NOW)))]


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([], ""),
        ([100], "A"),
        ([0, 0], "CC"),
        ([80, 15, 5], "ABC"),
        ([79, 16, 5], "AAC"),
        ([80, 14, 6], "ABB"),
        ([50, 50], "AA"),
        ([100, 0], "AC"),
        ([4, 1], "AB"),
        ([10**13 - 1] * 3, "AAA"),
    ],
)
def test_who_crosses_a_limit_is_on_its_better_side(base: Base, amounts: list[int], expected: str) -> None:
    with building(base) as writer:
        for amount in amounts:
            add_sale(writer, add_contact(writer), TODAY, amount)
    assert "".join(class_of_each(base)) == expected


def test_equal_customers_stand_by_their_ids_and_refunds_change_no_rank(base: Base) -> None:
    with building(base) as writer:
        first, second = add_contact(writer), add_contact(writer)
        for contact_id in (second, first):
            add_sale(writer, contact_id, TODAY, 100)
        add_refund(writer, first, TODAY, 100)
    rows = rows_of(base, best_customers(Best(NOW)))
    assert [(row["contact_id"], row["refunds"]) for row in rows] == [(first, 100), (second, 0)]


def test_shares_are_fractions_of_all_revenue_and_none_of_nothing() -> None:
    row: dict[str, Any] = {"revenue": 1, "before": 1, "all_revenue": 3}
    assert best_row(row, 2) == {"revenue": 1, "share": 0.3333, "cumulative_share": 0.6667, "bar": 0.5}
    nothing = best_row({"revenue": 0, "before": 0, "all_revenue": 0}, 0)
    assert (nothing["share"], nothing["cumulative_share"], nothing["bar"]) == (None, None, 0)
