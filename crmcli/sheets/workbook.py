"""Workbooks: xlsx, xlsm, xlsb, xls, ods."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.sheets.archive import checked_archive
from crmcli.sheets.cells import Address, CellScan, scan_cells
from crmcli.sheets.clean import clean_rows, is_filled
from crmcli.sheets.grid import Cell, ErrorCell, Grid, GridRow, column_letter
from crmcli.sheets.locked import unlocked
from crmcli.sheets.parts import sheet_parts
from crmcli.sheets.records import scan_old_sheets
from crmcli.sheets.sectors import runs_in_circles
from crmcli.sheets.strings import long_strings

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata

_ROOMY = 5_000_000
_SPARSE = 25
"""Up to so many cells a sheet is read however empty; beyond, one cell in so many must be there. A cell takes 32 bytes,
so that the first is 160 MB."""
_MOST_TEXT = 128 << 20
"""Bytes that the long shared texts in the cells of a sheet may take: each cell gets a copy of its own."""
_COLUMNS = 16_384
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook while it is read, and what is known of each sheet: from its XML, or from the records of an .xls."""

    name: str
    calamine: "CalamineWorkbook"
    archive: zipfile.ZipFile | None = None
    parts: dict[str, str] = field(default_factory=dict)
    scans: dict[str, CellScan] = field(default_factory=dict)
    long: dict[int, int] = field(default_factory=dict)

    def scan(self, sheet: str) -> CellScan:
        part = self.parts.get(sheet)
        if self.archive is None or part is None:
            return self.scans.get(sheet, CellScan())
        return scan_cells(self.archive, part, self.long)


def read_workbook(name: str, content: bytes, password: str | None = None) -> list[Grid]:
    """Every sheet of the workbook; hidden sheets and charts are named, not read, unless asked for later.

    Raises Locked where it takes a password, and CrmError where it is damaged, harmful or no workbook.
    """
    from python_calamine import CalamineError, PasswordError

    plain = unlocked(name, content, password) if content.startswith(_OLE) else content
    archive = checked_archive(name, plain) if plain.startswith(b"PK") else None
    if plain.startswith(_OLE) and runs_in_circles(plain):
        raise CrmError(f"{name} is damaged, its parts lead back to themselves: get the file again")
    try:
        book = _open(name, plain, archive)
        return [_grid(book, sheet) for sheet in book.calamine.sheets_metadata]
    except PasswordError:
        raise CrmError(f"{name} is locked by a password that cannot be used here: save a copy without one") from None
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise CrmError(f"{name} is no workbook that can be read{_cause(error)}: save it again as .xlsx") from None


def _cause(error: Exception) -> str:
    text = " ".join(str(error).split())[:120]
    return "" if text.startswith("Cannot detect") else f" ({text})"


def _open(name: str, content: bytes, archive: zipfile.ZipFile | None) -> _Book:
    from python_calamine import CalamineWorkbook

    calamine = CalamineWorkbook.from_filelike(io.BytesIO(content))
    if archive:
        return _Book(name, calamine, archive, sheet_parts(archive), long=long_strings(archive))
    return _Book(name, calamine, scans=dict(zip(calamine.sheet_names, scan_old_sheets(content), strict=False)))


def _grid(book: _Book, sheet: "SheetMetadata") -> Grid:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    if sheet.typ != SheetTypeEnum.WorkSheet:
        return Grid(sheet.name, [], left_out="not a table but a chart, a macro or a dialog")
    scan = book.scan(sheet.name)
    if scan.area > max(_ROOMY, _SPARSE * scan.cells):
        end = f"column {column_letter(scan.last_column - 1)}, row {scan.last_row}"
        raise CrmError(f"{book.name}, sheet {sheet.name} reaches {end} and is almost empty: delete its far cells")
    if scan.long_text > _MOST_TEXT:
        raise CrmError(f"{book.name}, sheet {sheet.name} repeats long texts until they fill the memory: not opened")
    hidden = sheet.visible != SheetVisibleEnum.Visible
    left_out = "hidden: name this sheet to have it read" if hidden else ""
    rows, left = _rows(book.calamine.get_sheet_by_name(sheet.name), scan.broken)
    return Grid(sheet.name, rows, left, left_out=left_out, hidden_rows=scan.hidden_rows)


def _rows(sheet: "CalamineSheet", broken: dict[Address, ErrorCell]) -> tuple[list[GridRow], int]:
    """The rows that hold something, from the first column in use. What is broken takes its place among them."""
    places = _by_row(broken)
    top, start = sheet.start or (0, _COLUMNS)
    left = min([start, *(column for _, column in broken)]) if sheet.start or broken else 0
    padding: list[Cell] = [None] * (start - left)
    read = clean_rows(enumerate(_values(sheet), top + 1))
    if padding or places:
        read = (GridRow(r.number, _put([*padding, *r.cells], places.pop(r.number - 1, {}), left)) for r in read)
    rows = [row for row in read if is_filled(row)]
    rows += [GridRow(number + 1, _put([], there, left)) for number, there in places.items()]
    rows.sort(key=lambda row: row.number)
    return rows, left


def _values(sheet: "CalamineSheet") -> Iterable[Sequence[Cell]]:
    """The rows from the first one in use, beginning in the first column in use."""
    return islice(sheet.iter_rows(), sheet.start[0], None) if sheet.start else ()


def _by_row(broken: dict[Address, ErrorCell]) -> dict[int, dict[int, ErrorCell]]:
    found: dict[int, dict[int, ErrorCell]] = {}
    for (row, column), cell in broken.items():
        found.setdefault(row, {})[column] = cell
    return found


def _put(cells: list[Cell], there: dict[int, ErrorCell], left: int) -> list[Cell]:
    cells += [None] * (max(there, default=left) - left + 1 - len(cells))
    for column, cell in there.items():
        cells[column - left] = cell
    return cells
