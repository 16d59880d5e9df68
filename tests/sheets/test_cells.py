from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.sheets.cells import row_and_column
from crmcli.sheets.formats import grids_of
from crmcli.sheets.grid import Cell, ErrorCell, Grid, column_letter
from tests.sheets.bare import PARTS, SHEET, archive, sheet, workbook
from tests.sheets.conftest import OPTIONS
from tests.sheets_read import read_file

VALUES = (
    '<row r="3"><c r="C3" t="inlineStr"><is><t>a</t></is></c><c r="D3" t="e"><v>#REF!</v></c></row>'
    '<row r="4" hidden="1"><c r="C4"><f>1+1</f></c><c r="D4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    '<row r="5" hidden="1"><c r="B5"><f>A1</f><v></v></c><c r="C5"><f>A1</f><v>7</v></c>'
    '<c r="D5" t="str"><f>""</f><v></v></c></row>'
    '<row r="9"><c r="F9"><f t="shared" si="0"/></c></row>'
)


def cells(grid: Grid) -> dict[str, Cell]:
    return {
        f"{column_letter(grid.left + place)}{row.number}": cell
        for row in grid.rows
        for place, cell in enumerate(row.cells)
        if cell is not None
    }


def prefixed(xml: str) -> str:
    return xml.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")


@pytest.mark.parametrize(
    "xml", [sheet(VALUES), prefixed(sheet(VALUES)), sheet(VALUES).replace('<c r="C3"', '<c s="0" r="C3"')]
)
def test_what_has_no_value_is_named_where_it_stands(xml: str) -> None:
    (grid,) = grids_of("a.xlsx", archive(PARTS | {SHEET: xml}))
    found = cells(grid)
    assert found == {
        "C3": "a",
        "D3": "#REF!",
        "C4": "a formula without a result",
        "D4": "#DIV/0!",
        "B5": "a formula without a result",
        "C5": 7.0,
        "F9": "a formula without a result",
    }
    assert {place for place, cell in found.items() if isinstance(cell, ErrorCell)} == {"D3", "C4", "D4", "B5", "F9"}
    assert grid.hidden_rows == 2


def test_a_row_whose_cell_has_no_value_is_rejected_with_its_address(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{name}</t></is></c>{second}</row>'
        for number, name, second in [
            (1, "Имя", '<c r="B1" t="inlineStr"><is><t>Телефон</t></is></c>'),
            (2, "Анна", '<c r="B2"><v>79160000001</v></c>'),
            (3, "Олег", '<c r="B3" t="e"><f>VLOOKUP(1,C:D,2)</f><v>#N/A</v></c>'),
            (4, "Итого", '<c r="B4"><f>COUNT(B2:B3)</f></c>'),
        ]
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(rows))
    (reading,) = read_file(path, OPTIONS)
    assert len(reading.records) == 1
    (rejection,) = reading.rejections
    assert (rejection.where.row, rejection.column, rejection.value) == (3, "B, Телефон", "#N/A")
    assert "correct it" in rejection.reason


@pytest.mark.parametrize("last", ["XFD1048576", "J1048576", "XFD5000", "ZZZZZ1", "A9999999"])
@pytest.mark.parametrize("prefix", [False, True])
def test_a_cell_far_from_the_others_is_refused_before_room_is_made_for_all_between(last: str, prefix: bool) -> None:
    row, column = row_and_column(last)
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{last}"><v>1</v></c></row>'
    xml = prefixed(sheet(rows)) if prefix else sheet(rows)
    with pytest.raises(
        CrmError, match=f"sheet Лист reaches column {column_letter(column - 1)}, row {row} and is almost empty"
    ):
        grids_of("a.xlsx", archive(PARTS | {SHEET: xml}))


@pytest.mark.parametrize("xml", ['<row r="1048576" s="1" customFormat="1"/>', '<row r="9"><c r="XFD9" s="0"/></row>'])
def test_formats_without_a_value_make_no_sheet_long(xml: str) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + xml
    (grid,) = grids_of("a.xlsx", workbook(rows, before='<dimension ref="A1:XFD1048576"/>'))
    assert cells(grid) == {"A1": 1.0}


def test_numbers_that_are_none_and_dates_beyond_the_calendar_break_nothing() -> None:
    rows = '<row r="1"><c r="A1"><v>nan</v></c><c r="B1"><v>1e999</v></c><c r="C1" t="d"><v>9999-99-99</v></c></row>'
    (grid,) = grids_of("a.xlsx", workbook(rows))
    assert cells(grid)["A1"] == "nan"
    assert all(isinstance(cells(grid)[place], ErrorCell) for place in ("A1", "B1"))


@pytest.mark.parametrize(
    ("reference", "place"), [("A1", (1, 1)), ("Z9", (9, 26)), ("AA10", (10, 27)), ("xfd2", (2, 16384))]
)
def test_a_reference_is_a_row_and_a_column(reference: str, place: tuple[int, int]) -> None:
    assert row_and_column(reference) == place


@pytest.mark.parametrize("reference", ["", "A", "Ж5", "A-1"])
def test_what_is_no_reference_is_not_guessed_at(reference: str) -> None:
    with pytest.raises(ValueError, match="is no cell"):
        row_and_column(reference)
