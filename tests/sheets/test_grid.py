from datetime import date, datetime, time

import pytest

from crmcli.sheets.grid import Cell, ErrorCell, clean_cell, column_letter, text_of


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
     ("'", "'"), (" \u00a0\n", None), ("'\tа", "\tа")],
)  # fmt: skip
def test_only_the_guard_against_formulas_is_taken_off(cell: Cell, cleaned: Cell) -> None:
    assert clean_cell(cell) == cleaned


def test_columns_have_the_letters_of_the_spreadsheet() -> None:
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    "value",
    [
        "#REF!",
        "#ДЕЛ/0!",
        "#ССЫЛКА!",
        "Err:502",
        float("nan"),
        float("inf"),
        "Ан\0на",
        "\0",
        "Анна\ud800",
        "x" * 1_000_001,
    ],
)
def test_what_no_base_can_take_is_marked_as_no_value(value: Cell) -> None:
    cleaned = clean_cell(value)
    assert isinstance(cleaned, ErrorCell)
    assert len(cleaned) < 100
    cleaned.encode()


@pytest.mark.parametrize("value", ["#1", "№ 5", "#REF", "Err", "Erramilli", "a\r\nb", "😀", "x" * 1_000_000])
def test_what_only_looks_like_an_error_is_a_text(value: Cell) -> None:
    assert clean_cell(value) == value
    assert not isinstance(clean_cell(value), ErrorCell)
