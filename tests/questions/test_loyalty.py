"""Satisfaction and loyalty, against naive means; and the examples that the formula is printed with."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.questions.loyalty import GROUPS, Loyalty, answers, loyalty, loyalty_rows, unhappy_buyers
from crmcli.questions.rhythm import AsOf
from crmcli.schema import contacts
from tests.builders import add_contact, add_touch, building, rows_of
from tests.questions import naive_attention, some_segments
from tests.questions.naive_profit import a_priced_world
from tests.questions.world import TODAY, store

PULL = Fraction(2, 5)
DAYS = [TODAY, date(2025, 2, 28), date(2024, 2, 29), date(2023, 1, 1)]


@pytest.mark.parametrize(
    ("satisfaction", "competition", "loyal"),
    [("0.5", "0.4", "0.8"), ("0.5", "0.9", "0.55"), ("0.9", "0.9", "0.91")],
)
def test_the_examples_that_the_formula_is_printed_with_are_met_exactly(
    satisfaction: str, competition: str, loyal: str
) -> None:
    assert loyalty(Fraction(satisfaction), Fraction(competition)) == Fraction(loyal)


@given(st.fractions(0, 1), st.fractions(0, 1))
def test_loyalty_is_a_part_that_grows_with_content_and_shrinks_with_competition(s: Fraction, r: Fraction) -> None:
    assert s <= loyalty(s, r) <= 1
    assert loyalty(s, r) == s + (1 - r) * (1 - s)


@pytest.mark.parametrize("seed", [71, 72])
def test_the_groups_and_the_list_are_those_found_naively(base: Base, seed: int) -> None:
    world = a_priced_world(seed, contacts=80)
    store(world, base)
    for day in DAYS:
        for by in GROUPS:
            asked = Loyalty(AsOf(day), by, segments=some_segments.members() if by == "segment" else None)
            found = loyalty_rows(rows_of(base, answers(asked)), PULL)
            assert found == naive_attention.loyalty(world, asked, PULL)
        assert rows_of(base, unhappy_buyers(asked)) == naive_attention.unhappy_buyers(world, asked)
    assert naive_attention.unhappy_buyers(world, Loyalty(AsOf(TODAY)))


def test_only_those_asked_for_count(base: Base) -> None:
    world = a_priced_world(73, contacts=80)
    store(world, base)
    chosen = {contact["id"] for contact in world.contacts if contact["owner_id"] == 11}
    asked = Loyalty(AsOf(TODAY), among=select(contacts.c.id).where(contacts.c.owner_id == 11))
    expected = naive_attention.unhappy_buyers(world, asked)
    assert rows_of(base, unhappy_buyers(asked)) == [row for row in expected if row["contact_id"] in chosen]
    by_owner = {row["group"]: row for row in naive_attention.loyalty(world, replace(asked, by="owner"), PULL)}
    (whole,) = loyalty_rows(rows_of(base, answers(asked)), PULL)
    assert whole == by_owner["Игорь"] | {"group": None}


def test_the_latest_rating_of_a_year_counts_and_of_one_day_that_logged_last(base: Base) -> None:
    with building(base) as writer:
        anna, old, none = (add_contact(writer) for _ in range(3))
        add_touch(writer, anna, TODAY, rating=2_000)
        add_touch(writer, anna, TODAY, rating=8_000)
        add_touch(writer, anna, TODAY)
        add_touch(writer, anna, TODAY - timedelta(days=1), rating=0)
        add_touch(writer, old, TODAY - timedelta(days=365), rating=0)
        add_touch(writer, none, TODAY + timedelta(days=1), rating=0)
    (row,) = loyalty_rows(rows_of(base, answers(Loyalty(AsOf(TODAY)))), PULL)
    assert (row["contacts"], row["answers"], row["satisfaction"], row["loyalty"]) == (3, 1, 0.8, 0.92)


def test_an_empty_base_has_no_answers(base: Base) -> None:
    asked = Loyalty(AsOf(TODAY), "owner")
    assert loyalty_rows(rows_of(base, answers(asked)), PULL) == []
    assert rows_of(base, unhappy_buyers(asked)) == []
