"""A sheet as its file holds it: rows of cells, before anything is understood."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isfinite

from crmcli.values.value_class import value_class

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""A cell's value; None where it is empty, and a text is never blank."""

LONGEST_TEXT = 1_000_000
"""Characters of one cell that are taken. Excel has no more than 32,767, a text file of ours may have more."""

_ERRORS = re.compile(
    r"#(?:REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|ССЫЛКА!|ЗНАЧ!|ДЕЛ/0!|ИМЯ\?|ЧИСЛО!|ПУСТО!)|Err:5\d\d"
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")


class ErrorCell(str):
    """What stands where a cell has no value that could be stored: "#REF!", "a formula without a result"."""

    __slots__ = ()


@value_class
class GridRow:
    """One row; `number` counts from 1 as the spreadsheet program shows it, in a text file it is the line."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; `left` columns stand empty before the first cell of every row.

    `delimited` sheets come from text: there a row longer than its headings was cut at the wrong places. `left_out`
    says why a sheet is not to be read, such as being hidden. Rows that are hidden in the sheet are among `rows`.
    """

    name: str
    rows: list[GridRow]
    left: int = 0
    delimited: bool = False
    left_out: str = ""
    hidden_rows: int = 0


def clean_cell(value: Cell) -> Cell:
    """The cell without outer blanks; None where nothing is left.

    A text loses the apostrophe that guards it from running as a formula, which our own exports write. What no base can
    take is an ErrorCell: error values, numbers without a value, zero characters, half characters, endless texts.
    """
    if not isinstance(value, str):
        return ErrorCell(str(value)) if isinstance(value, float) and not isfinite(value) else value
    text = value.strip(" \n\r\u00a0\u2007\u202f\ufeff")
    if not text:
        return None
    if len(text) > LONGEST_TEXT:
        return ErrorCell(f"a text of {len(text):,} characters")
    if "\0" in text or (not text.isascii() and _UNSTORABLE.search(text)):
        return ErrorCell("a text with characters that are none: " + _UNSTORABLE.sub("\ufffd", text[:40]))
    if text[0] in "#E" and _ERRORS.fullmatch(text):
        return ErrorCell(text)
    if text[0] == "'" and _GUARDED.match(text):
        text = text[1:]
    return (text.strip() and text) or None


def text_of(cell: Cell) -> str:
    """The cell as text: whole numbers without a fraction, dates as 2026-12-31, "" for an empty cell."""
    match cell:
        case str():
            text = cell
        case None:
            text = ""
        case bool():
            text = str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            text = str(int(cell))
        case datetime():
            text = cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
        case time():
            text = cell.isoformat("minutes")
        case _:
            text = str(cell)
    return text


def column_letter(index: int) -> str:
    """The letters of a column that counts from 0: 0 -> "A", 27 -> "AB"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
