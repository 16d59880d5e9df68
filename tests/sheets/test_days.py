from datetime import date, datetime, time

import pytest

from crmcli.sheets.days import DayOrder, Moment, day_order, is_no_day, read_moment, read_time
from crmcli.sheets.grid import Cell

DAY = date(2023, 10, 18)


@pytest.mark.parametrize(
    "text",
    [
        "18.10.2023", "18.10.23", "2023-10-18", "2023-10-18 00:00:00.000", "2023-10-18T00:00:00Z", "2023/10/18",
        "20231018", "18 октября 2023 г.", "18 окт. 2023", "Oct 18, 2023", "October 18 2023", "18-Oct-2023", "18-Oct-23",
        "45217", "18.10.2023 г.", "ср 18.10.2023", "Wed, 18 Oct 2023", "Wednesday, October 18, 2023",
        "«18» октября 2023 г.", "Среда, 18 октября 2023",
    ],
)  # fmt: skip
def test_one_day_is_read_in_many_notations(text: str) -> None:
    assert read_moment(text, None, 2046) == Moment(DAY)


@pytest.mark.parametrize("cell", [DAY, datetime.fromisoformat("2023-10-18"), 45217, 45217.0])
def test_one_day_is_read_from_real_dates_and_serial_numbers(cell: Cell) -> None:
    assert read_moment(cell, None, 2046) == Moment(DAY)


@pytest.mark.parametrize(
    "cell",
    ["18.10.2023 14:30", "2023-10-18T14:30:59+03:00", "10/18/2023 2:30 PM", datetime.fromisoformat("2023-10-18 14:30")],
)
def test_the_time_of_day_is_kept(cell: Cell) -> None:
    assert read_moment(cell, False, 2046) == Moment(DAY, time(14, 30))


@pytest.mark.parametrize(
    "cell",
    [
        "30.07",
        30.07,
        "31.02.2023",
        "0000-00-00",
        "завтра",
        "12.31.2023",
        True,
        5,
        "01.01.0001",
        "13 foobar 2023",
        1e300,
    ],
)
def test_what_is_no_day_is_refused_with_a_reason(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r"no date|cannot be right"):
        read_moment(cell, None, 2046)


@pytest.mark.parametrize("cell", ["30.07", "30.07.", 30.07, "30/07", "30 июля", "July 30", "--07-30"])
def test_a_day_without_its_year_is_not_the_day_of_another_year(cell: Cell) -> None:
    with pytest.raises(ValueError, match="it has no year"):
        read_moment(cell, None, 2046)


@pytest.mark.parametrize("cell", ["0000-00-00", "0000-00-00 00:00:00", "00.00.0000", 0, 0.0, "0"])
def test_zeros_are_no_date_at_all(cell: Cell) -> None:
    assert is_no_day(cell)


@pytest.mark.parametrize("cell", ["2000-01-01", DAY, 45217, "весной"])
def test_a_date_is_no_row_of_zeros(cell: Cell) -> None:
    assert not is_no_day(cell)


def test_a_weekday_before_it_does_not_hide_that_a_date_reads_two_ways() -> None:
    assert day_order(["Wed, 03/04/2026"]).doubtful == "Wed, 03/04/2026"


def test_two_digit_years_turn_at_the_latest_year() -> None:
    assert read_moment("01.02.46", None, 2046).day.year == 2046
    assert read_moment("01.02.47", None, 2046).day.year == 1947


def test_one_day_above_twelve_tells_the_order_of_the_whole_column() -> None:
    assert day_order(["03/04/2026", None, "13/04/2026"]).told is True
    assert day_order(["03/04/2026", "04/13/2026"]).told is False
    assert read_moment("03/04/2026", True, 2046).day == date(2026, 4, 3)
    assert read_moment("03/04/2026", False, 2046).day == date(2026, 3, 4)


def test_an_order_that_nothing_tells_is_never_guessed() -> None:
    assert day_order(["03/04/2026", "05/05/2026"]) == DayOrder(doubtful="03/04/2026", sign="/")
    assert day_order(["13/04/2026", "04/13/2026"]).told is None


def test_dotted_dates_need_no_telling() -> None:
    assert day_order(["03.04.2026", date(2026, 1, 1), 45217]) == DayOrder()
    assert read_moment("03.04.2026", None, 2046).day == date(2026, 4, 3)


def test_days_that_read_the_same_both_ways_need_no_telling() -> None:
    assert day_order(["05/05/2026"]).doubtful == ""
    assert read_moment("05/05/2026", None, 2046).day == date(2026, 5, 5)


def test_a_time_column_is_read() -> None:
    assert read_time("9:05") == time(9, 5)
    assert read_time(time(9, 5)) == time(9, 5)
    assert read_time("утром") is None
    assert read_time("25:00") is None
