"""Who gets too much attention and who too little, against a naive list; and the reasons in words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.questions.attention import Attention, attention_list, attention_rows, attention_sums, why
from crmcli.questions.costs import ServiceCosts
from crmcli.questions.names import all_stages
from crmcli.questions.rhythm import AsOf
from crmcli.schema import contacts
from tests.builders import Row, add_contact, add_deal, add_touch, building, rows_of
from tests.questions import naive_attention
from tests.questions.naive_profit import a_priced_world
from tests.questions.world import TODAY, World, store

NOW = Attention(AsOf(TODAY), costs=ServiceCosts({"call": 1_500}, 10))
ASKED = [
    NOW,
    replace(NOW, customer_norm=1, silent_days=0),
    replace(NOW, customer_norm=0, lead_norm=0, silent_days=100),
    replace(NOW, finding="untouched"),
    Attention(AsOf(date(2024, 2, 29)), customer_norm=0),
    Attention(AsOf(date(2025, 3, 1)), silent_days=400),
    Attention(AsOf(date(2023, 1, 1))),
]


def an_attended_world(seed: int) -> World:
    """A world in which some are touched often, some leads refused, and some have the next contact planned."""
    world = a_priced_world(seed, contacts=90)
    for number, contact in enumerate(world.contacts):
        contact["next_contact_on"] = (None, None, None, None, TODAY, TODAY - timedelta(days=1))[number % 6]
    for number, touch in enumerate(list(world.touches)):
        touch["outcome"] = ("done", "done", "done", "refused")[number % 4]
        if number % 8 == 0:
            copies = ({**touch, "id": 90_000 + 10 * number + copy} for copy in range(5))
            world.touches.extend(copies)
    return world


def summed(base: Base, asked: Attention) -> list[Row]:
    return attention_rows(rows_of(base, attention_sums(asked)), asked)


@pytest.mark.parametrize("seed", [61, 62])
def test_the_list_and_the_sums_are_those_found_naively(base: Base, seed: int) -> None:
    world = an_attended_world(seed)
    store(world, base)
    stages = rows_of(base, all_stages())
    for asked in ASKED:
        found = rows_of(base, attention_list(asked))
        assert found == naive_attention.attention_list(world, stages, asked)
        assert summed(base, asked) == naive_attention.attention_sums(world, asked)
    everybody = naive_attention.attention_list(world, stages, ASKED[1])
    assert {row["finding"] for row in everybody} == {"waiting", "untouched", "overserved"}


def test_only_those_asked_for_count(base: Base) -> None:
    world = an_attended_world(63)
    store(world, base)
    stages = rows_of(base, all_stages())
    chosen = {contact["id"] for contact in world.contacts if contact["owner_id"] == 11}
    for asked in ASKED:
        among = replace(asked, among=select(contacts.c.id).where(contacts.c.owner_id == 11))
        assert rows_of(base, attention_list(among)) == naive_attention.attention_list(world, stages, asked, chosen)
        assert summed(base, among) == naive_attention.attention_sums(world, asked, chosen)


def test_an_empty_base_has_nobody_and_two_rows_of_nothing(base: Base) -> None:
    assert rows_of(base, attention_list(NOW)) == []
    assert [(row["kind"], row["contacts"], row["touches_per_year"]) for row in summed(base, NOW)] == [
        ("customer", 0, None),
        ("lead", 0, None),
    ]


@pytest.mark.parametrize(("days_ago", "waits"), [(14, False), (15, True)])
def test_a_lead_who_asked_waits_when_nothing_has_come_for_longer_than_two_weeks(
    base: Base, days_ago: int, waits: bool
) -> None:
    with building(base) as writer:
        asked = add_contact(writer)
        add_touch(writer, asked, TODAY - timedelta(days=days_ago), direction="in")
        silent = add_contact(writer, "Called, never asked")
        add_touch(writer, silent, TODAY - timedelta(days=days_ago))
        dealt = add_contact(writer, "Price asked")
        add_deal(writer, ("Proposal", TODAY - timedelta(days=days_ago)), contact_id=dealt)
    assert [row["contact_id"] for row in rows_of(base, attention_list(NOW))] == ([asked, dealt] if waits else [])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"last_direction": "in", "last_touch": "email"}, "asked by email and not answered, silence for 20 days"),
        ({"touches_ever": 1}, "asked, touched once, silence for 20 days"),
        ({"stage": "Proposal", "touches_ever": None}, "deal at Proposal, never touched, silence for 20 days"),
        ({"stage": "Proposal", "touches_ever": 3, "silent_days": 1}, "deal at Proposal, touched, silence for 1 day"),
        ({"finding": "untouched"}, "worth more than most, and not touched for a year"),
        ({"finding": "overserved", "touches": 9}, "9 touches in a year (norm 4), and worth less than most"),
    ],
)
def test_the_reason_says_why_in_words(changed: dict[str, Any], words: str) -> None:
    row = {
        "finding": "waiting", "touches": 0, "norm": 4, "silent_days": 20, "last_direction": "out", "last_touch": "call",
        "touches_ever": 2, "stage": None,
    }  # fmt: skip
    assert why(row | changed) == words
