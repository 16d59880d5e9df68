from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.sheets.content import fields_by_content
from crmcli.sheets.grid import Grid, GridRow
from crmcli.sheets.table import find_table
from crmcli.values.records import ContactRecord, PurchaseRecord
from tests.sheets.conftest import OPTIONS, ReadRows, ReadText


def test_names_and_phones_need_no_headings(read_text: ReadText) -> None:
    reading = read_text("Иванов Иван;89161234567\nПетров Олег;8 (916) 123-45-68\n")
    assert (reading.kind, reading.heading_row, reading.row_count) == ("contacts", None, 2)
    assert [(c.letter, c.heading, c.meaning) for c in reading.columns] == [("A", "", "name"), ("B", "", "phone")]
    assert [r.where.row for r in reading.records] == [1, 2]


def test_phones_and_mails_are_told_apart_beside_towns(read_text: ReadText) -> None:
    reading = read_text(
        "1;Омск;Иванов Иван;a@example.com;+7 916 123-45-67\n2;Омск;Петров Олег;b@example.com;+7 916 123-45-68\n"
    )
    assert [c.meaning for c in reading.columns] == ["row number", "", "name", "email", "phone"]


def test_dated_amounts_of_somebody_are_purchases(read_rows: ReadRows) -> None:
    reading = read_rows([[date(2026, 2, 1), "Иванов Иван", 100.5], [date(2026, 2, 2), "Петров Олег", 99.9]])
    assert (reading.kind, reading.heading_row) == ("purchases", None)
    assert [r.amount for r in reading.records if isinstance(r, PurchaseRecord)] == [10050, 9990]


@pytest.mark.parametrize(
    "rows",
    [
        [["Омск", 5], ["Тула", 6]],
        [["Иванов Иван", "Омск"], ["Петров Олег", "Тула"]],
        [["7701234567", "a"], ["7705678901", "b"]],
        [[date(2026, 2, 1), 5.5], [date(2026, 2, 2), 6.5]],
        [["Иванов Иван", "89161234567"]],
        [
            ["Иванов Иван", date(2026, 2, 1), date(2026, 2, 2), 5.5],
            ["Петров Олег", date(2026, 2, 1), date(2026, 2, 2), 1],
        ],
    ],
)
def test_what_could_be_anything_does_not_convince(rows: list[list[str | int | float | date]]) -> None:
    assert fields_by_content(rows, "RU") is None


def test_unknown_headings_over_telling_content_are_headings(read_text: ReadText) -> None:
    reading = read_text("Imię;Komórka\nИванов Иван;89161234567\nПетров Олег;89161234568\n")
    assert (reading.heading_row, len(reading.records)) == (1, 2)
    assert [(c.heading, c.meaning) for c in reading.columns] == [("Imię", "name"), ("Komórka", "phone")]


def test_the_letters_of_columns_name_what_no_content_tells(read_text: ReadText) -> None:
    mapping = {"A": "customer key", "B": "date", "D": "amount"}
    reading = read_text(
        "4;19970101;2;29.33\n4;19970118;2;29.73\n21;19970101;3;63.34\n", options=replace(OPTIONS, mapping=mapping)
    )
    found = [
        (r.customer and r.customer.key, r.purchased_on, r.amount)
        for r in reading.records
        if isinstance(r, PurchaseRecord)
    ]
    assert found[1:] == [("4", date(1997, 1, 18), 2973), ("21", date(1997, 1, 1), 6334)]
    assert reading.heading_row is None


def test_a_cell_that_reads_like_a_letter_of_a_column_heads_nothing(read_text: ReadText) -> None:
    options = replace(OPTIONS, mapping={"A": "customer key", "B": "date", "D": "amount"})
    reading = read_text("4;19970101;2;29.33\n5;19970118;2;29.73\nA;19970118;2;29.73\n", options=options)
    assert (reading.heading_row, len(reading.records)) == (None, 3)


def test_letters_take_words_in_the_first_row_for_what_they_are(read_text: ReadText) -> None:
    reading = read_text("Анна;Омск\nОлег;Тула\n", options=replace(OPTIONS, mapping={"A": "name", "B": "city"}))
    assert [(r.name, r.city) for r in reading.records if isinstance(r, ContactRecord)] == [
        ("Анна", "Омск"),
        ("Олег", "Тула"),
    ]


def test_the_letters_make_purchases_of_the_records_of_a_shop(shared_data: Path) -> None:
    lines = (shared_data / "cdnow" / "CDNOW_sample.txt").read_text().splitlines()
    rows = [GridRow(n, [None, *line.split()]) for n, line in enumerate(lines, 1)]
    mapping = {"B": "customer key", "D": "date", "F": "amount"}
    table = find_table(Grid("cdnow", rows, delimited=True), replace(OPTIONS, mapping=mapping))
    assert table is not None
    assert (table.heading_row, len(table.rows), table.letter(0)) == (None, 6919, "B")
    assert table.said == ("customer key", None, "date", None, "amount")


def test_a_list_that_does_not_tell_is_refused_with_what_to_do(read_text: ReadText) -> None:
    with pytest.raises(CrmError, match=r"--map .*row 1 says: 4, 19970101"):
        read_text("4;19970101;2;29.33\n4;19970118;2;29.73\n")
