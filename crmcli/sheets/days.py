"""Dates in cells: real ones, serial numbers, and the many ways people and programs write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from crmcli.sheets.grid import Cell

EXPECTED = "no date: write it as 2026-12-31"
NO_YEAR = "no date: it has no year, write it as 2026-12-31"
_SERIALS = range(20_000, 80_001)
YEARS = range(1900, 2201)
"""The years that a date can be right in."""
_CLOCK = (
    r"(?:(?:[T,]|\s)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(?P<half>[AaPp][Mm])?"
    r"\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_WEEKDAY = (
    r"(?:(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)[.,]*\s+)?"
)
_ISO = re.compile(r"(?P<year>\d{4})(?P<sign>[-./])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})" + _CLOCK)
_PACKED = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})" + _CLOCK)
_SHORT = re.compile(
    _WEEKDAY
    + r"(?P<a>\d{1,2})(?P<sign>[-./])(?P<b>\d{1,2})(?P=sign)(?P<year>\d{4}|\d{2})"
    + _CLOCK
    + r"\s*(?:г\.?|года)?",
    re.IGNORECASE,
)
_DAY_WORD = re.compile(
    _WEEKDAY
    + r"[«\"]?(?P<day>\d{1,2})[»\"]?[\s.-]+(?P<name>[a-zа-яё]{3,})[.,]?[\s-]+(?P<year>\d{4}|\d{2})"
    + r"(?:\s*(?:г\.?|года))?"
    + _CLOCK,
    re.IGNORECASE,
)
_WORD_DAY = re.compile(
    _WEEKDAY + r"(?P<name>[a-z]{3,})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _CLOCK,
    re.IGNORECASE,
)
_YEARLESS = re.compile(r"\d{1,2}(?:[./-]\d{1,2}\.?|\s+[a-zа-яё]{3,}\.?)|[a-z]{3,}\.?\s+\d{1,2}|--\d\d-?\d\d", re.I)
_ZEROS = re.compile(r"[0\s./:T-]+")
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "янв jan",
            "фев feb",
            "мар mar",
            "апр apr",
            "мая май may",
            "июн jun",
            "июл jul",
            "авг aug",
            "сен sep",
            "окт oct",
            "ноя nov",
            "дек dec",
        ],
        1,
    )
    for name in names.split()
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as read, with the time where the cell had one."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DayOrder:
    """How a column writes its short dates: an example of each, "" where it has none.

    `day_first` and `month_first` have a number above 12 that tells which it is; `doubtful` may be either, and parts
    its numbers by `sign`. Dates with points have the day first everywhere and are not looked at.
    """

    day_first: str = ""
    month_first: str = ""
    doubtful: str = ""
    sign: str = ""

    @property
    def told(self) -> bool | None:
        """Whether the day comes first; None where nothing tells, or where it does both ways."""
        return None if bool(self.day_first) == bool(self.month_first) else bool(self.day_first)


def day_order(cells: Iterable[Cell]) -> DayOrder:
    """How these cells write dates such as 03/04/2026 and 03-04-26."""
    first = second = doubtful = sign = ""
    for text in cells:
        match = _SHORT.fullmatch(text) if isinstance(text, str) else None
        if not match or match["sign"] == ".":
            continue
        a, b, sign = int(match["a"]), int(match["b"]), sign or match["sign"]
        if a > 12 >= b:
            first = first or match.string
        elif b > 12 >= a:
            second = second or match.string
        elif a != b:
            doubtful = doubtful or match.string
    return DayOrder(first, second, doubtful, sign)


def read_moment(cell: Cell, day_first: bool | None, latest_year: int) -> Moment:
    """The moment that a cell of a date column means; a two-digit year is the last such year up to `latest_year`.

    Raises ValueError with what is wrong.
    """
    if isinstance(cell, datetime):
        return _checked(cell.date(), None if cell.time() == time() else cell.time())
    if isinstance(cell, date):
        return _checked(cell)
    if isinstance(cell, str):
        return _read_text(cell, day_first, latest_year)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _from_number(cell)
    raise ValueError(EXPECTED)


def is_no_day(cell: Cell) -> bool:
    """Whether the cell stands for no date at all: 0000-00-00, 00.00.0000 or 0, as databases write it."""
    return not cell if isinstance(cell, int | float) else isinstance(cell, str) and bool(_ZEROS.fullmatch(cell))


def read_time(cell: Cell) -> time | None:
    """The time of day in a cell, None where it holds none."""
    if isinstance(cell, time):
        return cell
    if isinstance(cell, datetime):
        return cell.time()
    match = re.fullmatch(_CLOCK, f" {cell}") if isinstance(cell, str) else None
    try:
        return _clock(match) if match else None
    except ValueError:
        return None


@lru_cache(65536)
def _read_text(text: str, first: bool | None, latest_year: int) -> Moment:
    match = _ISO.fullmatch(text) or _PACKED.fullmatch(text)
    if match:
        return _moment(match, int(match["day"]), int(match["month"]), latest_year)
    if match := _SHORT.fullmatch(text):
        a, b = int(match["a"]), int(match["b"])
        swapped = match["sign"] != "." and first is False
        return _moment(match, *((b, a) if swapped else (a, b)), latest_year)
    if match := _DAY_WORD.fullmatch(text) or _WORD_DAY.fullmatch(text):
        return _moment(match, int(match["day"]), _MONTHS.get(match["name"].casefold()[:3], 0), latest_year)
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text):
        return _from_number(float(text.replace(",", ".")))
    raise ValueError(NO_YEAR if _YEARLESS.fullmatch(text) else EXPECTED)


def _moment(match: re.Match[str], day: int, month: int, latest_year: int) -> Moment:
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += latest_year // 100 * 100
        year -= 100 if year > latest_year else 0
    try:
        return _checked(date(year, month, day), _time(match))
    except ValueError as error:
        raise ValueError(f"no date: {error}") from None


def _time(match: re.Match[str]) -> time | None:
    """The time beside a date; midnight is what programs write for none."""
    at = _clock(match)
    return None if at == time() else at


def _clock(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return None
    hour = int(match["hour"])
    if half := match["half"]:
        hour = hour % 12 + (12 if half.casefold() == "pm" else 0)
    return time(hour, int(match["minute"]))


def _from_number(number: float) -> Moment:
    """Excel counts days from 1899-12-30; the fraction is the time."""
    if number == number and int(number) in _SERIALS:  # noqa: PLR0124
        at = datetime(1899, 12, 30) + timedelta(minutes=round(number * 24 * 60))  # noqa: DTZ001
        return Moment(at.date(), None if at.time() == time() else at.time())
    if number == int(number) and (match := _PACKED.fullmatch(str(int(number)))):
        return _moment(match, int(match["day"]), int(match["month"]), 0)
    raise ValueError(NO_YEAR if _YEARLESS.fullmatch(str(number)) else EXPECTED)


def _checked(day: date, at: time | None = None) -> Moment:
    if day.year not in YEARS:
        raise ValueError(f"the year {day.year} cannot be right")
    return Moment(day, at)
