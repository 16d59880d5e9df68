"""Tables as an .xlsx workbook, written row by row: of a million rows only one is in memory."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from crmcli.errors import Wrong
from crmcli.output.clean import cell, cell_text, is_formula
from crmcli.output.result import Column, Export, Headed, Listing, Result, Table
from crmcli.output.separated import columns_of, in_cell
from crmcli.output.values import Look, for_program

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_MOST_ROWS = 2**20 - 1
_MOST_COLUMNS = 2**14
_LONGEST = 32_767
_CUT = " ... (cut: a cell holds no more)"
_FIRST_YEAR = 1901
"""Excel's calendar begins in 1900, with a leap day that never was: earlier dates stay text."""
_DAY_ZERO = date(1899, 12, 30).toordinal()
_PLAIN = re.compile('[\\w(«"][ -;=-~\u00a0-\u02ff\u0400-\u04ff\u2010-\u2027\u20bd]*')
"""Most texts: they begin as no formula does, and hold nothing that is taken out of a cell."""
_PHONE = re.compile(r"\+[0-9]{7,15}")
"""What looks like a formula, and is found in every export: any cell may hold it as it is."""
_WIDTHS = {"text": 24, "texts": 24, "fields": 24, "labelled": 24, "money": 14, "date": 12, "time": 18}
_OPTIONS = {"constant_memory": True, "use_zip64": True, "remove_timezone": True}

Put = Callable[[int, int, Any], None]


def write_xlsx(result: Result, file: IO[bytes], look: Look) -> None:
    """Writes one sheet: a row of keys, then the rows; money and quantities as numbers, dates as dates.

    No text runs as a formula: each is a text cell, which says so to the program that opens it. Raises Wrong for more
    rows than a sheet can have.
    """
    columns = columns_of(result)
    rows = result.rows if isinstance(result, Listing) else [result.row]  # type: ignore[union-attr]  # no Report here
    with open_book(file) as book:
        _add_table(book, Table("", "crmcli", columns, [Headed(column, column.key) for column in columns], rows), look)


def write_book(export: Export, file: IO[bytes], look: Look) -> None:
    """Writes a sheet for each table, and notes in the export which texts were longer than a cell."""
    with open_book(file) as book:
        for table in export.tables:
            export.cut.extend(f"{table.name}!{address}" for address in _add_table(book, table, look))


