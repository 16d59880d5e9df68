import gc
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.sheets.columns import Column, Columns
from crmcli.sheets.grid import Cell, ErrorCell
from crmcli.sheets.plain import PlainColumns, plain_days, plain_long_texts, plain_texts
from crmcli.values.points import Point

NAME, PHONE, MOBILE = Column(0, "A", "Имя", "name"), Column(1, "B", "Телефон", "phone"), Column(2, "C", "", "phone")


def plain_columns(*columns: Column, rows: list[list[Cell]], defaults: dict[str, str] | None = None) -> PlainColumns:
    by_meaning = {column.meaning: tuple(one for one in columns if one.meaning == column.meaning) for column in columns}
    named = {meaning: (Column(-1, "", "", meaning), text) for meaning, text in (defaults or {}).items()}
    return PlainColumns(Columns(columns, by_meaning, named), "RU", rows)


def test_a_short_row_has_nothing_in_its_last_columns() -> None:
    plain = plain_columns(NAME, PHONE, rows=[["Анна", "8 916 000-00-01"], ["Пётр"]])
    assert plain.texts["name"] == ["Анна", "Пётр"]
    assert plain.points["phone"] == [Point("phone", "+79160000001", "8 916 000-00-01"), None]


def test_what_no_column_holds_is_nothing_in_every_row() -> None:
    assert plain_columns(NAME, rows=[["Анна"], ["Пётр"]]).texts["city"] == [None, None]


def test_several_columns_and_defaults_are_looked_at_row_by_row() -> None:
    rows: list[list[Cell]] = [["Анна", "8 916 000-00-01", "8 916 000-00-02"]]
    assert plain_columns(NAME, PHONE, MOBILE, rows=rows).texts["phone"] is None
    assert plain_columns(NAME, rows=rows, defaults={"name": "Пётр"}).texts["name"] is None


@pytest.mark.parametrize("beside", ["country", "phone label"])
def test_phones_that_a_row_says_more_of_are_looked_at_row_by_row(beside: str) -> None:
    rows: list[list[Cell]] = [["Анна", "8 916 000-00-01", "Беларусь"]]
    assert plain_columns(NAME, PHONE, Column(2, "C", "", beside), rows=rows).points["phone"] is None


@pytest.mark.parametrize("odd", [1, 7.5, ErrorCell("#REF!"), " a", "a ", "a  b", "a\nb", "a\u00a0b", date(2026, 1, 2)])
def test_a_cell_that_is_no_plain_text_makes_its_column_be_looked_at(odd: Cell) -> None:
    assert plain_texts(["Анна", odd, None]) is None


def test_dashes_say_that_there_is_nothing() -> None:
    assert plain_texts(["Анна", "—", "N/A", None, "нет"]) == ["Анна", None, None, None, "нет"]


def test_a_long_text_keeps_its_lines() -> None:
    assert plain_long_texts(["один\n два", "-", None]) == ["один\n два", None, None]


MIDNIGHT = datetime.fromisoformat("2026-01-02")


@pytest.mark.parametrize("odd", ["2026-01-02", MIDNIGHT, date(1899, 12, 31), date(2201, 1, 1), 45000])
def test_a_cell_that_is_no_likely_date_makes_its_column_be_looked_at(odd: Cell) -> None:
    assert plain_days([date(2026, 1, 2), odd]) is None


def test_dates_stay_as_they_are() -> None:
    assert plain_days([date(1900, 1, 1), None, date(2200, 12, 31)]) == [date(1900, 1, 1), None, date(2200, 12, 31)]


@given(st.lists(st.none() | st.text(max_size=6)))
def test_plain_texts_are_what_closing_up_blanks_would_make_of_them(cells: list[Cell]) -> None:
    plain = plain_texts(cells)
    assert plain is None or all(text is None or text == " ".join(text.split()) for text in plain)


def test_what_was_read_of_some_rows_is_let_go_with_them() -> None:
    """The process that reads a file collects no garbage: rows that refer to each other would pile up in it."""
    gc.collect()
    gc.disable()
    try:
        plain = plain_columns(NAME, PHONE, rows=[["Анна", "8 916 000-00-01"]])
        assert (plain.texts["name"], plain.days["birthday"], plain.points["phone"]) != (None, None, None)
        del plain
        assert gc.collect() == 0
    finally:
        gc.enable()
