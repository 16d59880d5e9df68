from datetime import date, datetime, time

import pytest

from crmcli.sheets.grid import Cell, clean_cell, column_letter, text_of


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (17850.0, "17850"),
        (12.5, "12.5"),
        (7, "7"),
        (True, "TRUE"),
        (None, ""),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime.fromisoformat("2026-01-05"), "2026-01-05"),
        (datetime.fromisoformat("2026-01-05 08:26"), "2026-01-05 08:26"),
        (time(8, 5), "08:05"),
    ],
)
def test_cells_read_as_a_person_would_write_them(cell: Cell, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [("'=1+1", "=1+1"), ("'+7", "+7"), ("''=1", "'=1"), ("'слово'", "'слово'"),
     ("'", "'"), (" \u00a0\n", None), ("'\tа", "\tа"), ("Ан\0на", "Анна"), ("\0", None)],
)  # fmt: skip
def test_only_the_guard_against_formulas_is_taken_off(cell: Cell, cleaned: Cell) -> None:
    assert clean_cell(cell) == cleaned


def test_columns_have_the_letters_of_the_spreadsheet() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
