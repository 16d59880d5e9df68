from datetime import date, datetime
from math import inf, nan

from hypothesis import given
from hypothesis import strategies as st

from crmcli.sheets.clean import clean_rows, is_filled
from crmcli.sheets.grid import LONGEST_TEXT, Cell, ErrorCell, GridRow, clean_cell

ODD: list[Cell] = [
    "", " ", "a ", " a", "a\n", "\u00a0a", "#REF!", "Err:502", "Елена", "Elena", "'=1", "'a", "a\0", "\ud800",
    "x" * (LONGEST_TEXT + 1), 1, 1.0, True, 0, False, nan, inf, -0.5, date(2026, 1, 2),
    datetime.fromisoformat("2026-01-02"), datetime.fromisoformat("2026-01-02 09:30"), None,
]  # fmt: skip
CELLS = st.sampled_from(ODD) | st.text(max_size=4)


def cleaned(rows: list[list[Cell]]) -> list[list[Cell]]:
    return [row.cells for row in clean_rows(enumerate(rows))]


def shown(rows: list[list[Cell]]) -> list[list[str]]:
    """What tells 1 from True and an error from a text of the same letters."""
    return [[f"{type(cell).__name__} {cell!r}" for cell in row] for row in rows]


@given(st.integers(0, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=9)))
def test_columns_are_cleaned_as_their_cells_are(rows: list[list[Cell]]) -> None:
    assert shown(cleaned(rows)) == shown([list(map(clean_cell, row)) for row in rows])


@given(st.lists(st.lists(CELLS, max_size=4), max_size=9))
def test_rows_of_different_lengths_are_cleaned_as_their_cells_are(rows: list[list[Cell]]) -> None:
    assert shown(cleaned(rows)) == shown([list(map(clean_cell, row)) for row in rows])


def test_what_comes_after_many_plain_cells_is_cleaned_too() -> None:
    rows: list[list[Cell]] = [[f"текст {number}", 1.0] for number in range(50_000)]
    odd: list[Cell] = [" #REF!\n", nan]
    assert shown(cleaned([*rows, odd]))[-1] == ["ErrorCell '#REF!'", "ErrorCell 'nan'"]
    assert isinstance(cleaned([*rows, odd])[-1][0], ErrorCell)


def test_a_city_that_many_rows_name_is_one_text() -> None:
    rows: list[list[Cell]] = [["".join(["Каз", "ань "]), date(2026, 1, number % 28 + 1)] for number in range(5_000)]
    assert len({id(cell) for row in cleaned(rows) for cell in row}) == 29


def test_rows_keep_their_numbers() -> None:
    rows = clean_rows([(3, ["a"]), (7, [""]), (8, ["b", "c"])])
    assert [(row.number, is_filled(row)) for row in rows] == [(3, True), (7, False), (8, True)]
    assert not is_filled(GridRow(1, []))
