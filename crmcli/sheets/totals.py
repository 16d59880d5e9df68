"""The lines of a table that add it up, in part or in whole: they are no records."""

import re

from crmcli.sheets.columns import COUNTER, NUMBERS, Columns
from crmcli.sheets.grid import Cell, ErrorCell, GridRow, text_of
from crmcli.sheets.vocabulary import CUSTOM
from crmcli.values.text import search_key

_TOTAL = re.compile(
    r"(?:итого|всего|grand total|totals?|sum|сумма)(?:\s+(?:по|за|на|for|по всем)\s.*)?\s*[:.]?(?:\s*[\d\s.,]+)?"
    r"|(?:\S+\s+){0,4}(?:итог|итого|subtotal|total)\s*:?"
)
_AMOUNT = re.compile(r"[-+(]?[\d\s.,\u00a0]+\)?\s*(?:₽|[$€£%]|[a-zа-яё]{1,12}\.?)?", re.IGNORECASE)
_PHONE = 7
"""So many digits may be a phone, and the row somebody's whose name is such a word; fewer are a count."""


def without_totals(rows: list[GridRow], columns: Columns) -> list[GridRow]:
    """The rows without totals and subtotals; a row that also says who or when is a record, not a total."""
    return [row for row in rows if not _is_total(row, columns)]


def _is_total(row: GridRow, columns: Columns) -> bool:
    filled = [(place, cell) for place, cell in enumerate(row.cells) if cell is not None]
    said = [place for place, cell in filled if isinstance(cell, str) and _TOTAL.fullmatch(search_key(cell))]
    return bool(said) and all(place in said or _adds_up(columns, place, cell) for place, cell in filled)


def _adds_up(columns: Columns, place: int, cell: Cell) -> bool:
    """Whether the cell may stand in a line of totals: a number where numbers can be added."""
    meaning = columns.listed[place].meaning if place < len(columns.listed) else ""
    text = text_of(cell)
    return isinstance(cell, ErrorCell) or (
        (meaning in (*NUMBERS, "", COUNTER, CUSTOM) or sum(sign.isdigit() for sign in text) < _PHONE)
        and bool(_AMOUNT.fullmatch(text))
    )
