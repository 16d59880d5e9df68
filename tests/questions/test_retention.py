"""Cohorts, comebacks and losses against naive ones, on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.questions import retention
from crmcli.questions.retention import PERIODS, Retention
from crmcli.schema import contacts
from tests.builders import Row, add_channel, add_contact, add_refund, add_sale, add_sales, building, rows_of
from tests.questions import naive_retention
from tests.questions.world import TODAY, a_world, store

COSTS = {20: 50_000, 22: 5_000_000}
NOBODY_BACK = {"customers": 0, "came_back": 0} | {f"{key}_{n}": 0 for key in ("known", "back") for n in (30, 90, 365)}
ASKED = [
    Retention(TODAY),
    Retention(TODAY, "quarter"),
    Retention(date(2026, 2, 28)),
    Retention(date(2025, 12, 31), "quarter"),
    Retention(date(2025, 12, 30), "quarter", since=date(2024, 5, 5), until=date(2025, 2, 2)),
    Retention(date(2024, 2, 29)),
    Retention(date(2027, 6, 15), since=date(2025, 1, 1)),
    Retention(date(2023, 1, 1)),
]


def cohorts(base: Base, asked: Retention) -> list[Row]:
    return list(retention.cohort_rows(asked, rows_of(base, retention.active_counted(asked))))


def summary(base: Base, asked: Retention) -> Row:
    back, year = (rows_of(base, statement(asked))[0] for statement in (retention.comebacks, retention.yearly))
    return retention.summary(back, year)


@pytest.mark.parametrize("seed", [61, 62])
def test_cohorts_and_summary_are_those_found_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    for asked in ASKED:
        bought = naive_retention.sales(world, asked)
        assert cohorts(base, asked) == naive_retention.cohorts(bought, asked)
        assert summary(base, asked) == naive_retention.summary(bought, asked)
    told = summary(base, ASKED[0])
    assert None not in told.values()
    assert told["lost_in_year"] > 5


@pytest.mark.parametrize("seed", [61, 66])
def test_cohorts_from_what_is_kept_by_months_are_the_same(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    last_on = max(one["purchased_on"] for one in world.purchases)
    days = (TODAY, last_on, date(2025, 12, 31), date(2024, 2, 29), date(2023, 1, 31), date(2027, 6, 15))
    asked = [Retention(day, by) for day in days for by in PERIODS]
    kept = [one for one in asked if retention.is_kept(one, last_on)]
    for one in kept:
        assert list(retention.cohort_rows(one, rows_of(base, retention.active_kept(one)))) == cohorts(base, one)
    assert {one.day for one in kept} == {last_on, *days[2:]} | ({TODAY} if last_on <= TODAY else set())


def test_months_are_kept_of_everybody_alone() -> None:
    asked = Retention(TODAY)
    assert retention.is_kept(asked, TODAY)
    assert not retention.is_kept(asked, None)
    narrowed = ({"since": TODAY}, {"until": TODAY}, {"among": select(contacts.c.id)})
    assert not any(retention.is_kept(replace(asked, **fields), TODAY) for fields in narrowed)


@pytest.mark.parametrize("seed", [63, 64])
def test_who_left_before_paying_back_is_found_as_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=100)
    store(world, base)
    for asked in ASKED:
        expected = naive_retention.unpaid(world, asked, COSTS)
        assert rows_of(base, retention.unpaid(asked, COSTS)) == expected
        lacking = {"left_unpaid": len(expected), "unpaid_amount": sum(row["missing"] for row in expected)}
        assert rows_of(base, retention.unpaid_total(asked, COSTS)) == [lacking]
    assert len(naive_retention.unpaid(world, ASKED[0], COSTS)) > 3


def test_some_contacts_alone_are_asked_about(base: Base) -> None:
    world = a_world(65, contacts=100)
    store(world, base)
    those = {row["id"] for row in world.contacts if row["owner_id"] == 10}
    asked = Retention(TODAY, among=select(contacts.c.id).where(contacts.c.owner_id == 10))
    bought = naive_retention.sales(world, asked, those)
    assert cohorts(base, asked) == naive_retention.cohorts(bought, asked)
    assert summary(base, asked) == naive_retention.summary(bought, asked)
    listed = {row["contact_id"] for row in rows_of(base, retention.unpaid(asked, COSTS))}
    assert listed == {row["contact_id"] for row in naive_retention.unpaid(world, asked, COSTS)} & those
    assert len(bought) > 10


def test_an_empty_base_has_no_cohorts_and_a_summary_of_nothing(base: Base) -> None:
    assert cohorts(base, Retention(TODAY)) == []
    assert rows_of(base, retention.unpaid_total(Retention(TODAY), COSTS)) == [{"left_unpaid": 0, "unpaid_amount": 0}]
    told = summary(base, Retention(TODAY))
    assert {value for key, value in told.items() if key.endswith(("rate", "_days", "months", "worth"))} == {None}
    assert told["customers"] == told["customers_year_ago"] == told["lost_in_year"] == 0


def test_a_period_counts_from_its_last_day_on(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), date(2026, 1, 31), date(2026, 2, 28))
    for day, rates in ((date(2026, 2, 27), [1, None]), (date(2026, 2, 28), [1, 1]), (date(2026, 3, 1), [1, 1, None])):
        assert [row["rate"] for row in cohorts(base, Retention(day))] == rates
    quarterly = cohorts(base, Retention(date(2026, 5, 31), "quarter"))
    assert [(row["cohort"], row["rate"]) for row in quarterly] == [("2026-Q1", 1), ("2026-Q1", None)]


def test_two_receipts_on_one_day_and_a_refund_are_no_coming_back(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sales(writer, anna, date(2025, 1, 1), date(2025, 1, 1))
        add_refund(writer, anna, date(2025, 3, 1))
    assert summary(base, Retention(TODAY))["came_back"] == 0


@pytest.mark.parametrize(("gap", "known", "rate"), [(30, 30, 1), (31, 31, 0), (30, 29, None)])
def test_who_first_bought_too_lately_is_not_asked_whether_he_came_back(
    base: Base, gap: int, known: int, rate: float | None
) -> None:
    first = date(2024, 2, 15)
    with building(base) as writer:
        add_sales(writer, add_contact(writer), first, first + timedelta(days=gap))
    assert summary(base, Retention(first + timedelta(days=known)))["back_in_30_days"] == rate


@pytest.mark.parametrize(
    ("last", "then", "lost"), [((2025, 3, 1), 1, 1), ((2025, 3, 2), 0, 0), ((2024, 3, 2), 1, 1), ((2024, 3, 1), 0, 0)]
)
def test_a_customer_of_a_year_ago_bought_in_the_year_up_to_that_day(
    base: Base, last: tuple[int, int, int], then: int, lost: int
) -> None:
    with building(base) as writer:
        add_sale(writer, add_contact(writer), date(*last))
    told = summary(base, Retention(TODAY))
    assert (told["customers_year_ago"], told["lost_in_year"]) == (then, lost)


def test_more_retention_is_worth_what_the_kept_bring(base: Base) -> None:
    """Of 4 customers 1 is lost; the 3 kept bring 300 each, so 5 of 100 of the 4 there are now bring 60."""
    with building(base) as writer:
        for kept in (True, True, True, False):
            contact_id = add_contact(writer)
            add_sale(writer, contact_id, date(2025, 1, 1), 900)
            if kept:
                add_sale(writer, contact_id, date(2026, 1, 1), 300)
        add_sale(writer, add_contact(writer), date(2026, 1, 1), 77_777)
    told = summary(base, Retention(TODAY))
    assert (told["loss_rate"], told["customers_now"], told["five_points_worth"]) == (0.25, 4, 60)
    assert told["half_life_months"] == 28_900  # 12 * ln 0.5 / ln 0.75


@pytest.mark.parametrize(("lost", "kept", "months", "worth"), [(0, 3, None, 0), (3, 0, 0, None), (1, 1, 12_000, 25)])
def test_all_or_nothing_lost_has_an_answer(lost: int, kept: int, months: int | None, worth: int | None) -> None:
    year = {"then": lost + kept, "lost": lost, "now": kept, "kept_revenue": 500}
    told = retention.summary(NOBODY_BACK, year)
    assert (told["half_life_months"], told["five_points_worth"]) == (months, worth)


def test_fewer_points_are_gained_where_fewer_are_lost() -> None:
    told = retention.summary(NOBODY_BACK, {"then": 100, "lost": 2, "now": 98, "kept_revenue": 980_000})
    assert told["five_points_worth"] == 19_600  # two points of 98 at 10,000


def test_deleted_and_archived_customers_count_but_are_not_listed(base: Base) -> None:
    with building(base) as writer:
        web = add_channel(writer, "Web")
        add_sale(writer, add_contact(writer, archived=True, channel_id=web), date(2025, 1, 1))
    assert summary(base, Retention(TODAY))["lost_in_year"] == 1
    assert rows_of(base, retention.unpaid(Retention(TODAY), {web: 10**9})) == []


def test_the_year_before_the_29th_of_february_ends_on_the_28th() -> None:
    assert retention.a_year_before(date(2024, 2, 29)) == date(2023, 2, 28)
    assert retention.a_year_before(date(2025, 2, 28)) == date(2024, 2, 28)
    assert retention.a_year_before(date.min) == date.min
