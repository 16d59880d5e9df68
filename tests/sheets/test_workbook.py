from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from crmcli.errors import CrmError
from crmcli.sheets.reading import ReadingOptions
from tests.sheets.conftest import OPTIONS, read_grids, write_workbook
from tests.sheets_read import read_file


def book(path: Path) -> Path:
    made = Workbook()
    made.active.title = "Клиенты"
    made.active.append(["Имя", "Телефон"])
    made.active.append(["Иван", 79161234567])
    sales = made.create_sheet("Продажи")
    sales.append(["Дата", "Клиент", "Сумма"])
    sales.append([date(2026, 1, 2), "Иван", 100])
    made.create_sheet("Пусто")
    hidden = made.create_sheet("Служебный")
    hidden.append(["Имя", "Телефон"])
    hidden.append(["Олег", 79161234568])
    hidden.sheet_state = "hidden"
    made.save(path)
    return path


def test_every_sheet_is_told_of_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    readings = read_file(book(tmp_path / "a.xlsx"), OPTIONS)
    assert [(r.sheet, r.kind, len(r.records)) for r in readings] == [
        ("Клиенты", "contacts", 1),
        ("Продажи", "purchases", 1),
        ("Пусто", None, 0),
        ("Служебный", None, 0),
    ]
    assert "empty" in readings[2].remark
    assert "hidden" in readings[3].remark


def test_a_named_sheet_is_read_even_when_it_is_hidden(tmp_path: Path) -> None:
    options = ReadingOptions(today=OPTIONS.today, sheet="служебный")
    (reading,) = read_file(book(tmp_path / "a.xlsx"), options)
    assert len(reading.records) == 1


def test_a_sheet_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="Клиенты, Продажи"):
        read_file(book(tmp_path / "a.xlsx"), ReadingOptions(today=OPTIONS.today, sheet="Sales"))


def test_rows_and_columns_are_named_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Дата", "Клиент", "Сумма"], ["2026-01-02", "Иван", 100], [], ["2026-01-32", "Олег", 5]]
    (reading,) = read_file(write_workbook(tmp_path / "a.xlsx", rows, top=4, left=3), OPTIONS)
    assert reading.heading_row == 4
    assert reading.records[0].where.row == 5
    assert (reading.rejections[0].where.row, reading.rejections[0].column) == (7, "C, Дата")
    assert [c.letter for c in reading.columns] == ["C", "D", "E"]


@pytest.mark.parametrize("ending", ["xls", "xlsx"])
@pytest.mark.parametrize("calendar", [1900, 1904])
def test_dates_of_both_calendars_are_the_days_that_the_sheet_shows(
    shared_data: Path, ending: str, calendar: int
) -> None:
    folder = shared_data / "workbooks" / "PhpSpreadsheet" / ending.upper()
    (grid,) = read_grids(folder / f"{calendar}_Calendar.{ending}")
    assert [row.cells for row in grid.rows] == [
        [date(2022, 1, 1), date(2021, 12, 31)],
        [date(2022, 12, 31), date(2023, 1, 1)],
    ]


def test_dates_beyond_the_calendar_are_numbers_and_their_rows_are_rejected(tmp_path: Path) -> None:
    made = Workbook()
    made.active.append(["Дата", "Клиент", "Сумма"])
    for row, serial in enumerate([45000, 3_000_000, 1e300], 2):
        made.active.append([serial, "Анна", 100])
        made.active.cell(row, 1).number_format = "dd.mm.yyyy"
    made.save(tmp_path / "a.xlsx")
    (reading,) = read_file(tmp_path / "a.xlsx", OPTIONS)
    assert len(reading.records) == 1
    assert [(r.where.row, r.column) for r in reading.rejections] == [(3, "A, Дата"), (4, "A, Дата")]
