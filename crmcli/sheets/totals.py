"""The lines of a table that add it up, in part or in whole: they are no records."""

import re
from unicodedata import is_normalized

from crmcli.sheets.columns import COUNTER, NUMBERS, Columns
from crmcli.sheets.grid import Cell, ErrorCell, GridRow, text_of
from crmcli.sheets.vocabulary import CUSTOM
from crmcli.values.text import search_key

_TOTAL = re.compile(
    r"(?:итого|всего|grand total|totals?|sum|сумма)(?:\s+(?:по|за|на|for|по всем)\s.*)?\s*[:.]?(?:\s*[\d\s.,]+)?"
    r"|(?:\S+\s+){0,4}(?:итог|итого|subtotal|total)\s*:?"
)
_AMOUNT = re.compile(r"[-+(]?[\d\s.,\u00a0]+\)?\s*(?:₽|[$€£%]|[a-zа-яё]{1,12}\.?)?", re.IGNORECASE)
_STEM = re.compile("итог|всего|total|sum|сумма")
_ADDED = NUMBERS | {"", COUNTER, CUSTOM}
_PHONE = 7
"""So many digits may be a phone, and the row somebody's whose name is such a word; fewer are a count."""


def without_totals(rows: list[GridRow], columns: Columns) -> list[GridRow]:
    """The rows without totals and subtotals; a row that also says who or when is a record, not a total."""
    return [row for row in rows if not _is_total(row, columns)]


def _is_total(row: GridRow, columns: Columns) -> bool:
    is_named = False
    for place, cell in enumerate(row.cells):
        if isinstance(cell, str) and _names_total(cell):
            is_named = True
        elif cell is not None and not _adds_up(columns, place, cell):
            return False
    return is_named


def _names_total(text: str) -> bool:
    likely = _STEM.search(text.casefold()) or not is_normalized("NFKC", text)
    return bool(likely and _TOTAL.fullmatch(search_key(text)))


def _adds_up(columns: Columns, place: int, cell: Cell) -> bool:
    """Whether the cell may stand in a line of totals: a number where numbers can be added."""
    text = text_of(cell)
    return isinstance(cell, ErrorCell) or (
        bool(_AMOUNT.fullmatch(text)) and (_is_number(columns, place) or sum(map(str.isdigit, text)) < _PHONE)
    )


def _is_number(columns: Columns, place: int) -> bool:
    return place >= len(columns.listed) or columns.listed[place].meaning in _ADDED
