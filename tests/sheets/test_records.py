import io
from pathlib import Path

import pytest
from python_calamine import CalamineError, CalamineWorkbook

from crmcli.sheets.grid import ErrorCell
from crmcli.sheets.records import scan_old_sheets
from tests.sheets.conftest import read_grids


def test_error_values_of_an_old_workbook_are_named_where_they_stand(shared_data: Path) -> None:
    grid = next(g for g in read_grids(shared_data / "workbooks/readxl/types.xls") if g.name == "smorgasbord")
    assert [(row.number, cell) for row in grid.rows for cell in row.cells if isinstance(cell, ErrorCell)] == [
        (13, "#N/A"),
        (14, "#N/A"),
        (15, "#NAME?"),
        (16, "#VALUE!"),
        (17, "#DIV/0!"),
        (18, "#REF!"),
        (19, "#NUM!"),
        (20, "#NULL!"),
    ]


def test_the_cells_of_every_old_workbook_end_where_its_reader_sees_them_end(shared_data: Path) -> None:
    compared = 0
    for path in sorted((shared_data / "workbooks").rglob("*.xls")):
        if path.name == "oleloop.xls":
            continue
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        except CalamineError:
            continue
        ends = [book.get_sheet_by_name(name).end for name in book.sheet_names]
        scans = scan_old_sheets(path.read_bytes())
        assert [(s.last_row, s.last_column) for s in scans] == [(e[0] + 1, e[1] + 1) if e else (0, 0) for e in ends]
        compared += len(scans)
    assert compared > 100


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" + b"\0" * 2000])
def test_what_is_no_old_workbook_has_no_sheets(content: bytes) -> None:
    assert scan_old_sheets(content) == []
