import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.dates import EXPECTED, add_months, read_date

WEDNESDAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-1-5", date(2026, 1, 5)),
        ("31.12.2026", date(2026, 12, 31)),
        ("1.2.2026", date(2026, 2, 1)),
        ("31/12/2026", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("5/5/2026", date(2026, 5, 5)),
        ("29.02.2028", date(2028, 2, 29)),
        ("today", WEDNESDAY),
        ("Сегодня", WEDNESDAY),
        ("yesterday", date(2026, 6, 30)),
        ("ВЧЕРА", date(2026, 6, 30)),
        ("позавчера", date(2026, 6, 29)),
        ("tomorrow", date(2026, 7, 2)),
        ("завтра", date(2026, 7, 2)),
        ("послезавтра", date(2026, 7, 3)),
        ("-3d", date(2026, 6, 28)),
        ("-3д", date(2026, 6, 28)),
        ("+2w", date(2026, 7, 15)),
        ("+2н", date(2026, 7, 15)),
        ("+1m", date(2026, 8, 1)),
        ("-1м", date(2026, 6, 1)),
        ("-1y", date(2025, 7, 1)),
        ("+1г", date(2027, 7, 1)),
        (" today ", WEDNESDAY),
    ],
)
def test_every_way_to_write_a_date_is_read(text: str, day: date) -> None:
    assert read_date(text, WEDNESDAY) == day


@pytest.mark.parametrize(
    ("word", "back", "ahead"),
    [
        ("mon", date(2026, 6, 29), date(2026, 7, 6)),
        ("tuesday", date(2026, 6, 30), date(2026, 7, 7)),
        ("wed", WEDNESDAY, date(2026, 7, 8)),
        ("Четверг", date(2026, 6, 25), date(2026, 7, 2)),
        ("пт", date(2026, 6, 26), date(2026, 7, 3)),
        ("субботу", date(2026, 6, 27), date(2026, 7, 4)),
        ("вс", date(2026, 6, 28), date(2026, 7, 5)),
    ],
)
def test_a_weekday_is_the_last_one_or_the_next_one(word: str, back: date, ahead: date) -> None:
    assert read_date(word, WEDNESDAY) == back
    assert read_date(word, WEDNESDAY, ahead=True) == ahead


@pytest.mark.parametrize(
    "text",
    ["", " ", "monkey", "satan", "sunny", "friend", "3d", "d", "+d", "--3d", "+3h", "2026", "2026-12", "31.12.26",
     "2026/12/31", "31.12/2026", "31-12-2026", "next week", "12:30", "2026-12-31T10:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"is no date: {EXPECTED}")):
        read_date(text, WEDNESDAY)


@pytest.mark.parametrize("text", ["31.02.2026", "29.02.2026", "2026-13-01", "2026-00-00", "00.00.2026", "2026-02-30"])
def test_a_day_that_is_in_no_calendar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        read_date(text, WEDNESDAY)


@pytest.mark.parametrize("text", ["0000-01-01", "0206-07-01", "1899-12-31", "01.01.2201", "9999-12-31", "+99999d"])
def test_a_year_that_cannot_be_right_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="year"):
        read_date(text, WEDNESDAY)


@pytest.mark.parametrize("text", ["+99999y", "-99999m", "-99999w", "+99999w"])
def test_a_shift_out_of_all_calendars_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        read_date(text, WEDNESDAY)


@pytest.mark.parametrize("text", ["1/2/2026", "12/11/2026", "01/02/2026"])
def test_slashes_that_can_be_read_in_two_ways_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="could be swapped"):
        read_date(text, WEDNESDAY)


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
    ],
)
def test_months_end_where_the_month_ends(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, monthrange(moved.year, moved.month)[1])


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_date_written_is_the_date_read(day: date) -> None:
    assert read_date(day.isoformat(), WEDNESDAY) == day
    assert read_date(f"{day.day}.{day.month:02}.{day.year}", WEDNESDAY) == day


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.sampled_from(["mon", "вт", "sun"]))
def test_weekdays_are_never_more_than_a_week_away(today: date, word: str) -> None:
    assert timedelta() <= today - read_date(word, today) < timedelta(7)
    assert timedelta() < read_date(word, today, ahead=True) - today <= timedelta(7)


@given(
    st.text(max_size=20) | st.from_regex(r"[+-]?\d{1,6}[dwmyднмг./-]?\d{0,5}[./-]?\d{0,6}", fullmatch=True),
    st.sampled_from([date.min, WEDNESDAY, date.max]),
    st.booleans(),
)
def test_any_text_is_a_date_or_a_value_error(text: str, today: date, ahead: bool) -> None:
    with suppress(ValueError):
        day = read_date(text, today, ahead=ahead)
        assert 1900 <= day.year <= 2200


@pytest.mark.parametrize(("word", "today"), [("tomorrow", date.max), ("yesterday", date.min), ("mon", date.min)])
def test_words_at_the_ends_of_the_calendar_are_value_errors(word: str, today: date) -> None:
    with pytest.raises(ValueError, match="is no date"):
        read_date(word, today)


def test_a_long_text_makes_no_long_message() -> None:
    with pytest.raises(ValueError, match="is no date") as caught:
        read_date("x" * 100_000, WEDNESDAY)
    assert len(str(caught.value)) < 200
