"""Web pages with tables: what many systems call a workbook and give the ending .xls."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from crmcli.errors import CrmError
from crmcli.sheets.encoding import decode
from crmcli.sheets.grid import Cell, Grid, GridRow, clean_cell

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_START = 4096
_WIDEST = 1_000
"""Columns and rows that one cell may span; a page that asks for more is not believed."""
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_LINES = frozenset({"br", "p", "div", "li"})
_UNSEEN = frozenset({"script", "style", "title", "xml"})


def read_page(name: str, content: bytes) -> list[Grid]:
    """Every table of the page that stands in no other one, as a sheet. Raises CrmError where it has none."""
    reader = _Reader()
    reader.feed(_text(name, content))
    reader.close()
    reader.end_table()
    if not any(reader.tables):
        raise CrmError(f"{name} is a web page without a table: ask for the table as .xlsx or .csv")
    filled = [table for table in reader.tables if table]
    return [Grid(f"table {n}" if len(filled) > 1 else "table", rows) for n, rows in enumerate(filled, 1)]


def _text(name: str, content: bytes) -> str:
    declared = _CHARSET.search(content[:_START])
    try:
        return content.decode(declared[1].decode("ascii", "replace")) if declared else decode(content)
    except (LookupError, UnicodeError):
        pass
    try:
        return decode(content)
    except ValueError as error:
        raise CrmError(f"{name} is a web page that cannot be read: {error}; save it as .xlsx") from None


@dataclass(slots=True)
class _Cell:
    columns: int
    rows: int
    text: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the rows of the outermost tables; what spans several cells stands in the first of them."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[GridRow]] = []
        self._depth = 0
        self._unseen = 0
        self._cell: _Cell | None = None
        self._row: list[Cell] | None = None
        self._taken: dict[int, int] = {}
        self._number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._start_table()
        elif tag in _UNSEEN:
            self._unseen += 1
        elif self._cell and tag in _LINES:
            self._cell.text.append("\n")
        elif self._depth == 1 and tag == "tr":
            self._start_row()
        elif self._depth == 1 and tag in {"td", "th"}:
            self._start_cell(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.end_table()
        elif tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif self._depth == 1 and tag in {"td", "th"}:
            self._end_cell()
        elif self._depth == 1 and tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._cell and not self._unseen:
            self._cell.text.append(_BLANKS.sub(" ", data))

    def end_table(self) -> None:
        """The innermost open table ends here."""
        if self._depth == 1:
            self._end_row()
        self._depth = max(0, self._depth - 1)

    def _start_table(self) -> None:
        self._depth += 1
        if self._depth == 1:
            self.tables.append([])
            self._number, self._taken = 0, {}

    def _start_row(self) -> None:
        self._end_row()
        self._number += 1
        self._row = []
        self._taken = {place: rows - 1 for place, rows in self._taken.items() if rows > 1}

    def _start_cell(self, attributes: dict[str, str | None]) -> None:
        if self._row is None:
            self._start_row()
        self._end_cell()
        self._cell = _Cell(_span(attributes.get("colspan")), _span(attributes.get("rowspan")))

    def _end_cell(self) -> None:
        cell, row = self._cell, self._row
        if cell is None or row is None:
            return
        lines = (line.strip(" ") for line in "".join(cell.text).split("\n"))
        while self._taken.get(len(row)):
            row.append(None)
        if cell.rows > 1:
            self._taken.update((len(row) + n, cell.rows) for n in range(cell.columns))
        row += [clean_cell("\n".join(lines)), *[None] * (cell.columns - 1)]
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row and any(cell is not None for cell in self._row):
            self.tables[-1].append(GridRow(self._number, self._row))
        self._row = None


def _span(text: str | None) -> int:
    return max(1, min(_WIDEST, int(text))) if text and text.strip().isdecimal() else 1
