"""The rollup, as it is stored and as it is computed, against one computed naively."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select, update

from crmcli.base.opening import Base
from crmcli.base.rollup import refresh_rhythm
from crmcli.schema import contact_rhythm, contacts, purchases
from crmcli.schema.rhythm import rhythm_of
from crmcli.values.money import LIMIT
from tests.builders import Row, add_contact, add_refund, add_sale, add_sales, add_touch, building, rows_of
from tests.questions import naive
from tests.questions import world as worlds
from tests.questions.world import World, a_world, store

STORED = select(contact_rhythm).order_by(contact_rhythm.c.contact_id)
COMPUTED = rhythm_of().order_by(contacts.c.id)


def rhythm_of_sales(base: Base, *days: date, amount: int = 100_00) -> Row:
    """The stored row of a customer who bought on these days."""
    with building(base) as writer:
        add_sales(writer, add_contact(writer), *days, amount=amount)
    return rows_of(base, STORED)[0]


@pytest.mark.parametrize("seed", range(4))
def test_stored_and_computed_rows_are_those_computed_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    expected = [naive.rhythm(world, contact) for contact in world.present]
    assert rows_of(base, STORED) == expected
    assert rows_of(base, COMPUTED) == expected


def test_an_empty_base_has_no_rows(base: Base) -> None:
    assert rows_of(base, STORED) == rows_of(base, COMPUTED) == []


@pytest.mark.parametrize("day", [date(2023, 12, 31), date(2024, 7, 1), date(2025, 5, 5), date(2027, 1, 1)])
def test_as_of_a_day_later_events_are_left_out(base: Base, day: date) -> None:
    world = a_world(seed=11)
    store(world, base)
    expected = [naive.rhythm(world, contact, day) for contact in world.present]
    assert rows_of(base, rhythm_of(as_of=day).order_by(contacts.c.id)) == expected


def test_only_the_contacts_asked_for_are_computed(base: Base) -> None:
    world = a_world(seed=12)
    store(world, base)
    wanted = world.present[3:9:2]
    ids = [contact["id"] for contact in wanted]
    assert rows_of(base, rhythm_of(ids).order_by(contacts.c.id)) == [naive.rhythm(world, c) for c in wanted]


def test_the_largest_amounts_stay_exact_to_the_last_unit(base: Base) -> None:
    world, random = World(), Random(13)
    for number in range(12):
        worlds.add_contact(world, random, f"Bank {number}", worlds.in_millions)
    store(world, base)
    rows = rows_of(base, STORED)
    assert rows == [naive.rhythm(world, contact) for contact in world.present]
    assert max(row["revenue"] for row in rows) > 499 * LIMIT
    assert all(type(row[key]) is int for row in rows for key in ("revenue", "refunds", "cost", "sale_count"))


def test_many_rhythms_are_rounded_half_up_and_due_on_the_first_day_beyond_the_period(base: Base) -> None:
    world, random = World(), Random(14)
    for number in range(250):
        worlds.add_contact(world, random, f"Customer {number}", worlds.regularly)
    store(world, base)
    assert rows_of(base, STORED) == [naive.rhythm(world, contact) for contact in world.present]


@pytest.mark.parametrize(
    ("revenue", "value"),
    [(1, 183), (3, 548), (0, 0), (2, 365)],  # 1 * 365 * 1 / (2 * 1) = 182.5
)
def test_half_a_minor_unit_is_rounded_up(base: Base, revenue: int, value: int) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sale(writer, anna, date(2026, 1, 1), revenue)
        add_sale(writer, anna, date(2026, 1, 2), 0)
    assert rows_of(base, STORED)[0]["yearly_value"] == value


def test_a_customer_is_due_on_the_day_after_the_period_has_passed(base: Base) -> None:
    row = rhythm_of_sales(base, date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 21))
    assert row["due_on"] == date(2026, 2, 1)  # the mean gap is 10 days: on 31 January it has not been exceeded


def test_a_broken_mean_gap_is_exceeded_a_day_earlier_than_if_it_were_rounded_up(base: Base) -> None:
    row = rhythm_of_sales(base, date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 6))
    assert row["due_on"] == date(2026, 1, 9)  # the mean gap is 2.5 days: 3 days of silence are more


def test_receipts_of_one_day_are_one_purchase_day_and_have_no_period(base: Base) -> None:
    row = rhythm_of_sales(base, date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1))
    assert (row["purchase_days"], row["sale_count"], row["span_days"]) == (1, 3, 0)
    assert (row["due_on"], row["yearly_value"]) == (None, None)


def test_a_refund_is_no_purchase_day_and_stands_apart_from_revenue(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sale(writer, anna, date(2026, 1, 1), 500, cost=300)
        add_refund(writer, anna, date(2026, 1, 5), 200, cost=120)
    row = rows_of(base, STORED)[0]
    assert (row["purchase_days"], row["last_on"]) == (1, date(2026, 1, 1))
    assert (row["revenue"], row["refunds"], row["cost"]) == (500, 200, 180)
    assert row["last_event_on"] == date(2026, 1, 5)


def test_a_day_whose_sale_was_given_back_is_still_a_purchase_day(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sales(writer, anna, date(2026, 1, 1), date(2026, 1, 11))
        add_refund(writer, anna, date(2026, 1, 11))
    assert rows_of(base, STORED)[0]["purchase_days"] == 2


def test_who_has_refunds_alone_has_never_bought(base: Base) -> None:
    with building(base) as writer:
        add_refund(writer, add_contact(writer), date(2026, 1, 1), 700)
    row = rows_of(base, STORED)[0]
    assert (row["purchase_days"], row["first_on"], row["span_days"], row["revenue"], row["refunds"]) == (
        0, None, None, 0, 700,
    )  # fmt: skip


def test_a_purchase_of_nobody_is_in_no_row(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer)
        add_sale(writer, None, date(2026, 1, 1))
    assert [row["sale_count"] for row in rows_of(base, STORED)] == [0]


def test_a_date_at_the_end_of_the_calendar_leaves_the_rest_readable(base: Base) -> None:
    """31.12.9999 is how some programs write never; the day on which such a customer is due has no date."""
    row = rhythm_of_sales(base, date(2026, 1, 1), date(9999, 12, 31))
    assert (row["last_on"], row["due_on"]) == (date(9999, 12, 31), None)


def test_a_customer_may_be_due_on_the_very_last_day_of_the_calendar(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), date(9999, 12, 11), date(9999, 12, 21))
        add_sales(writer, add_contact(writer), date(9999, 12, 10), date(9999, 12, 20))
    assert [row["due_on"] for row in rows_of(base, STORED)] == [None, date(9999, 12, 31)]


def test_a_write_changes_the_rows_of_the_contacts_it_touched_and_no_others(base: Base) -> None:
    with building(base) as writer:
        anna, boris, vera = (add_contact(writer, name) for name in ("Anna", "Boris", "Vera"))
        sale = add_sale(writer, anna, date(2026, 1, 1), 700)
        add_touch(writer, vera, date(2026, 1, 2))
    with building(base) as writer:
        writer.connection.execute(update(purchases).where(purchases.c.id == sale).values(contact_id=boris))
    assert [(row["contact_id"], row["revenue"], row["touch_count"]) for row in rows_of(base, STORED)] == [
        (anna, 0, 0), (boris, 700, 0), (vera, 0, 1),
    ]  # fmt: skip


def test_a_rebuild_of_all_rows_changes_nothing(base: Base) -> None:
    store(a_world(seed=15), base)
    before = rows_of(base, STORED)
    with building(base) as writer:
        new = add_contact(writer)
        refresh_rhythm(writer.connection)
    assert [row for row in rows_of(base, STORED) if row["contact_id"] != new] == before


def test_archiving_is_seen_at_once(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer, archived=True), date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=9))
    assert rows_of(base, STORED)[0]["archived"] is True
