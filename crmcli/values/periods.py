"""Periods from one day to another, and those that they are compared with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from crmcli.values.dates import add_months, read_date

MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""How many months the parts of a calendar have."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both days are within it."""

    since: date
    until: date

    def __str__(self) -> str:
        return f"{self.since}..{self.until}"


def read_period(text: str, today: date) -> Period:
    """The period that FROM..TO means, each a date as it is typed. Raises ValueError with what is expected."""
    since, found, until = text.partition("..")
    if not found:
        raise ValueError(f"{text[:40]!r} is no period: write 2025-01-01..2025-03-31")
    period = Period(read_date(since, today), read_date(until, today))
    if period.until < period.since:
        raise ValueError(f"{text!r} ends before it begins")
    return period


def last_twelve_months(day: date) -> Period:
    """The year that ends with that day."""
    return Period(add_months(day + _DAY, -12), day)


def calendar_part(day: date, by: str) -> Period:
    """The month, quarter or year that the day lies in."""
    months = MONTHS[by]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, add_months(first, months) - _DAY)


def parts_of(whole: Period, by: str) -> Iterator[Period]:
    """The months, quarters or years of a period in their order; the first and the last may be cut short by it."""
    since = whole.since
    while since <= whole.until:
        end = calendar_part(since, by).until
        yield Period(since, min(end, whole.until))
        since = end + _DAY


def months_up_to(whole: Period, most: int) -> list[Period]:
    """The last months of a period, counted back from its end, so that none is cut short; `most` of them at most."""
    after = whole.until + _DAY
    ends = [add_months(after, -months) for months in range(most + 1)]
    found = [Period(since, end - _DAY) for end, since in pairwise(ends) if since >= whole.since]
    return found[::-1]


def name_of_part(day: date, by: str) -> str:
    """What the month, quarter or year of a day is called: 2026-03, 2026-Q1, 2026."""
    return {"month": f"{day:%Y-%m}", "quarter": f"{day.year}-Q{(day.month + 2) // 3}", "year": f"{day.year}"}[by]


def is_cut(part: Period, by: str) -> bool:
    """Whether it is less than the whole month, quarter or year."""
    return part != calendar_part(part.since, by)


def months_earlier(period: Period, months: int) -> Period:
    """The same days so many months earlier; what ends with a month ends with one there, too."""
    ends_a_month = (period.until + _DAY).day == 1
    until = add_months(period.until, -months)
    return Period(add_months(period.since, -months), calendar_part(until, "month").until if ends_a_month else until)


def one_before(period: Period) -> Period:
    """The period that ends where this one begins: as many months where these are whole, else as many days."""
    after = period.until + _DAY
    months = (after.year - period.since.year) * 12 + after.month - period.since.month
    if months and add_months(period.since, months) == after:
        return Period(add_months(period.since, -months), period.since - _DAY)
    return Period(period.since - (after - period.since), period.since - _DAY)
