"""Rows cleaned of what is no value, many at once and column by column: cell by cell it takes five times as long."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import isfinite
from typing import cast

from crmcli.sheets.grid import LONGEST_TEXT, Cell, GridRow, clean_cell

_CELLS = 20_000
"""So many are looked at together: enough to gain by it, few enough for any memory."""
_MOST_SEEN = {str: 8_192, date: 32_768}
"""Texts that are more are mostly new in every row; days are few in any column."""
_SAFE_TYPES = frozenset({date, datetime, time, timedelta, int, bool})


def clean_rows(rows: Iterable[tuple[int, Sequence[Cell]]]) -> Iterator[GridRow]:
    """The rows, each given with its number, with their cells cleaned (see grid.clean_cell); empty ones among them."""
    columns: list[_Column] = []
    rows, count = iter(rows), 1
    while some := list(islice(rows, count)):
        numbers, cells = zip(*some, strict=True)
        yield from map(GridRow, numbers, _clean(cells, columns))
        count = _CELLS // max(1, *map(len, cells)) or 1


def is_filled(row: GridRow) -> bool:
    """Whether a row holds anything."""
    for cell in row.cells:  # noqa: SIM110 - any() takes thrice as long
        if cell is not None:
            return True
    return False


def _clean(rows: Sequence[Sequence[Cell]], columns: "list[_Column]") -> Iterable[list[Cell]]:
    """The cells of some rows, in columns that learn what they hold; row by row where their lengths differ."""
    widths = set(map(len, rows))
    if len(widths) > 1 or 0 in widths:
        return [list(map(clean_cell, row)) for row in rows]
    columns += [_Column() for _ in range(len(rows[0]) - len(columns))]
    cleaned = [column.cleaned(cells) for column, cells in zip(columns, zip(*rows, strict=True), strict=False)]
    return map(list, zip(*cleaned, strict=True))


class _Column:
    """What a column held so far: of a city that a million rows name one text is enough."""

    def __init__(self) -> None:
        self._seen: dict[Cell, Cell] | None = {}

    def cleaned(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The cells, cleaned; those that the column held before in place of their likes, unless they are ever new."""
        kinds = set(map(type, cells))
        if self._seen is None or not kinds <= _MOST_SEEN.keys():
            return _cleaned(cells, kinds)
        new = [cell for cell in set(cells) if cell not in self._seen]
        self._seen.update(zip(new, _cleaned(new, set(map(type, new))), strict=True))
        shared = [self._seen[cell] for cell in cells]
        if len(self._seen) > max(_MOST_SEEN[kind] for kind in kinds):
            self._seen = None
        return shared


def _cleaned(cells: Sequence[Cell], kinds: Collection[type]) -> Sequence[Cell]:
    is_clean = (
        _SAFE_TYPES.issuperset(kinds)
        or (kinds == {float} and all(map(isfinite, cast("Sequence[float]", cells))))
        or (kinds == {str} and _are_plain(cast("Sequence[str]", cells)))
    )
    return cells if is_clean else list(map(clean_cell, cells))


def _are_plain(texts: Sequence[str]) -> bool:
    """Whether clean_cell would leave all of the texts as they are, told of most by cheap signs."""
    if not all(texts) or not all(map(str.isprintable, texts)) or list(map(str.strip, texts)) != list(texts):
        return False
    first = {text[0] for text in texts}
    may_fail = "E" in first and any(text.startswith("Err:") for text in texts)
    return first.isdisjoint("#'") and not may_fail and max(map(len, texts)) <= LONGEST_TEXT
