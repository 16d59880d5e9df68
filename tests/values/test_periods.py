"""Periods, their parts, and those before them."""

from datetime import date, timedelta

import pytest

from crmcli.values.periods import (
    Period,
    calendar_part,
    is_cut,
    last_twelve_months,
    months_earlier,
    months_up_to,
    name_of_part,
    one_before,
    parts_of,
    read_period,
)


def period(text: str) -> Period:
    since, until = text.split("..")
    return Period(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("day", "months"),
    [
        ("2026-07-01", "2025-07-02..2026-07-01"),
        ("2026-12-31", "2026-01-01..2026-12-31"),
        ("2024-02-29", "2023-03-01..2024-02-29"),
        ("2023-02-28", "2022-03-01..2023-02-28"),
        ("2025-02-28", "2024-03-01..2025-02-28"),
    ],
)
def test_the_last_twelve_months_end_with_the_day(day: str, months: str) -> None:
    assert str(last_twelve_months(date.fromisoformat(day))) == months


@pytest.mark.parametrize(
    ("by", "part", "name"),
    [
        ("month", "2024-02-01..2024-02-29", "2024-02"),
        ("quarter", "2024-01-01..2024-03-31", "2024-Q1"),
        ("year", "2024-01-01..2024-12-31", "2024"),
    ],
)
def test_a_day_lies_in_a_month_a_quarter_and_a_year(by: str, part: str, name: str) -> None:
    day = date(2024, 2, 29)
    assert (str(calendar_part(day, by)), name_of_part(day, by)) == (part, name)


def test_the_quarters_are_named_one_to_four() -> None:
    names = [name_of_part(date(2025, month, 5), "quarter") for month in range(1, 13)]
    assert names == [f"2025-Q{number}" for number in (1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4)]


def test_parts_follow_one_another_and_are_cut_by_the_period() -> None:
    parts = list(parts_of(period("2025-11-20..2026-02-03"), "month"))
    assert [str(part) for part in parts] == [
        "2025-11-20..2025-11-30", "2025-12-01..2025-12-31", "2026-01-01..2026-01-31", "2026-02-01..2026-02-03",
    ]  # fmt: skip
    assert [is_cut(part, "month") for part in parts] == [True, False, False, True]


@pytest.mark.parametrize("by", ["month", "quarter", "year"])
def test_parts_have_every_day_once(by: str) -> None:
    whole = period("2023-12-31..2025-03-01")
    days = [part.since + timedelta(days=n) for part in parts_of(whole, by) for n in range(_days(part))]
    assert days == [whole.since + timedelta(days=n) for n in range(_days(whole))]


def _days(one: Period) -> int:
    return (one.until - one.since).days + 1


def test_the_last_months_are_counted_back_from_the_end() -> None:
    whole = period("2025-12-20..2026-03-30")
    assert [str(month) for month in months_up_to(whole, 12)] == [
        "2025-12-31..2026-01-30", "2026-01-31..2026-02-27", "2026-02-28..2026-03-30",
    ]  # fmt: skip
    assert months_up_to(whole, 2) == months_up_to(whole, 12)[1:]
    assert len(months_up_to(last_twelve_months(date(2026, 7, 1)), 99)) == 12
    assert months_up_to(period("2026-03-02..2026-03-30"), 12) == []


@pytest.mark.parametrize(
    ("now", "months", "earlier"),
    [
        ("2026-03-01..2026-03-31", 1, "2026-02-01..2026-02-28"),
        ("2026-02-01..2026-02-28", 1, "2026-01-01..2026-01-31"),
        ("2024-02-01..2024-02-29", 12, "2023-02-01..2023-02-28"),
        ("2025-02-01..2025-02-28", 12, "2024-02-01..2024-02-29"),
        ("2026-03-01..2026-03-15", 1, "2026-02-01..2026-02-15"),
        ("2026-03-01..2026-03-30", 1, "2026-02-01..2026-02-28"),
        ("2026-07-01..2026-07-01", 3, "2026-04-01..2026-04-01"),
        ("2026-01-01..2026-12-31", 12, "2025-01-01..2025-12-31"),
        ("2025-11-20..2025-11-30", 1, "2025-10-20..2025-10-31"),
    ],
)
def test_the_same_days_months_earlier(now: str, months: int, earlier: str) -> None:
    assert str(months_earlier(period(now), months)) == earlier


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-01-01..2026-06-30", "2025-07-01..2025-12-31"),
        ("2026-03-01..2026-03-31", "2026-02-01..2026-02-28"),
        ("2025-07-02..2026-07-01", "2024-07-02..2025-07-01"),
        ("2026-01-15..2026-02-14", "2025-12-15..2026-01-14"),
        ("2026-03-01..2026-03-10", "2026-02-19..2026-02-28"),
        ("2026-03-01..2026-03-01", "2026-02-28..2026-02-28"),
        ("2023-03-01..2024-02-29", "2022-03-01..2023-02-28"),
    ],
)
def test_the_period_before_has_as_many_months_or_as_many_days(now: str, before: str) -> None:
    assert str(one_before(period(now))) == before


def test_a_period_is_typed_as_two_dates() -> None:
    today = date(2026, 7, 1)
    assert str(read_period("2025-01-01..31.03.2025", today)) == "2025-01-01..2025-03-31"
    assert str(read_period("-7d..today", today)) == "2026-06-24..2026-07-01"


@pytest.mark.parametrize("text", ["2025", "..", "2025-01-01..", "2025-02-01..2025-01-31", "x..y", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no period|is no date|ends before it begins"):
        read_period(text, date(2026, 7, 1))