@contextmanager
def open_book(file: IO[bytes]) -> "Iterator[Workbook]":
    """A new workbook, which is in the file once it is whole."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryFile() as whole:  # a file that cannot take it would be closed under the zip's feet
        try:
            with Workbook(whole, _OPTIONS) as book:
                yield book
        except FileCreateError as error:
            raise OSError(
                *(error.args[0].args if error.args and isinstance(error.args[0], OSError) else error.args)
            ) from None
        whole.seek(0)
        copyfileobj(whole, file)


def _add_table(book: "Workbook", table: Table, look: Look) -> list[str]:
    """Adds a sheet with its headings, frozen, bold and filtered, above the rows; the cells whose text was cut, "B7"."""
    if len(table.headed) > _MOST_COLUMNS:
        raise Wrong(f"a sheet holds {_MOST_COLUMNS} columns, this one has {len(table.headed)}: choose .json or .csv")
    sheet = book.add_worksheet(table.name)
    pen = _Pen(book, sheet, look)
    for place, one in enumerate(table.headed):
        sheet.set_column(place, place, max(_WIDTHS.get(one.column.kind, 9), min(len(one.heading) + 4, 40)))
        pen.put_text(0, place, one.heading, pen.bold)
    number = _put_rows(pen, table)
    sheet.freeze_panes(1, 0)
    if table.headed:
        sheet.autofilter(0, 0, number, len(table.headed) - 1)
    return pen.cut


def _put_rows(pen: "_Pen", table: Table) -> int:
    """Writes the rows below the headings; how many there are."""
    puts = [(place, one.getter(), pen.for_column(one.column)) for place, one in enumerate(table.headed)]
    number = 0
    for number, row in enumerate(table.rows, 1):
        if number > _MOST_ROWS:
            raise Wrong(f"a sheet holds {_MOST_ROWS} rows, this answer has more: --format csv holds them all")
        for place, value_in, put in puts:
            if (value := value_in(row)) is not None:
                put(number, place, value)
    return number


class _Pen:
    """Writes the cells of one sheet; `cut` names those whose text was too long."""

    def __init__(self, book: "Workbook", sheet: "Worksheet", look: Look) -> None:
        self._book, self._sheet, self._look = book, sheet, look
        self._formats: dict[str, Format] = {}
        self._quoted = book.add_format({"quote_prefix": True})
        self.bold = book.add_format({"bold": True})
        self.cut: list[str] = []

    def for_column(self, column: Column) -> Put:
        """What writes a value of that column, which is not None, into the cell of a row and place."""
        if column.kind in {"money", "quantity", "rate"}:
            return self._numbers(column)
        if column.kind in {"date", "time"}:
            return self._put_moment

        write, is_plain, put_text = self._sheet.write_string, _PLAIN.fullmatch, self.put_text

        def put(row: int, place: int, value: Any) -> None:
            if isinstance(value, list):
                value = in_cell(value, column, self._look)
            if isinstance(value, str):
                if len(value) < _LONGEST // 2 and is_plain(value):  # as nearly all, and so without another call
                    write(row, place, value)
                else:
                    put_text(row, place, value)
                return
            plain = for_program(value, column, self._look)
            if isinstance(plain, bool):
                self._sheet.write_boolean(row, place, plain)
            elif isinstance(plain, int | float):
                self._sheet.write_number(row, place, plain)
            elif plain:
                self.put_text(row, place, in_cell(value, column, self._look))

        return put

    def put_text(self, row: int, place: int, text: str, form: "Format | None" = None) -> None:
        """A text cell, guarded where the importer would take a text's own apostrophe for a guard."""
        if len(text) < _LONGEST // 2 and _PLAIN.fullmatch(text):
            self._sheet.write_string(row, place, text, form)
        elif text:
            self._put_odd_text(row, place, text, form)

    def _put_odd_text(self, row: int, place: int, text: str, form: "Format | None") -> None:
        if _PHONE.fullmatch(text):
            self._sheet.write_string(row, place, text, form or self._quoted)
            return
        kept = cell(text) if text.lstrip().startswith("'") else cell_text(text)
        if kept.startswith("<r>") and kept.endswith("</r>"):
            kept += " "  # else XlsxWriter takes it for its own markup
        if len(kept) > _LONGEST // 2 and (cut := _within_cell(kept)) != kept:
            self.cut.append(_address(row, place))
            kept = cut
        if kept:  # typed into again, what looks like a formula stays a text
            self._sheet.write_string(row, place, kept, form or (self._quoted if is_formula(kept) else None))

    def _numbers(self, column: Column) -> Put:
        digits = self._look.digits
        whole = {"money": 10**digits, "quantity": 1000, "rate": 1}[column.kind]
        money = f"#,##0.{'0' * digits}".rstrip(".")
        form = self._format({"money": money, "quantity": "General", "rate": "0.0%"}[column.kind])
        write = self._sheet.write_number
        if column.kind == "rate":
            return lambda row, place, value: write(row, place, round(float(value), 4), form) and None
        return lambda row, place, value: write(row, place, value / whole, form) and None

    def _put_moment(self, row: int, place: int, value: date | time) -> None:
        """A date or a time of day; a cell knows no time zones."""
        if isinstance(value, time):
            self._sheet.write_datetime(row, place, value.replace(tzinfo=None), self._format("hh:mm"))
        elif value.year < _FIRST_YEAR:
            self.put_text(row, place, value.isoformat())
        elif isinstance(value, datetime):
            self._sheet.write_datetime(row, place, value, self._format("yyyy-mm-dd hh:mm"))
        else:
            self._sheet.write_number(row, place, value.toordinal() - _DAY_ZERO, self._format("yyyy-mm-dd"))

    def _format(self, number_format: str) -> "Format":
        if number_format not in self._formats:
            self._formats[number_format] = self._book.add_format({"num_format": number_format})
        return self._formats[number_format]


def _within_cell(text: str) -> str:
    """The text, cut where a cell holds no more: Excel counts the units of UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    return units[: 2 * (_LONGEST - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _address(row: int, place: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, place))
