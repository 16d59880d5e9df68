"""Answers as an .xlsx workbook."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from crmcli.errors import Wrong
from crmcli.output.clean import cell, cell_text, is_formula
from crmcli.output.records import rows_of
from crmcli.output.result import Column, Listing, Result
from crmcli.output.separated import columns_of, joined
from crmcli.output.values import Look

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

_MOST_ROWS = 2**20 - 1
_LONGEST = 32_767
_CUT = " ... (cut: a cell holds no more)"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What begins a character's code in a cell: _x0041_ would be read as A."""
_FIRST_YEAR = 1901
"""Excel's calendar begins in 1900, with a leap day that never was: earlier dates stay text."""
_WIDTHS = {"text": 24, "texts": 24, "fields": 24, "money": 14, "date": 12, "time": 18}


def write_xlsx(result: Result, file: IO[bytes], look: Look) -> None:
    """Writes one sheet: a row of keys, then the rows; money and quantities as numbers, dates as dates.

    No text runs as a formula: each is a text cell, which says so to the program that opens it. Raises Wrong for more
    rows than a sheet can have.
    """
    columns, records = columns_of(result), rows_of(result, look)
    if len(records) > _MOST_ROWS:
        raise Wrong(f"a sheet holds {_MOST_ROWS} rows, this answer has {len(records)}: --format csv holds them all")
    rows = result.rows if isinstance(result, Listing) else [result.row]  # type: ignore[union-attr]  # no Report here
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("crmcli")
    sheet.freeze_panes = "A2"
    _set_widths(sheet, columns)
    sheet.append([column.key for column in columns])
    for row, record in zip(rows, records, strict=True):
        sheet.append([_cell(sheet, row.get(column.key), record[column.key], column, look) for column in columns])
    whole = BytesIO()
    book.save(whole)  # a file that cannot take it would be closed under the zip's feet
    file.write(whole.getvalue())


def _set_widths(sheet: Any, columns: Sequence[Column]) -> None:
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, 1):
        if column.kind in _WIDTHS:
            sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS[column.kind]


def _cell(sheet: Any, value: Any, record: Any, column: Column, look: Look) -> Any:
    """One cell, of the value itself and of the value as programs get it."""
    from openpyxl.cell import WriteOnlyCell

    if value is None:
        return None
    if column.kind in {"money", "quantity"}:
        return _formatted(WriteOnlyCell(sheet, float(record)), _number_format(column, look))
    if isinstance(value, date | time) and getattr(value, "year", _FIRST_YEAR) >= _FIRST_YEAR:
        return _formatted(WriteOnlyCell(sheet, _naive(value)), _moment_format(value))
    if isinstance(record, bool | int | float):
        return _formatted(WriteOnlyCell(sheet, record), "0.0%" if column.kind == "rate" else "General")
    return _text(sheet, str(joined(record)))


def _text(sheet: Any, text: str) -> "WriteOnlyCell":
    """A text cell, guarded where the importer would take a text's own apostrophe for a guard."""
    from openpyxl.cell import WriteOnlyCell

    kept = cell(text) if text.lstrip().startswith("'") else cell_text(text)
    if len(kept) > _LONGEST:
        kept = kept[: _LONGEST - len(_CUT)] + _CUT
    made = WriteOnlyCell(sheet, _ESCAPE.sub("_x005F_", kept))
    made.data_type = "s"
    made.quotePrefix = is_formula(kept)  # typed into again, it stays a text
    return made


def _formatted(made: "WriteOnlyCell", form: str) -> "WriteOnlyCell":
    made.number_format = form
    return made


def _number_format(column: Column, look: Look) -> str:
    if column.kind == "quantity":
        return "General"
    return f"#,##0.{'0' * look.digits}".rstrip(".")


def _moment_format(value: date | time) -> str:
    if isinstance(value, time):
        return "hh:mm"
    return "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"


def _naive(value: date | time) -> date | time:
    """A cell knows no time zones."""
    return value.replace(tzinfo=None) if isinstance(value, datetime | time) else value
