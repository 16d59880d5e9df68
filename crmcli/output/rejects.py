"""The rows that an import did not take, as a workbook to be mended and imported again."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, Any

from crmcli.output.clean import cell, cell_text
from crmcli.output.workbook import open_book
from crmcli.values.records import REASON

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    Forms = dict[str, Format]
    """How cells of a kind look."""

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 28
_LONGEST = 32_767
_RED, _WIDE = "#FFC7CE", 40


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row as the sheet has it, the place (from 0) of the cell to blame, None for the whole row, and the reason."""

    cells: Sequence[object]
    blamed: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class RejectedSheet:
    """The rejected rows of one sheet under its headings."""

    name: str
    headings: Sequence[str]
    rows: Sequence[RejectedRow]


def write_rejects(sheets: Iterable[RejectedSheet], file: IO[bytes]) -> None:
    """Writes a sheet for each: the headings and rows as they were, the cell to blame in red, the reason behind."""
    with open_book(file) as book:
        bold, plain, red = book.add_format({"bold": True}), _forms(book), _forms(book, bg_color=_RED)
        for number, rejected in enumerate(sheets, 1):
            sheet = book.add_worksheet(f"{_NOT_IN_NAMES.sub(' ', rejected.name)[:_LONGEST_NAME]} {number}".strip())
            reasons = max([len(rejected.headings), *(len(row.cells) for row in rejected.rows)])
            for place, heading in [*enumerate(rejected.headings), (reasons, REASON)]:
                sheet.write_string(0, place, cell_text(heading), bold)
            sheet.set_column(reasons, reasons, _WIDE)
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(rejected.rows, 1):
                cells = [*row.cells, *[None] * (reasons - len(row.cells)), row.reason]
                for place, value in enumerate(cells):
                    _put(sheet, (line, place), value, red if place == row.blamed else plain)


def _forms(book: "Workbook", **look: str) -> "Forms":
    numbers = {"moment": "yyyy-mm-dd hh:mm", "day": "yyyy-mm-dd", "time": "hh:mm:ss", "": "General"}
    return {name: book.add_format({"num_format": form, **look}) for name, form in numbers.items()}


def _put(sheet: "Worksheet", at: tuple[int, int], value: Any, forms: "Forms") -> None:
    match value:
        case None:
            sheet.write_blank(*at, None, forms[""])
        case bool():
            sheet.write_boolean(*at, value, forms[""])
        case int() | float():
            sheet.write_number(*at, value, forms[""])
        case datetime():
            sheet.write_datetime(*at, value.replace(tzinfo=None), forms["moment"])
        case date():
            sheet.write_datetime(*at, value, forms["day"])
        case time() | timedelta():
            sheet.write_datetime(*at, value, forms["time"])
        case _:
            sheet.write_string(*at, cell(str(value))[:_LONGEST], forms[""])
