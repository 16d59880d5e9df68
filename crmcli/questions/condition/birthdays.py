"""Days to a birthday, which no engine counts by itself."""

from calendar import monthrange
from datetime import date
from typing import Any

from sqlalchemy import Integer, and_, case, cast, extract


def days_to_birthday(birthday: Any, day: date) -> Any:
    """Days from `day` to the next birthday, 0 on it; who was born on 29 February has it on the 28th in other years."""
    month, born_on = cast(extract("month", birthday), Integer), cast(extract("day", birthday), Integer)
    ahead = and_(month == day.month, _met_in(day.year, day.month, born_on) >= day.day)
    years = {number: day.year + (number <= day.month) for number in range(1, 13)}
    nexts = [(month == number, _from(day, years[number], number, born_on)) for number in range(1, 13)]
    return case((ahead, _from(day, day.year, day.month, born_on)), *nexts)


def _from(day: date, year: int, month: int, born_on: Any) -> Any:
    return (date(year, month, 1) - day).days - 1 + _met_in(year, month, born_on)


def _met_in(year: int, month: int, born_on: Any) -> Any:
    """On which day of a month somebody born on that day of it has his birthday."""
    last = monthrange(year, month)[1]
    return case((born_on > last, last), else_=born_on)
