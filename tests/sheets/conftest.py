"""Sheets written for one test each, and where the real ones are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pytest
from openpyxl import Workbook

from crmcli.sheets.formats import grids_of
from crmcli.sheets.grid import Grid
from crmcli.sheets.reading import ReadingOptions
from crmcli.values.records import SheetReading
from tests.sheets_read import read_file

OPTIONS = ReadingOptions(today=date(2026, 11, 21), rates={"USD": Decimal(80)})

KEEPING = replace(OPTIONS, keep_unknown=True)


class ReadRows(Protocol):
    def __call__(self, rows: Sequence[Sequence[object]], options: ReadingOptions = OPTIONS) -> SheetReading: ...


class ReadText(Protocol):
    def __call__(self, text: str, encoding: str = "utf-8", options: ReadingOptions = OPTIONS) -> SheetReading: ...


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    def read(text: str, encoding: str = "utf-8", options: ReadingOptions = OPTIONS) -> SheetReading:
        path = tmp_path / "sheet.csv"
        path.write_bytes(text.encode(encoding))
        return read_file(path, options)[0]

    return read


@pytest.fixture
def read_rows(tmp_path: Path) -> ReadRows:
    def read(rows: Sequence[Sequence[object]], options: ReadingOptions = OPTIONS) -> SheetReading:
        return read_file(write_workbook(tmp_path / "sheet.xlsx", rows), options)[0]

    return read


def write_workbook(path: Path, rows: Sequence[Sequence[object]], top: int = 1, left: int = 1) -> Path:
    book = Workbook()
    sheet = book.active
    for number, row in enumerate(rows, top):
        for place, value in enumerate(row, left):
            sheet.cell(number, place, value)
    book.save(path)
    return path


def read_grids(path: Path, password: str | None = None) -> list[Grid]:
    return grids_of(path.name, path.read_bytes(), password)
