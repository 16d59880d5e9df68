"""What revenue is made of and what moved it, against a naive count."""

from datetime import date
from random import Random

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.questions.comparison import Compared
from crmcli.questions.revenue import (
    GROUPINGS,
    Grouping,
    Revenue,
    by_segment,
    first_purchase_day,
    revenue_counted,
    revenue_rows,
)
from crmcli.questions.revenue_kept import purchase_days, revenue_kept
from crmcli.questions.segments import segment_members
from crmcli.schema import contacts, purchases
from crmcli.values.periods import Period, months_earlier, name_of_part, one_before, parts_of
from tests.builders import Row, add_contact, add_refund, add_sale, add_sales, building, rows_of
from tests.questions import naive_revenue as naive
from tests.questions import some_segments
from tests.questions.world import TODAY, a_world, add_purchase, store

ALL_TIME = Period(date(2023, 1, 1), date(2027, 12, 31))
KEYS = [
    "period", "group", "buyers", "sales", "revenue", "mean_sale", "sales_per_buyer", "refunds", "change",
    "change_from_buyers", "change_from_mean_sale", "change_from_sales_per_buyer",
]  # fmt: skip


def against_one_before(whole: Period) -> list[Compared]:
    return [Compared(str(whole), whole, one_before(whole))]


def by_parts(whole: Period, by: str, months: int) -> list[Compared]:
    parts = parts_of(whole, by)
    return [Compared(name_of_part(part.since, by), part, months_earlier(part, months)) for part in parts]


SHOWN = [
    against_one_before(Period(date(2025, 3, 2), TODAY)),
    against_one_before(Period(date(2024, 2, 29), date(2024, 2, 29))),
    against_one_before(ALL_TIME),
    by_parts(Period(date(2024, 1, 1), date(2026, 5, 17)), "month", 1),
    by_parts(Period(date(2024, 11, 5), TODAY), "month", 12),
    by_parts(Period(date(2023, 12, 31), date(2025, 12, 31)), "quarter", 3),
    by_parts(Period(date(2022, 1, 1), TODAY), "year", 12),
]


def kept(base: Base, shown: list[Compared]) -> list[Row]:
    """The answer from what is kept by months."""
    bought = Period(*rows_of(base, purchase_days())[0].values())
    periods = [period for one in shown for period in (one.period, one.before)]
    return revenue_rows(shown, rows_of(base, revenue_kept(periods, bought)))


def answer(base: Base, shown: list[Compared], by: Grouping | None = None, among: object = None) -> list[Row]:
    asked = Revenue([period for one in shown for period in (one.period, one.before)], by, among)  # type: ignore[arg-type]
    return revenue_rows(shown, rows_of(base, revenue_counted(asked)), grouped=by is not None)


@pytest.mark.parametrize("seed", [61, 62])
def test_the_rows_are_those_counted_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=60)
    store(world, base)
    for shown in SHOWN:
        for by in (None, *GROUPINGS):
            rows = answer(base, shown, GROUPINGS.get(by or ""))
            assert [_without_parts(row) for row in rows] == naive.revenue(world, shown, by), (by, shown[0].name)
            assert {tuple(row) for row in rows} <= {tuple(KEYS)}
            for one in shown:
                now, before = (naive.counted(world, period, by) for period in (one.period, one.before))
                assert all(
                    naive.split_is_right(row, now.get(("", row["group"]), NONE), before.get(("", row["group"]), NONE))
                    for row in rows
                    if row["period"] == one.name and row["buyers"] is not None
                )


@pytest.mark.parametrize("seed", [61, 68, 69])
def test_what_is_kept_by_months_says_the_same_of_any_periods(base: Base, seed: int) -> None:
    world, random = a_world(seed, contacts=60), Random(seed)
    store(world, base)
    for shown in SHOWN:
        assert kept(base, shown) == answer(base, shown)
    days = sorted({one["purchased_on"] for one in world.purchases} | {date.min, date(2024, 3, 1), date.max})
    some = [Period(*sorted(random.choices(days, k=2))) for _ in range(60)]
    each = [Compared(str(one), one, some[0]) for one in (*some, *(Period(day, day) for day in (days[0], days[-1])))]
    assert kept(base, each) == answer(base, each)


NONE = {"buyers": 0, "sales": 0, "revenue": 0}


def _without_parts(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in naive.FACTORS}


@pytest.mark.parametrize("seed", [63])
def test_among_some_contacts_only_their_purchases_count(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=40)
    store(world, base)
    some = {row["id"] for row in world.contacts if row["owner_id"] == 11}
    shown, among = SHOWN[0], select(contacts.c.id).where(contacts.c.owner_id == 11)
    for by in (None, *GROUPINGS):
        rows = answer(base, shown, GROUPINGS.get(by or ""), among)
        assert [_without_parts(row) for row in rows] == naive.revenue(world, shown, by, some)
    assert rows_of(base, first_purchase_day(among))[0] == {
        "min_1": min(p["purchased_on"] for p in world.purchases if p["contact_id"] in some)
    }


