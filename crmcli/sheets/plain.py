"""Columns of plain cells, which are read at once for many rows: cell by cell it takes five times as long."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from types import NoneType
from typing import TypeVar, cast

from crmcli.sheets.columns import Columns
from crmcli.sheets.days import YEARS
from crmcli.sheets.grid import Cell
from crmcli.values.points import Point, read_phone

T = TypeVar("T")
NOTHING = frozenset({"", "-", "--", "—", "–", "n/a", "#n/a", "#н/д", "null"})
"""Texts that people and programs write into a cell to say that it is empty; compared case folded."""

PHONE = re.compile(r"[+\d][\d ().-]{5,24}", re.ASCII)
EMAIL = re.compile(r"[a-z\d_.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+", re.ASCII)
"""How nearly all phones and e-mails are spelled; others are looked at more closely."""
_LONGEST_NOTHING = 4
_TO_CLOSE_UP = ("  ", "\n ", " \n")


class ByMeaning(dict[str, T]):
    """What some rows hold, by meaning: found out when it is asked for, and once."""

    def __init__(self, find: Callable[[str], T]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, meaning: str) -> T:
        found = self[meaning] = self._find(meaning)
        return found


class PlainColumns:
    """The plain columns of some rows: by meaning a value for each row, or None where cells must be looked at singly."""

    __slots__ = ("days", "long_texts", "points", "texts")

    def __init__(self, columns: Columns, country: str, rows: Sequence[Sequence[Cell]]) -> None:
        self.texts = ByMeaning(partial(_column, columns, rows, plain_texts))
        self.long_texts = ByMeaning(partial(_column, columns, rows, plain_long_texts))
        self.days = ByMeaning(partial(_column, columns, rows, plain_days))
        self.points = ByMeaning(partial(_points, columns, country, self.texts))


def _column(
    columns: Columns,
    rows: Sequence[Sequence[Cell]],
    read: Callable[[Sequence[Cell]], Sequence[T | None] | None],
    meaning: str,
) -> Sequence[T | None] | None:
    """What the one column of that meaning holds; Nones where there is no such column."""
    found = columns.of(meaning)
    if len(found) > 1 or meaning in columns.defaults:
        return None
    if not found:
        return [None] * len(rows)
    place = found[0].place
    return read([row[place] if place < len(row) else None for row in rows])


def _points(
    columns: Columns, country: str, texts: ByMeaning[Sequence[str | None] | None], meaning: str
) -> Sequence[Point | None] | None:
    """The phones or e-mails of rows that have one, plainly spelled, and say nothing else of it."""
    cells = texts[meaning]
    if cells is None or meaning not in columns or not columns.meanings.isdisjoint({"country", f"{meaning} label"}):
        return None
    label = columns.of(meaning)[0].label
    if meaning == "phone":
        return [read_phone(text, country, label) if text and PHONE.fullmatch(text) else None for text in cells]
    return [Point("email", text, text, label) if text and EMAIL.fullmatch(text) else None for text in cells]


def plain_texts(cells: Sequence[Cell]) -> Sequence[str | None] | None:
    """The cells where each is a text in one line with single blanks, or empty; else None."""
    texts = plain_long_texts(cells)
    if texts is None:
        return None
    filled = [text for text in texts if text]
    together = "\n".join(["", *filled, ""])
    is_close = not any(blanks in together for blanks in _TO_CLOSE_UP)
    return texts if is_close and all(map(str.isprintable, filled)) else None


def plain_long_texts(cells: Sequence[Cell]) -> Sequence[str | None] | None:
    """The cells where each is a text or empty; else None."""
    if not set(map(type, cells)) <= {str, NoneType}:
        return None
    texts = cast("Sequence[str | None]", cells)
    return [None if text is None or is_nothing(text) else text for text in texts]


def plain_days(cells: Sequence[Cell]) -> Sequence[date | None] | None:
    """The cells where each is a date that can be right, or empty; else None."""
    if not set(map(type, cells)) <= {date, NoneType}:
        return None
    days = cast("Sequence[date | None]", cells)
    years = [day.year for day in days if day]
    return days if not years or (min(years) in YEARS and max(years) in YEARS) else None


def is_nothing(text: str) -> bool:
    """Whether somebody wrote a dash or the like for "nothing"."""
    return len(text) <= _LONGEST_NOTHING and text.casefold() in NOTHING
