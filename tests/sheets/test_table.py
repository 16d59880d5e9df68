from datetime import date

import pytest

from crmcli.errors import CrmError
from crmcli.values.records import ContactRecord, PurchaseRecord
from tests.sheets.conftest import KEEPING, ReadRows, ReadText


def test_banners_above_the_table_are_passed_over(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Отчёт по продажам"],
            ["Период: 01.01.2026 - 31.01.2026", None, "Менеджер: все"],
            [],
            ["Дата", "Клиент", "Сумма"],
            [date(2026, 1, 5), "Иванов", 1000],
        ]
    )
    assert (reading.heading_row, reading.row_count, len(reading.records)) == (4, 1, 1)


def test_a_banner_that_is_a_heading_word_does_not_win(read_rows: ReadRows) -> None:
    reading = read_rows([["Контакты"], [None, "Имя", "Телефон"], [None, "Иван", 89161234567]])
    assert (reading.heading_row, len(reading.records)) == (2, 1)
    assert [c.letter for c in reading.columns] == ["B", "C"]


def test_the_totals_at_the_end_are_neither_records_nor_rejections(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Дата", "Клиент", "Сумма"],
            ["05.01.2026", "Иванов", 1000],
            ["06.01.2026", "Петров", 500],
            [],
            ["Итого:", None, 1500],
        ]
    )
    assert (reading.row_count, len(reading.records), reading.rejections) == (2, 2, ())


def test_a_customer_called_total_is_no_total(read_rows: ReadRows) -> None:
    reading = read_rows([["Дата", "Клиент", "Сумма"], ["05.01.2026", "Total", 1000]])
    assert len(reading.records) == 1


def test_totals_and_subtotals_are_left_out_and_counted(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Дата", "Клиент", "Сумма"],
            ["05.01.2026", "Иванов", 1000],
            ["Итого за день", None, 1000],
            ["06.01.2026", "Петров", 500],
            ["Общий итог", "2 клиента", "13 234,56"],
        ]
    )
    assert ([r.where.row for r in reading.records], reading.rejections) == ([2, 4], ())
    assert reading.remark == "totals left out: 2"


def test_a_large_total_is_not_taken_for_a_customers_phone(read_text: ReadText) -> None:
    reading = read_text(
        "№;ФИО;Телефон;Сумма покупок\n1;Анна;89161234567;5 000\n2;Олег;89161234568;1\nИтого;2;;13 234,56\n"
    )
    assert [r.where.row for r in reading.records] == [2, 3]


def test_headings_that_are_printed_again_on_every_page_are_no_rows(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон\nИван;89161234567\nИмя;Телефон\nОлег;89161234568\n")
    assert (reading.row_count, len(reading.records)) == (2, 2)


def test_columns_without_a_heading_are_kept_under_their_letter(read_rows: ReadRows) -> None:
    reading = read_rows([["Имя", "Телефон"], ["Иван", "89161234567", "важный"]], KEEPING)
    record = reading.records[0]
    assert isinstance(record, ContactRecord)
    assert record.extra == {"column C": "важный"}


def test_a_column_that_numbers_the_rows_is_no_key(read_rows: ReadRows) -> None:
    reading = read_rows([["№", "Дата", "Сумма"], [1, "05.01.2026", 10], [2, "05.01.2026", 20], [3, "06.01.2026", 20]])
    assert reading.columns[0].meaning == "row number"
    assert [r.key for r in reading.records if isinstance(r, PurchaseRecord)] == [None, None, None]


def test_document_numbers_under_the_same_sign_are_keys(read_rows: ReadRows) -> None:
    reading = read_rows([["№", "Дата", "Сумма"], [117, "05.01.2026", 10], [119, "05.01.2026", 20]])
    assert [r.key for r in reading.records if isinstance(r, PurchaseRecord)] == ["117", "119"]


def test_a_table_of_unknown_headings_is_left_out_with_what_was_seen(read_text: ReadText) -> None:
    reading = read_text("Рост;Вес\n180;80\n")
    assert reading.kind is None
    assert "Рост, Вес" in reading.remark


def test_rows_without_any_heading_that_tell_nothing_are_told_of(read_text: ReadText) -> None:
    with pytest.raises(CrmError, match="1, 2, 30"):
        read_text("1;2;30\n2;3;40\n")


def test_the_totals_of_groups_and_of_all_end_the_table(read_text: ReadText) -> None:
    reading = read_text(
        "Дата;Клиент;Сумма\n05.01.2026;Иванов;1000\n06.01.2026;Петров;500\nИтого за день;;500\nВсего:;;1500\n"
    )
    assert (reading.row_count, len(reading.records), reading.rejections) == (2, 2, ())


def test_the_rows_of_a_second_table_are_rejected_and_told_of(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Имя", "Телефон"],
            ["Иван", "89161234567"],
            [],
            ["Товар", "Цена"],
            ["Стул", 500],
        ]
    )
    assert [record.where.row for record in reading.records] == [2]
    assert [(r.where.row, r.reason) for r in reading.rejections] == [
        (4, "another table begins in row 4: put it on a sheet of its own"),
        (5, "another table begins in row 4: put it on a sheet of its own"),
    ]


def test_a_word_that_is_a_heading_is_no_other_table(read_rows: ReadRows) -> None:
    reading = read_rows([["Имя", "Телефон", "Комментарий"], ["Клиент", "89161234567", "Почта"], ["Телефон"]])
    assert reading.rejections == ()