def test_an_empty_base_has_a_row_of_zeros_a_period_and_no_group(base: Base) -> None:
    row = dict.fromkeys(KEYS, 0) | {"period": str(ALL_TIME), "group": None, "mean_sale": None, "sales_per_buyer": None}
    assert answer(base, against_one_before(ALL_TIME)) == [row]
    assert answer(base, against_one_before(ALL_TIME), GROUPINGS["owner"]) == []
    assert list(rows_of(base, first_purchase_day())[0].values()) == [None]


def test_the_first_and_the_last_day_are_within_and_the_first_of_all_is_known(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), *(date(2026, 3, day) for day in (1, 2, 3, 4)))
    assert answer(base, against_one_before(Period(date(2026, 3, 2), date(2026, 3, 3))))[0]["sales"] == 2
    assert list(rows_of(base, first_purchase_day())[0].values()) == [date(2026, 3, 1)]


def test_sales_and_refunds_without_a_customer_stand_apart(base: Base) -> None:
    with building(base) as writer:
        add_sale(writer, add_contact(writer), TODAY, 700)
        add_sale(writer, None, TODAY, 300)
        add_sale(writer, None, TODAY, 101)
        add_refund(writer, None, TODAY, 50)
    known, unknown = answer(base, against_one_before(ALL_TIME))
    assert (known["buyers"], known["sales"], known["revenue"], known["refunds"]) == (1, 1, 700, 0)
    assert unknown == dict.fromkeys(KEYS) | {
        "period": str(ALL_TIME), "group": "unattributed", "sales": 2, "revenue": 401, "mean_sale": 201, "refunds": 50,
        "change": 401,
    }  # fmt: skip


def test_a_purchase_without_a_customer_counts_once_however_many_lines_it_has(base: Base) -> None:
    world = a_world(64, contacts=1, deals=0)
    world.purchases.clear()
    world.purchase_lines.clear()
    add_purchase(world, Random(1), None, {"purchased_on": TODAY, "kind": "sale", "amount": 900})
    line = {"purchase_id": 1000, "quantity": 1000, "amount": 300}
    world.purchase_lines[:] = [line | {"id": number, "product_id": number} for number in (30, 31)]
    store(world, base)
    row = answer(base, against_one_before(ALL_TIME), GROUPINGS["product"])[0]
    assert (row["group"], row["sales"], row["revenue"]) == ("unattributed", 1, 900)


def test_money_of_deleted_and_archived_customers_counts(base: Base) -> None:
    world = a_world(65, contacts=30)
    store(world, base)
    row = answer(base, against_one_before(ALL_TIME))[0]
    bought = [p for p in world.purchases if p["kind"] == "sale" and p["contact_id"]]
    assert row["revenue"] == sum(p["amount"] for p in bought)
    assert any(world.is_deleted(p["contact_id"]) for p in bought)


def test_any_expression_groups_purchases_with_the_tables_that_it_needs(base: Base) -> None:
    world = a_world(66, contacts=30)
    store(world, base)
    rows = answer(base, against_one_before(ALL_TIME), Grouping(purchases.c.kind))
    assert {row["group"] for row in rows} == {"sale", "refund", "unattributed"}
    of_contacts = Grouping(contacts.c.name, ((contacts, contacts.c.id == purchases.c.contact_id),))
    rows = [row for row in answer(base, against_one_before(ALL_TIME), of_contacts) if row["sales"]]
    assert {row["buyers"] for row in rows} == {1, None}


def test_by_segment_a_purchase_is_in_all_those_of_its_contact(base: Base) -> None:
    world = a_world(67, contacts=40)
    store(world, base)
    shown = against_one_before(ALL_TIME)
    rows = answer(base, shown, by_segment(some_segments.members()))
    assert [_without_parts(row) for row in rows] == naive.revenue(world, shown, "segment")
    assert {row["group"] for row in rows} == {"Ads", "of Игорь", None, "unattributed"}


def test_there_may_be_more_segments_than_an_engine_joins_at_once(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sale(writer, anna, TODAY, 700)
    those = select(contacts.c.id)
    rows = answer(
        base, against_one_before(ALL_TIME), by_segment(segment_members([(f"{n}", those) for n in range(601)]))
    )
    assert len(rows) == 601
    assert {row["revenue"] for row in rows} == {700}


def test_the_largest_amounts_stay_exact(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        for _ in range(1000):
            add_sale(writer, anna, TODAY, 10**13 - 1)
        add_sale(writer, anna, date(2020, 1, 1), 1)
    row = answer(base, [Compared("now", ALL_TIME, Period(date(2020, 1, 1), date(2020, 1, 1)))])[0]
    assert (row["revenue"], row["mean_sale"]) == (1000 * (10**13 - 1), 10**13 - 1)
    assert sum(row[name] for name in naive.FACTORS) == 1000 * (10**13 - 1) - 1
