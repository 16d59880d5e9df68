"""Delimited text: csv, tsv and their kin, in any common encoding, with any common delimiter."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from crmcli.errors import CrmError
from crmcli.sheets.clean import clean_rows, is_filled
from crmcli.sheets.encoding import decode
from crmcli.sheets.grid import Grid, GridRow
from crmcli.sheets.headings import is_heading

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = (";", ",", "\t", "|")
_SAMPLE = 200_000
_SAMPLE_ROWS = 60
_LONGEST_FIELD = 10_000_000
_MOST_COLUMNS = 16_384
"""As many as spreadsheet programs have."""


def read_delimited(name: str, content: bytes) -> list[Grid]:
    """The file as one sheet, named like the file. Raises CrmError where it is no text or a quote stays open."""
    if _has_endless_line(content):
        raise CrmError(f"{name} has a line of more than {_LONGEST_FIELD:,} bytes: no table in text has")
    try:
        text = decode(content)
    except ValueError as error:
        raise CrmError(f"{name} is no spreadsheet: {error}; save it as .xlsx or as CSV in UTF-8") from None
    csv.field_size_limit(_LONGEST_FIELD)
    delimiter, skipped = _announced(text)
    text = text.split("\n", 1)[-1] if skipped else text
    rows = _records(text, delimiter or _likeliest(text), skipped, name)
    return [Grid(PurePath(name).stem, rows, delimited=True)]


def _has_endless_line(content: bytes) -> bool:
    """Whether a line is longer than any field may be."""
    start = 0
    while len(content) - start > _LONGEST_FIELD:
        within = start, start + _LONGEST_FIELD
        start = max(content.rfind(b"\n", *within), content.rfind(b"\r", *within)) + 1
        if start == 0:
            return True
    return False


def _announced(text: str) -> tuple[str | None, int]:
    """The delimiter that a first line such as `sep=;` announces, and how many lines that takes."""
    first = text.split("\n", 1)[0].strip("\r\ufeff\"' ")
    return (first[4], 1) if first[:4].lower() == "sep=" and len(first) == 5 else (None, 0)


def _likeliest(text: str) -> str:
    return max(DELIMITERS, key=lambda delimiter: _fitness(text, delimiter))


def _fitness(text: str, delimiter: str) -> tuple[int, int, int]:
    """Headings that the delimiter uncovers, then rows of the same width, then that width."""
    rows = []
    for row in csv.reader(io.StringIO(text[:_SAMPLE], newline=""), delimiter=delimiter):
        rows.append(row)
        if len(rows) == _SAMPLE_ROWS:
            break
    headings = max((sum(map(is_heading, row)) for row in rows[:20] if len(row) > 1), default=0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    return headings, count, width


def _records(text: str, delimiter: str, skipped: int, name: str) -> list[GridRow]:
    try:
        return _rows(text, delimiter, skipped, name, strict=True)
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise CrmError(f"{name}: a quoted text is never closed; look for a lone quote sign") from None
    try:
        return _rows(text, delimiter, skipped, name, strict=False)
    except csv.Error as error:
        raise CrmError(f"{name} cannot be read as a table: {error}") from None


def _rows(text: str, delimiter: str, skipped: int, name: str, *, strict: bool) -> list[GridRow]:
    reader = csv.reader(_lines(text, delimiter, name), delimiter=delimiter, strict=strict)
    return [row for row in clean_rows(_numbered(reader, 1 + skipped)) if is_filled(row)]


def _numbered(reader: "Reader", start: int) -> Iterator[tuple[int, list[str]]]:
    """The records, each with the line where it begins."""
    first = start
    for record in reader:
        yield first, record
        first = reader.line_num + start


def _lines(text: str, delimiter: str, name: str) -> Iterator[str]:
    """The lines. Raises CrmError at one of so many cells that a list of them would fill the memory."""
    for line in io.StringIO(text, newline=""):
        if len(line) > _MOST_COLUMNS and line.count(delimiter) >= _MOST_COLUMNS:
            raise CrmError(f"{name} has more than {_MOST_COLUMNS} columns, as no spreadsheet has: leave some out")
        yield line
