"""The last lines of a table that add it up: they are no records."""

import re

from crmcli.sheets.columns import COUNTER, NUMBERS, Columns
from crmcli.sheets.grid import Cell, ErrorCell, GridRow, text_of
from crmcli.values.text import search_key

_TOTAL = re.compile(
    r"(?:итого|итог|всего|grand total|totals?|sum|сумма)(?:\s+(?:по|за|на|for|по всем)\s.*)?\s*[:.]?(?:\s*[\d\s.,]+)?"
)
_AMOUNT = re.compile(r"[-+(]?[\d\s.,\u00a0]+\)?\s*(?:₽|р\.?|руб\.?|[$€£%]|шт\.?)?")
_PHONE = 7
"""So many characters may be a phone, and the row somebody's whose name is such a word; fewer are a count."""


def without_totals(rows: list[GridRow], columns: Columns) -> list[GridRow]:
    """The rows without the totals at their end; a row that also says who or when is a record, not a total."""
    end = len(rows)
    while end and _is_total(rows[end - 1], columns):
        end -= 1
    return rows[:end]


def _is_total(row: GridRow, columns: Columns) -> bool:
    filled = [(place, cell) for place, cell in enumerate(row.cells) if cell is not None]
    said = [place for place, cell in filled if isinstance(cell, str) and _TOTAL.fullmatch(search_key(cell))]
    return bool(said) and all(place in said or _adds_up(columns, place, cell) for place, cell in filled)


def _adds_up(columns: Columns, place: int, cell: Cell) -> bool:
    """Whether the cell may stand in a line of totals: a number where numbers can be added."""
    meaning = columns.listed[place].meaning if place < len(columns.listed) else ""
    text = text_of(cell)
    return isinstance(cell, ErrorCell) or (
        (meaning in (*NUMBERS, "", COUNTER) or len(text) < _PHONE) and bool(_AMOUNT.fullmatch(text))
    )
