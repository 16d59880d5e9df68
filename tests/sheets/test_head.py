import pytest

from crmcli.values.records import ContactRecord, PurchaseRecord
from tests.sheets.conftest import KEEPING, ReadRows, ReadText


def test_groups_above_the_headings_name_what_stands_over_an_empty_cell(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Отчёт"],
            ["Клиент", "Контакты", None, "Заказ", None],
            [None, "Телефон", "E-mail", "Дата", "Сумма"],
            ["Иван", "89161234567", "a@example.com", "01.02.2026", 500],
        ]
    )
    assert (reading.kind, reading.heading_row) == ("purchases", 3)
    assert [c.meaning for c in reading.columns] == ["party", "phone", "email", "date", "amount"]
    (record,) = reading.records
    assert isinstance(record, PurchaseRecord)
    assert record.customer is not None
    assert (record.amount, record.customer.name) == (50000, "Иван")


def test_a_row_below_the_headings_refines_them(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["ФИО", "Телефон", None, "Email", None, "Город"],
            [None, "рабочий", "мобильный", "личный", "рабочий", None],
            ["Иванов Иван", "84951234567", "89161234567", "a@example.com", "b@example.com", "Омск"],
            ["Петров Пётр", None, "89161234568", None, None, "Тула"],
        ]
    )
    assert (reading.kind, reading.heading_row, reading.row_count) == ("contacts", 2, 2)
    record = reading.records[0]
    assert isinstance(record, ContactRecord)
    assert [(p.value, p.label) for p in record.points] == [
        ("+74951234567", "рабочий"),
        ("+79161234567", "мобильный"),
        ("a@example.com", "личный"),
        ("b@example.com", "рабочий"),
    ]


def test_a_first_row_of_data_is_no_second_row_of_headings(read_rows: ReadRows) -> None:
    reading = read_rows([["Имя", "Телефон", None], ["Иван", None, "Омск"], ["Олег", "89161234568", "Тула"]], KEEPING)
    assert reading.row_count == 2
    assert reading.columns[2].meaning == "custom field"


def test_the_same_heading_under_a_second_group_is_told_with_its_group(read_rows: ReadRows) -> None:
    reading = read_rows(
        [
            ["Клиент", None, "Курьер", None],
            ["ФИО", "Телефон", "ФИО", "Телефон"],
            ["Иванов Иван", "89161234567", "Быстров Олег", "89161234568"],
        ]
    )
    assert [c.heading for c in reading.columns] == ["ФИО", "Телефон", "Курьер: ФИО", "Курьер: Телефон"]
    (record,) = reading.records
    assert isinstance(record, ContactRecord)
    assert (record.name, [p.value for p in record.points]) == ("Иванов Иван", ["+79161234567"])


def test_headings_in_two_rows_are_no_rows_on_the_next_page_either(read_rows: ReadRows) -> None:
    heads: list[list[object]] = [["Контакты", None, "Заказ", None], ["Телефон", "E-mail", "Дата", "Сумма"]]
    reading = read_rows(
        [
            *heads,
            ["89161234567", None, "01.02.2026", 5],
            [],
            *heads,
            ["89161234568", None, "02.02.2026", 6],
            [],
            ["Итого", None, None, 11],
        ]
    )
    assert (reading.row_count, len(reading.records), reading.rejections) == (2, 2, ())


def test_headings_of_the_next_page_are_known_by_their_words(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон;Город\nИван;89161234567;Омск\nИМЯ ; Телефон:;\nОлег;89161234568;Тула\n")
    assert (reading.row_count, len(reading.records)) == (2, 2)


def test_a_customer_who_is_called_as_a_heading_is_no_repeated_heading(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон\nИмя;89161234567\n")
    assert len(reading.records) == 1


@pytest.mark.parametrize(("heading", "meaning"), [("Телефон (склад)", "phone"), ("Сумма (с НДС)", "amount")])
def test_what_a_heading_adds_in_parentheses_does_not_hide_it(read_text: ReadText, heading: str, meaning: str) -> None:
    reading = read_text(
        "Дата;Клиент;Сумма;Телефон\n01.02.2026;Иван;5;89161234567\n".replace(
            heading.split(" (", maxsplit=1)[0], heading
        )
    )
    assert meaning in [column.meaning for column in reading.columns]
