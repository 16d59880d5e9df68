"""When each contact buys, and the state that puts him in."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.questions.contacts import contact_record
from crmcli.questions.rhythm import AsOf, contact_states, rhythm_at
from crmcli.schema import METADATA
from tests.builders import Row, add_contact, add_refund, add_sale, add_sales, add_touch, building, rows_of
from tests.questions import naive
from tests.questions import world as worlds
from tests.questions.world import FIRST_DAY, TODAY, World, a_world, store

NEW_YEAR = date(2026, 1, 1)


def rhythms(base: Base, day: date) -> list[Row]:
    """`rhythm_at` a day, in the order of the contacts."""
    rhythm = rhythm_at(day)
    return rows_of(base, select(rhythm).order_by(rhythm.c.contact_id))


def states(base: Base, at: AsOf, ids: list[int] | None = None) -> dict[int, Row]:
    """`contact_states` by contact."""
    return {row["contact_id"]: row for row in rows_of(base, select(contact_states(at, ids)))}


def days_after_new_year(*numbers: int) -> list[date]:
    return [NEW_YEAR + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize("seed", [21, 22])
def test_the_rhythm_of_any_day_is_that_of_the_events_up_to_it(base: Base, seed: int) -> None:
    world, random = a_world(seed), Random(seed)
    store(world, base)
    inside = [FIRST_DAY + timedelta(days=random.randint(0, 850)) for _ in range(8)]
    event_days = [random.choice(world.purchases)["purchased_on"], random.choice(world.touches)["happened_on"]]
    for day in (FIRST_DAY - timedelta(days=1), *inside, *event_days, TODAY, date(2030, 1, 1)):
        assert rhythms(base, day) == [naive.rhythm(world, contact, day) for contact in world.present]


@pytest.mark.parametrize("seed", [31, 32])
@pytest.mark.parametrize(("due", "dormant"), [("1", "3"), ("1.5", "2.25"), ("0.01", "1000"), ("3", "1")])
def test_states_are_those_found_naively(base: Base, seed: int, due: str, dormant: str) -> None:
    world = a_world(seed, contacts=60)
    store(world, base)
    for day in (date(2024, 9, 1), TODAY, date(2027, 1, 1)):
        at = AsOf(day, Decimal(due), Decimal(dormant))
        assert states(base, at) == naive.states(world, at)


def test_the_states_of_a_few_are_what_they_are_among_all(base: Base) -> None:
    world, random = a_world(34), Random(34)
    store(world, base)
    for day in (date(2024, 9, 1), TODAY, date(2027, 1, 1)):
        few = random.sample([contact["id"] for contact in world.contacts], 5)
        everybody = states(base, AsOf(day))
        assert states(base, AsOf(day), few) == {one: everybody[one] for one in few if one in everybody}


def test_one_contact_is_looked_up_without_going_through_those_of_others(sqlite_base: Base) -> None:
    asked = contact_record(AsOf(TODAY), 1).compile(sqlite_base.engine, compile_kwargs={"literal_binds": True})
    with reading(sqlite_base) as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
    of_the_contact = plan[: plan.index("SCAN rhythm")]
    assert any(line.startswith("SEARCH contact_rhythm USING INTEGER PRIMARY KEY") for line in of_the_contact)
    assert not [line for line in of_the_contact if line.startswith("SCAN") and line.split()[1] in METADATA.tables]
    assert not [line for line in of_the_contact if "last_event_on>" in line]


def test_states_of_an_empty_base_are_none(base: Base) -> None:
    assert states(base, AsOf(TODAY)) == {}


def test_a_customer_is_due_and_dormant_on_the_day_after_his_periods_have_passed(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), *days_after_new_year(0, 10, 20))
    found = {day: states(base, AsOf(NEW_YEAR + timedelta(days=20 + day)))[1]["state"] for day in (10, 11, 30, 31)}
    assert found == {10: "active", 11: "due", 30: "due", 31: "dormant"}


def test_the_stored_due_day_is_the_first_one_on_which_the_state_is_due(base: Base) -> None:
    world, random = World(), Random(33)
    for number in range(15):
        worlds.add_contact(world, random, f"Customer {number}", worlds.regularly)
    store(world, base)
    for row in rhythms(base, date(2030, 1, 1)):
        before = AsOf(row["due_on"] - timedelta(days=1), dormant_factor=Decimal(1000))
        on_the_day = AsOf(row["due_on"], dormant_factor=Decimal(1000))
        assert [states(base, at)[row["contact_id"]]["state"] for at in (before, on_the_day)] == ["active", "due"]


def test_who_has_never_bought_is_a_lead(base: Base) -> None:
    with building(base) as writer:
        add_touch(writer, add_contact(writer), NEW_YEAR)
        add_refund(writer, add_contact(writer), NEW_YEAR)
    assert {row["state"] for row in states(base, AsOf(TODAY)).values()} == {"lead"}


def test_who_has_bought_once_is_active_where_nobody_has_bought_twice(base: Base) -> None:
    with building(base) as writer:
        add_sale(writer, add_contact(writer), NEW_YEAR)
    row = states(base, AsOf(date(2030, 1, 1)))[1]
    assert (row["state"], row["period_days"], row["period_source"], row["value"]) == ("active", None, None, None)


@pytest.mark.parametrize(
    ("periods", "median"), [([40], 40), ([40, 10], 10), ([10, 40, 20], 20), ([50, 40, 20, 10], 20)]
)
def test_who_has_bought_once_is_measured_with_the_lower_median(base: Base, periods: list[int], median: int) -> None:
    with building(base) as writer:
        once = add_contact(writer, "Once")
        add_sale(writer, once, NEW_YEAR, 700)
        for period in periods:
            add_sales(writer, add_contact(writer), *days_after_new_year(-period, 0))
    row = states(base, AsOf(NEW_YEAR + timedelta(days=median + 1)))[once]
    assert (row["period_days"], row["period_source"], row["state"]) == (median, "base", "due")
    assert row["value"] == naive.half_up(700 * 365, median)
    assert states(base, AsOf(NEW_YEAR + timedelta(days=median)))[once]["state"] == "active"


def test_the_median_is_of_the_day_asked_about(base: Base) -> None:
    with building(base) as writer:
        once, twice = add_contact(writer), add_contact(writer)
        add_sale(writer, once, NEW_YEAR)
        add_sales(writer, twice, *days_after_new_year(0, 30, 40))
    assert [states(base, AsOf(day))[once]["period_days"] for day in days_after_new_year(29, 30, 40)] == [None, 30, 20]


def test_archived_customers_do_not_count_in_the_median(base: Base) -> None:
    with building(base) as writer:
        once = add_contact(writer)
        add_sale(writer, once, NEW_YEAR)
        add_sales(writer, add_contact(writer), *days_after_new_year(0, 30))
        add_sales(writer, add_contact(writer, archived=True), *days_after_new_year(0, 5))
    assert states(base, AsOf(TODAY))[once]["period_days"] == 30


def test_a_broken_factor_is_exact(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), *days_after_new_year(0, 1, 5))  # a mean gap of 2.5 days
    at = [AsOf(NEW_YEAR + timedelta(days=5 + silent), due_factor=Decimal("1.6")) for silent in (4, 5)]
    assert [states(base, each)[1]["state"] for each in at] == ["active", "due"]  # longer than 4 days


def test_centuries_of_silence_are_only_a_long_time(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), *days_after_new_year(*range(60)))
    row = states(base, AsOf(date(9999, 12, 31), Decimal("1.5"), Decimal(1000)))[1]
    assert (row["state"], row["silent_days"]) == ("dormant", (date(9999, 12, 31) - date(2026, 3, 1)).days)


def test_the_largest_amount_of_one_day_keeps_its_value_exact(base: Base) -> None:
    with building(base) as writer:
        once = add_contact(writer)
        for _ in range(1000):
            add_sale(writer, once, NEW_YEAR, 10**13 - 1)
        add_sales(writer, add_contact(writer), *days_after_new_year(0, 7))
    assert states(base, AsOf(TODAY))[once]["value"] == naive.half_up((10**13 - 1) * 365, 7)
