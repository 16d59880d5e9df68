"""The cells of an old workbook (.xls), looked over in its records before a reader makes tables of them."""

import io
from struct import unpack_from

from crmcli.sheets.cells import CellScan
from crmcli.sheets.grid import ErrorCell

_STREAMS = ("Workbook", "Book")
_END, _SHEET, _ROW, _BEGIN, _FORMULA, _ERROR, _MANY = 0x0A, 0x85, 0x208, 0x809, 0x06, 0x205, 0xBD
_CELLS = frozenset({_FORMULA, _ERROR, _MANY, 0x203, 0x27E, 0xFD, 0x204, 0xD6})
"""Formulas, errors, rows of numbers, numbers in two forms, texts in three: what holds a value."""
_NAMES = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_HIDDEN = 0x20


def scan_old_sheets(content: bytes) -> list[CellScan]:
    """What the records of each sheet say of its cells, in the workbook's order; empty where they cannot be followed."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            stream = file.openstream(next(name for name in _STREAMS if file.exists(name))).read()
        return [_sheet(stream, start) for start in _starts(stream)]
    except Exception:
        return []  # what is damaged the reader refuses itself


def _starts(stream: bytes) -> list[int]:
    """Where the records of each sheet begin."""
    found, at = [], 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        if kind == _END:
            break
        if kind == _SHEET:
            found.append(unpack_from("<I", stream, at + 4)[0])
        at += 4 + size
    return found


def _sheet(stream: bytes, at: int) -> CellScan:
    scan, depth = CellScan(), 0
    while at + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, at)
        if kind in _CELLS and depth == 1:
            _cell(stream, at + 4, kind, size, scan)
        elif kind == _ROW and depth == 1:
            scan.hidden_rows += bool(unpack_from("<H", stream, at + 16)[0] & _HIDDEN)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            break
        at += 4 + size
    return scan


def _cell(stream: bytes, at: int, kind: int, size: int, scan: CellScan) -> None:
    row, column = unpack_from("<HH", stream, at)
    last = unpack_from("<H", stream, at + size - 2)[0] if kind == _MANY else column
    scan.cells += last - column + 1
    scan.reach(row + 1, last + 1)
    if kind == _ERROR and stream[at + 7] == 1:
        scan.broken[row, column] = _error(stream[at + 6])
    elif kind == _FORMULA and stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == 2:
        scan.broken[row, column] = _error(stream[at + 8])


def _error(code: int) -> ErrorCell:
    return ErrorCell(_NAMES.get(code, "an error"))
