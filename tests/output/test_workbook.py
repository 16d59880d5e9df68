import gc
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from crmcli.errors import Wrong
from crmcli.output import workbook
from crmcli.output.result import Column, Listing, Result
from crmcli.output.values import Look
from tests.output.conftest import (
    CARD,
    CONTROLS,
    DONE,
    EMPTY,
    HOSTILE,
    LISTING,
    MOMENT,
    REPORT,
    cells_back,
    named,
    written,
)

BLANKS = " \n\u00a0\u2007\u202f\ufeff"


def sheet_of(result: Result, folder: Path, look: Look = Look()) -> Any:  # noqa: B008 - frozen
    return load_workbook(written(result, folder / "answer.xlsx", look)).active


def test_a_sheet_has_the_keys_and_then_typed_cells(tmp_path: Path) -> None:
    sheet = sheet_of(LISTING, tmp_path)
    headings, anna, nobody = sheet.iter_rows(values_only=True)
    assert headings == tuple(column.key for column in LISTING.columns)
    assert anna == (7, "Анна Петрова", "+79161234567; +78005553535", 1200.5, 1.5, 0.3333,
                    datetime.fromisoformat("2026-07-01"), time(14, 5), "size: XL", False)  # fmt: skip
    assert nobody == (8, *[None] * 9)


def test_numbers_and_dates_look_like_themselves(tmp_path: Path) -> None:
    _, row, _ = sheet_of(LISTING, tmp_path).iter_rows()
    assert [(row[n].data_type, row[n].number_format) for n in (3, 4, 5, 6, 7)] == [
        ("n", "#,##0.00"), ("n", "General"), ("n", "0.0%"), ("d", "yyyy-mm-dd"), ("d", "hh:mm"),
    ]  # fmt: skip


@pytest.mark.parametrize(("currency", "form", "value"), [("JPY", "#,##0", 1200), ("KWD", "#,##0.000", 1.2)])
def test_amounts_have_the_digits_of_the_currency(currency: str, form: str, value: float, tmp_path: Path) -> None:
    listing = Listing((Column("amount", kind="money"),), [{"amount": 1200}], 1)
    cell = sheet_of(listing, tmp_path, Look(currency))["A2"]
    assert (cell.value, cell.number_format) == (value, form)


def test_a_moment_loses_its_zone_and_a_date_before_the_calendar_of_excel_is_text(tmp_path: Path) -> None:
    columns = (Column("at", kind="time"), Column("born", kind="date"))
    listing = Listing(columns, [{"at": MOMENT, "born": date(1899, 3, 1)}], 1)
    at, born = sheet_of(listing, tmp_path)[2]
    assert (at.value, at.number_format) == (MOMENT.replace(tzinfo=None), "yyyy-mm-dd hh:mm")
    assert (born.value, born.data_type) == ("1899-03-01", "s")


def test_dates_come_back_as_dates(tmp_path: Path) -> None:
    path = written(LISTING, tmp_path / "answer.xlsx")
    assert cells_back(path)[0][6] == date(2026, 7, 1)


@pytest.mark.parametrize("text", [*HOSTILE, *CONTROLS])
def test_every_text_is_a_text_cell(text: str, tmp_path: Path) -> None:
    cell = sheet_of(named(f"{text}."), tmp_path)["B2"]
    assert cell.data_type == "s"


@pytest.mark.parametrize("text", ["=1+1", "+79161234567", "-1", "@a"])
def test_a_text_that_looks_like_a_formula_stays_text_when_it_is_typed_into(text: str, tmp_path: Path) -> None:
    cell = sheet_of(named(text), tmp_path)["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_every_text_comes_back_when_it_is_imported_again(tmp_path: Path) -> None:
    path = written(named(*HOSTILE), tmp_path / "names.xlsx")
    back = [row[1] for row in cells_back(path)]
    assert back == [text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS) for text in HOSTILE]


@pytest.mark.parametrize("result", [EMPTY, CARD, DONE])
def test_other_answers_are_a_sheet_too(result: Result, tmp_path: Path) -> None:
    rows = list(sheet_of(result, tmp_path).iter_rows(values_only=True))
    assert len(rows) == (1 if result is EMPTY else 2)


def test_several_answers_are_wrong_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(Wrong, match="several parts"):
        written(REPORT, tmp_path / "answer.xlsx")
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_a_text_too_long_for_a_cell_says_that_it_was_cut(tmp_path: Path) -> None:
    value = sheet_of(named("ы" * 1_000_000), tmp_path)["B2"].value
    assert len(value) == 32_767
    assert value.endswith("(cut: a cell holds no more)")


def test_a_cut_text_is_as_long_as_excel_counts(tmp_path: Path) -> None:
    value = sheet_of(named("😀" * 20_000), tmp_path)["B2"].value
    assert len(value.encode("utf-16-le")) // 2 <= 32_767
    assert value.startswith("😀😀")
    assert value.endswith("😀 ... (cut: a cell holds no more)")


def test_headings_stay_in_view_and_can_be_filtered(tmp_path: Path) -> None:
    sheet = sheet_of(LISTING, tmp_path)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:J3")
    assert sheet["A1"].font.b


def test_more_rows_than_a_sheet_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_ROWS", 1)
    with pytest.raises(Wrong, match="a sheet holds 1 rows, this answer has more: --format csv holds them all"):
        written(LISTING, tmp_path / "answer.xlsx")
