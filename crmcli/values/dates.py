"""Dates as people type them at the prompt."""

import re
from calendar import monthrange
from datetime import date, timedelta

_WORDS = {
    "today": 0, "сегодня": 0,
    "yesterday": -1, "вчера": -1, "позавчера": -2,
    "tomorrow": 1, "завтра": 1, "послезавтра": 2,
}  # fmt: skip
_WEEKDAYS = {
    name: number
    for number, names in enumerate([
        "mon monday пн понедельник",
        "tue tues tuesday вт вторник",
        "wed wednesday ср среда среду",
        "thu thur thurs thursday чт четверг",
        "fri friday пт пятница пятницу",
        "sat saturday сб суббота субботу",
        "sun sunday вс воскресенье",
    ])
    for name in names.split()
}  # fmt: skip
_YEARS = range(1900, 2201)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})")
_SHIFT = re.compile(r"([+-]\d{1,5})([dwmyднмг])")
EXPECTED = "a date is 2026-12-31, 31.12.2026, today, yesterday, -3d, +2w or mon"


def read_date(text: str, today: date, *, ahead: bool = False) -> date:
    """The date that `text` means at the prompt, `today` being today.

    ISO, dd.mm.yyyy, today, yesterday, tomorrow, a shift in days, weeks, months or years (-3d, +2w), or a weekday:
    the last one up to today, or, with `ahead`, the next one after it; in English or Russian. Raises ValueError with
    what is expected; a year before 1900 or after 2200 is taken for a slip of the finger.
    """
    try:
        day = _meant(text.strip().casefold(), today, ahead=ahead)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:40]!r} is no date: {error}") from None
    if day.year not in _YEARS:
        raise ValueError(f"{text[:40]!r} is no date: the year {day.year} cannot be right")
    return day


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _meant(word: str, today: date, *, ahead: bool) -> date:
    if word in _WORDS:
        return today + timedelta(days=_WORDS[word])
    if word in _WEEKDAYS:
        return _weekday(_WEEKDAYS[word], today, ahead=ahead)
    if match := _SHIFT.fullmatch(word):
        return _shifted(today, int(match[1]), match[2])
    if match := _ISO.fullmatch(word):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.fullmatch(word):
        return _day_first(int(match[1]), int(match[3]), int(match[4]), sign=match[2])
    raise ValueError(EXPECTED)


def _day_first(day: int, month: int, year: int, sign: str) -> date:
    """Day and month, which slashes may have the other way round: then the larger of them tells which is the day."""
    if sign == "/" and day <= 12 and month <= 12 and day != month:
        raise ValueError("day and month could be swapped: write 2026-12-31 or 31.12.2026")
    if sign == "/" and month > 12:
        day, month = month, day
    return date(year, month, day)


def _weekday(number: int, today: date, *, ahead: bool) -> date:
    if ahead:
        return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    return today - timedelta(days=(today.weekday() - number) % 7)


def _shifted(today: date, count: int, unit: str) -> date:
    if unit in "dд":
        return today + timedelta(days=count)
    if unit in "wн":
        return today + timedelta(weeks=count)
    return add_months(today, count if unit in "mм" else 12 * count)
