"""Whom to call, against a naive list; and the reasons in words."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from crmcli.base.bulk import insert_rows
from crmcli.base.opening import Base
from crmcli.questions.reactivate import Reactivation, reason, silent_count, to_reactivate, touched_count
from crmcli.questions.rhythm import AsOf, whether_stored
from crmcli.schema import external_refs
from tests.builders import Row, add_channel, add_contact, add_employee, add_sales, add_touch, building, rows_of
from tests.questions import naive
from tests.questions.world import TODAY, a_world, store

NOW = AsOf(TODAY)
LONG_AGO = (date(2025, 1, 1), date(2025, 1, 31))  # a period of 30 days


def listed(base: Base, asked: Reactivation) -> tuple[list[Row], int]:
    """The rows, and how many are left out."""
    return rows_of(base, to_reactivate(asked)), next(iter(rows_of(base, touched_count(asked))[0].values()))


def ids(base: Base, asked: Reactivation) -> list[int]:
    return [row["contact_id"] for row in rows_of(base, to_reactivate(asked))]


def as_stored(base: Base, at: AsOf) -> AsOf:
    """The same with what the base knows of the day."""
    known = rows_of(base, whether_stored(at.day))[0]
    return replace(at, **known) if known["is_stored"] else at


ASKED = [
    Reactivation(NOW),
    Reactivation(NOW, owner_id=11),
    Reactivation(NOW, channel_id=22),
    Reactivation(NOW, owner_id=10, channel_id=20, states=("dormant",)),
    Reactivation(NOW, states=("due",)),
    Reactivation(NOW, states=("active", "due", "dormant"), min_value=1),
    Reactivation(NOW, min_value=50_000),
    Reactivation(NOW, touched_days=0),
    Reactivation(NOW, touched_days=400),
    Reactivation(NOW, touched_days=400, include_touched=True),
    Reactivation(AsOf(date(2025, 3, 3)), touched_days=30),
    Reactivation(AsOf(TODAY, Decimal("0.5"), Decimal("1.5"))),
    Reactivation(AsOf(date(2023, 1, 1))),
    Reactivation(AsOf(date(2026, 9, 1)), touched_days=90),
    Reactivation(AsOf(date(2030, 1, 1))),
]


@pytest.mark.parametrize("seed", [41, 42])
def test_the_list_is_that_found_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=70)
    store(world, base)
    for asked in ASKED:
        rows, left_out = naive.to_reactivate(world, asked)
        found, counted = listed(base, asked)
        assert found == rows
        assert asked.include_touched or counted == left_out
    assert len(naive.to_reactivate(world, ASKED[0])[0]) > 20


def test_nobody_is_to_be_called_in_an_empty_base(base: Base) -> None:
    assert listed(base, Reactivation(NOW)) == ([], 0)


def test_the_most_valuable_come_first_and_equals_in_the_order_of_their_ids(base: Base) -> None:
    with building(base) as writer:
        first, rich, second = (add_contact(writer) for _ in range(3))
        for contact, amount in ((second, 500), (rich, 900), (first, 500)):
            add_sales(writer, contact, *LONG_AGO, amount=amount)
    assert ids(base, Reactivation(NOW)) == [rich, first, second]


def test_who_has_bought_once_stands_among_the_others_by_value(base: Base) -> None:
    with building(base) as writer:
        low, once, high = (add_contact(writer) for _ in range(3))
        add_sales(writer, low, *LONG_AGO, amount=500)
        add_sales(writer, once, LONG_AGO[0], amount=600)
        add_sales(writer, high, *LONG_AGO, amount=700)
    rows = rows_of(base, to_reactivate(Reactivation(NOW)))
    assert [row["contact_id"] for row in rows] == [high, once, low]
    assert [row["period_source"] for row in rows] == ["own", "base", "own"]


def test_those_without_a_value_come_last(base: Base) -> None:
    with building(base) as writer:
        lead, customer = add_contact(writer), add_contact(writer)
        add_sales(writer, customer, *LONG_AGO)
    assert ids(base, Reactivation(NOW, states=("lead", "dormant"))) == [customer, lead]


@pytest.mark.parametrize(("days_ago", "called"), [(0, False), (7, False), (8, True), (-1, True)])
def test_who_was_touched_a_week_ago_or_later_is_left_out(base: Base, days_ago: int, called: bool) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sales(writer, anna, *LONG_AGO)
        add_touch(writer, anna, date(2025, 6, 1))
        add_touch(writer, anna, TODAY - timedelta(days=days_ago))
    rows, left_out = listed(base, Reactivation(NOW))
    assert (len(rows), left_out) == ((1, 0) if called else (0, 1))
    assert ids(base, Reactivation(NOW, include_touched=True)) == [anna]


def test_the_count_of_those_left_out_keeps_to_the_filters(base: Base) -> None:
    with building(base) as writer:
        olga, ads = add_employee(writer, "Olga"), add_channel(writer, "Ads")
        for owner_id, channel_id in ((None, None), (olga, None), (olga, ads)):
            touched = add_contact(writer, owner_id=owner_id, channel_id=channel_id)
            add_sales(writer, touched, *LONG_AGO)
            add_touch(writer, touched, TODAY)
    asked = [Reactivation(NOW), Reactivation(NOW, owner_id=olga), Reactivation(NOW, owner_id=olga, channel_id=ads)]
    assert [listed(base, each) for each in asked] == [([], 3), ([], 2), ([], 1)]


def test_archived_customers_are_not_called_and_not_counted(base: Base) -> None:
    with building(base) as writer:
        for touched in (True, False):
            gone = add_contact(writer, archived=True)
            add_sales(writer, gone, *LONG_AGO)
            if touched:
                add_touch(writer, gone, TODAY)
    assert listed(base, Reactivation(NOW)) == ([], 0)


def test_the_least_value_asked_for_is_within(base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), *LONG_AGO)
    value = rows_of(base, to_reactivate(Reactivation(NOW)))[0]["yearly_value"]
    counts = [len(ids(base, Reactivation(NOW, min_value=least))) for least in (value, value + 1)]
    assert counts == [1, 0]


def test_a_row_has_the_phones_and_emails_in_their_order_and_the_names(base: Base) -> None:
    with building(base) as writer:
        olga, ads = add_employee(writer, "Olga"), add_channel(writer, "Ads")
        phones, emails = ("+7 912 345-67-89", "доб. 12", "+7 900 000-00-01"), ("Z@x.ru", "a@x.ru")
        anna = add_contact(writer, "Анна", phones=phones, emails=emails, owner_id=olga, channel_id=ads)
        add_sales(writer, anna, *LONG_AGO)
    row = rows_of(base, to_reactivate(Reactivation(NOW)))[0]
    assert row["phones"].split("\n") == ["+79123456789", "доб. 12", "+79000000001"]
    assert row["emails"].split("\n") == ["z@x.ru", "a@x.ru"]
    assert (row["name"], row["owner"], row["channel"]) == ("Анна", "Olga", "Ads")


def test_a_row_has_the_key_that_a_sheet_first_knew_the_contact_by(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sales(writer, anna, *LONG_AGO)
        columns = ("table_name", "row_id", "source", "ref")
        known = [("purchases", anna, "shop", "P-1"), ("contacts", anna, "shop", "K-7"), ("contacts", anna, "b", "A-1")]
        insert_rows(writer.connection, external_refs, columns, known)
    assert rows_of(base, to_reactivate(Reactivation(NOW)))[0]["external_ref"] == "K-7"


@pytest.mark.parametrize(
    ("silent", "period", "source", "words"),
    [
        (71, 34, "own", "buys every 34 days, silent for 71"),
        (2, 1, "own", "buys every 1 day, silent for 2"),
        (71, 34, "base", "bought once, 71 days ago; others come back every 34 days"),
        (1, 1, "base", "bought once, 1 day ago; others come back every 1 day"),
    ],
)
def test_the_reason_says_why_in_words(silent: int, period: int, source: str, words: str) -> None:
    assert reason({"silent_days": silent, "period_days": period, "period_source": source}) == words


@pytest.mark.parametrize("seed", [43, 44, 45])
@pytest.mark.parametrize("limit", [1, 2, 5, 12, 500])
def test_the_first_few_are_those_that_all_begin_with(base: Base, seed: int, limit: int) -> None:
    world = a_world(seed, contacts=70)
    store(world, base)
    for asked in ASKED:
        rows, left_out = naive.to_reactivate(world, asked)
        assert rows_of(base, to_reactivate(asked, limit)) == rows[:limit]
        known = replace(asked, at=as_stored(base, asked.at))
        assert rows_of(base, to_reactivate(known, limit)) == rows[:limit]
        assert asked.include_touched or list(rows_of(base, touched_count(known))[0].values()) == [left_out]
        everybody = len(rows) if asked.include_touched else len(rows) + left_out
        assert list(rows_of(base, silent_count(asked))[0].values()) == [everybody]
