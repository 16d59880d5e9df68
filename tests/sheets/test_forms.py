import pytest

from crmcli.errors import CrmError
from tests.sheets.conftest import ReadRows


@pytest.mark.parametrize(
    "rows",
    [
        [["ФИО:", "Иванов Иван"], ["Телефон:", "+7 916 000-00-01"], ["Email:", "a@example.com"]],
        [["Анкета клиента"], [None, "Фамилия", "Иванов"], [None, "Город", "Омск"], [None, "Примечание"]],
        [["Имя", "Иван", "Телефон", "+79160000001"], ["Город", "Омск", "Email", "a@example.com"]],
        [["ФИО: Иванов Иван"], ["Телефон: +79160000001"]],
        [["Счёт № 5 от 01.02.2026"], ["Покупатель:", "ООО Юг"], ["ИНН:", "7700000000"], ["Итого:", 500]],
    ],
)
def test_a_form_is_refused_with_its_labels(read_rows: ReadRows, rows: list[list[object]]) -> None:
    with pytest.raises(CrmError, match=r"looks like a form, no table: \w+, \w+"):
        read_rows(rows)


def test_notes_are_refused_with_their_beginning(read_rows: ReadRows) -> None:
    with pytest.raises(CrmError, match=r"looks like notes.*row 1 says: Позвонить Ивану"):
        read_rows([["Позвонить Ивану"], ["Купить бумагу"], ["В пятницу отчёт"]])


def test_an_invoice_with_a_table_of_goods_says_what_it_lacks(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Счёт № 5 от 01.02.2026"],
            ["Покупатель:", "ООО Юг"],
            ["ИНН:", "7700000000"],
            ["№", "Товар", "Кол-во", "Цена", "Сумма"],
            [1, "Стул", 2, 100, 200],
            [2, "Стол", 1, 300, 300],
        ]
    )
    assert (reading.kind, reading.heading_row) == (None, 4)
    assert "no column of the date" in reading.remark


def test_a_table_of_headings_between_unknown_words_is_no_form(read_rows: ReadRows) -> None:
    reading = read_rows([["Имя", "Рост", "Телефон", "Вес"], ["Иван", 180, "89161234567", 80]])
    assert (reading.kind, len(reading.records)) == ("contacts", 1)
