"""Workbooks: xlsx, xlsm, xlsb, xls, ods."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.sheets.grid import Grid, GridRow, clean_cell

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata


def read_workbook(path: Path, content: bytes) -> list[Grid]:
    """Every sheet of the workbook; hidden sheets and charts are named, not read, unless asked for later.

    Raises CrmError where it is encrypted, damaged, or no workbook.
    """
    from python_calamine import CalamineError, PasswordError

    try:
        with _open(path, content) as book:
            return [_grid(book, sheet) for sheet in book.sheets_metadata]
    except PasswordError:
        raise CrmError(f"{path.name} is locked by a password: save a copy without one") from None
    except CalamineError as error:
        cause = " ".join(str(error).split())[:120]
        raise CrmError(f"{path.name} is no workbook that can be read ({cause}): save it again as .xlsx") from None


def _open(path: Path, content: bytes) -> "CalamineWorkbook":
    """The workbook. Told by its content first; by its name calamine knows more old formats and says what is wrong."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except CalamineError:
        return CalamineWorkbook.from_path(path)


def _grid(book: "CalamineWorkbook", sheet: "SheetMetadata") -> Grid:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    if sheet.typ != SheetTypeEnum.WorkSheet:
        return Grid(sheet.name, [], left_out="not a table but a chart, a macro or a dialog")
    hidden = sheet.visible != SheetVisibleEnum.Visible
    left_out = "hidden: name this sheet to have it read" if hidden else ""
    rows, left = _rows(book.get_sheet_by_name(sheet.name))
    return Grid(sheet.name, rows, left, left_out=left_out)


def _rows(sheet: "CalamineSheet") -> tuple[list[GridRow], int]:
    """The rows that hold something. `to_python` starts at the first cell in use, `start` tells where that is."""
    if sheet.start is None:
        return [], 0
    top, left = sheet.start
    cleaned = ([clean_cell(value) for value in row] for row in sheet.to_python())
    return [GridRow(n, cells) for n, cells in enumerate(cleaned, top + 1) if any(c is not None for c in cells)], left
