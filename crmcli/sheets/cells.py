"""The cells of a sheet of an .xlsx, looked over in its XML before a reader makes a table of them.

The reader gives error values and formulas without a result as empty cells, and makes room for every cell between
the first and the last one: this finds the former, and counts what the latter would take.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from xml.parsers import expat

from crmcli.sheets.grid import ErrorCell

Address = tuple[int, int]
"""Row and column, both from 0."""

NO_RESULT = "a formula without a result"
_CHUNK = 1 << 20
_LONGEST_CELL = 4 << 20
_SAMPLE = 1 << 16
_REFERENCE = re.compile("([A-Z]{1,6})([0-9]{1,10})")
_CELL = re.compile(rb'<c r="([A-Z]+[0-9]+)"(?:[^>]*[^/>])?>')
# Columns beyond Z; the others make no sheet too large.
_WIDE = re.compile(rb'<c r="([A-Z]{2,})[0-9]+"(?:[^>]*[^/>])?>')
_HIDDEN_ROW = re.compile(rb'<row [^>]*\bhidden="(?:1|true)"')
_SHARED = re.compile(rb't="s"[^>]*>\s*<v>([0-9]{1,9})<')
_ERROR = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*\bt="e"[^>/]*>(?:<f[^>]*(?:/>|>[^<]*</f>))?\s*<v>([^<]*)')
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v></v>|<v ?/>)?\s*</c>')


@dataclass(slots=True)
class CellScan:
    """What was seen of a sheet's cells: how many hold something, where those end (rows and columns from 1), which have
    no value, and how many bytes the long shared texts in them take together.
    """

    cells: int = 0
    first_row: int = 0
    last_row: int = 0
    last_column: int = 0
    hidden_rows: int = 0
    long_text: int = 0
    broken: dict[Address, ErrorCell] = field(default_factory=dict)

    @property
    def area(self) -> int:
        """The cells between the first and the last one, empty ones included: what a reader makes room for."""
        return max(0, self.last_row - self.first_row + 1) * self.last_column

    def reach(self, row: int, column: int) -> None:
        """A cell in that row and column, from 1, is there."""
        self.first_row = min(self.first_row or row, row)
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)


def scan_cells(archive: zipfile.ZipFile, part: str, long: Mapping[int, int]) -> CellScan:
    """What the part of the archive, the XML of one sheet, says of its cells; `long` are the long shared texts."""
    with archive.open(part) as sheet:
        chunks = iter(lambda: sheet.read(_CHUNK), b"")
        first = next(chunks, b"")
        return _quick(first, chunks, long) if _plainly_written(first) else _thorough(first, chunks, long)


def row_and_column(reference: str) -> Address:
    """The place of a cell from its reference, both from 1: "B3" -> (3, 2). Raises ValueError where it is none."""
    found = _REFERENCE.fullmatch(reference.upper())
    if found is None:
        raise ValueError(f"{reference!r} is no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _plainly_written(start: bytes) -> bool:
    """Whether it is written as Excel and most others do it, so that patterns find the cells quickly."""
    end = start.rfind(b"<")
    return (
        b"<worksheet" in start and start.count(b"<c ", 0, end) == start.count(b'<c r="', 0, end) and b"<c>" not in start
    )


def _quick(first: bytes, chunks: Iterator[bytes], long: Mapping[int, int]) -> CellScan:
    scan, data = CellScan(), first
    for reference in _CELL.findall(first, 0, _SAMPLE):
        scan.reach(*row_and_column(reference.decode()))
    while data:
        following = next(chunks, b"")
        cut = max(data.rfind(b"<c "), data.rfind(b"<row ")) if following else len(data)
        _look(data[:cut] if cut > 0 else data, scan)
        if long:
            scan.long_text += sum(long.get(int(number), 0) for number in _SHARED.findall(data, 0, cut))
        data = (data[cut:] if 0 < len(data) - cut < _LONGEST_CELL and cut > 0 else b"") + following
    return scan


def _look(data: bytes, scan: CellScan) -> None:
    scan.cells += data.count(b"</c>")
    last = _CELL.match(data, max(0, data.rfind(b'<c r="', 0, data.rfind(b"</c>") + 1)))
    if last:
        scan.reach(*row_and_column(last[1].decode()))
    for letters in set(_WIDE.findall(data)):
        scan.reach(scan.last_row, row_and_column(letters.decode() + "1")[1])
    if b'hidden="' in data:
        scan.hidden_rows += len(_HIDDEN_ROW.findall(data))
    if b't="e"' in data:
        scan.broken.update((_place(found[1]), ErrorCell(found[2].decode())) for found in _ERROR.finditer(data))
    if b"<f" in data:
        empty = (found for found in _FORMULA.finditer(data) if b't="str"' not in found[2])
        scan.broken.update((_place(found[1]), ErrorCell(NO_RESULT)) for found in empty)


def _place(reference: bytes) -> Address:
    row, column = row_and_column(reference.decode())
    return row - 1, column - 1


def _thorough(first: bytes, chunks: Iterator[bytes], long: Mapping[int, int]) -> CellScan:
    """The same by a parser: for prefixes, other encodings, cells without references."""
    reader = _Reader(long)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        for chunk in chain((first,), chunks):
            parser.Parse(chunk)
    except expat.ExpatError:
        return reader.scan  # what is no XML its reader refuses itself
    return reader.scan


@dataclass(slots=True)
class _Reader:
    long: Mapping[int, int]
    scan: CellScan = field(default_factory=CellScan)
    row: int = 0
    column: int = 0
    kind: str = ""
    formula: bool = False
    inside: str = ""
    value: str = ""

    def start(self, tag: str, attributes: dict[str, Any]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 1), 0
            self.scan.hidden_rows += attributes.get("hidden") in {"1", "true"}
        elif name == "c":
            reference = attributes.get("r")
            self.row, self.column = row_and_column(reference) if reference else (self.row, self.column + 1)
            self.kind, self.formula, self.value = attributes.get("t", ""), False, ""
        elif name == "f":
            self.formula = True
        if name in {"f", "v", "is"}:
            self.scan.reach(self.row, self.column)
            self.scan.cells += 1
        self.inside = name

    def text(self, text: str) -> None:
        if self.inside == "v":
            self.value += text

    def end(self, tag: str) -> None:
        self.inside = ""
        if tag.rpartition(":")[2] != "c":
            return
        if self.kind == "s" and self.long and self.value.strip().isdecimal():
            self.scan.long_text += self.long.get(int(self.value), 0)
        elif self.kind == "e":
            self.scan.broken[self.row - 1, self.column - 1] = ErrorCell(self.value or "an error")
        elif self.formula and not self.value.strip() and self.kind not in {"str", "inlineStr"}:
            self.scan.broken[self.row - 1, self.column - 1] = ErrorCell(NO_RESULT)
