import pytest

from tests.sheets.conftest import ReadText


@pytest.mark.parametrize(
    ("headings", "row", "kind"),
    [
        ("ФИО;Телефон;Email;Город", "Иван;89161234567;a@b.ru;Омск", "contacts"),
        ("Телефон", "89161234567", "contacts"),
        ("Наименование;ИНН;Адрес", "ООО Ромашка;7707083893;Москва", "contacts"),
        ("Дата;Имя;Телефон;Источник;Статус", "01.02.2026;Иван;89161234567;Авито;Новый", "contacts"),
        ("Клиент;Телефон;Дата последней покупки;Сумма покупок", "Иван;89161234567;01.02.2026;5", "contacts"),
        ("Клиент;Телефон;Дата первого контакта;Следующий контакт", "Иван;89161234567;01.02.2026;", "contacts"),
        ("ФИО;Телефон;Тип контакта;Дата создания", "Иван;89161234567;Поставщик;01.02.2026", "contacts"),
        (
            "Record ID;First Name;Last Name;Email;Contact owner;Lead Status;Create Date",
            "1;A;B;a@b.ru;X;New;",
            "contacts",
        ),
        ("Name;Phone;Email;City", "Ann;+79161234567;;Omsk", "contacts"),
        ("Дата;Клиент;Товар;Сумма", "01.02.2026;Иван;Стул;5", "purchases"),
        ("Дата;Номер;Контрагент;Сумма документа", "01.02.2026;7;ООО Ромашка;5", "purchases"),
        ("Date;Customer;Total", "2026-02-01;Ann;5", "purchases"),
        ("Дата;Имя;Телефон;Сумма", "01.02.2026;Иван;89161234567;5", "purchases"),
        ("Date;Type;Amount", "2026-02-01;refund;5", "purchases"),
        ("Дата;Клиент;Сумма;Результат", "01.02.2026;Иван;5;ок", "purchases"),
        ("Дата;Клиент;Этап;Сумма", "01.02.2026;Иван;Договор;5", "deals"),
        ("Название сделки;Бюджет;Этап сделки;Основной контакт", "Кухня;5;Договор;Иван", "deals"),
        ("Deal Name;Amount;Close Date;Deal Stage", "A;5;2026-02-01;Won", "deals"),
        ("opportunity_id;account;deal_stage;engage_date;close_date;close_value", "1;A;Won;2026-02-01;;5", "deals"),
        ("Opportunity;Contact Name;Email;Expected Revenue;Stage", "A;Ann;;5;New", "deals"),
        ("Дата звонка;Клиент;Статус звонка", "01.02.2026;Иван;Недозвон", "touches"),
        ("Дата;Клиент;Тип;Комментарий", "01.02.2026;Иван;Звонок;ок", "touches"),
        ("Activity Date;Activity Type;Contact;Outcome", "2026-02-01;Call;Ann;Done", "touches"),
        ("Дата контакта;Клиент;Результат;Следующий шаг", "01.02.2026;Иван;Интересно;КП", "touches"),
        ("Артикул;Наименование;Цена;Остаток", "1;Стул;5;7", "products"),
        ("EmployeeID;LastName;FirstName;HireDate", "1;A;B;2020-01-01", None),
        ("ФИО;Табельный номер;Оклад;Телефон", "Иван;5;100;89161234567", None),
        ("OrderID;ProductID;UnitPrice;Quantity", "1;2;3;4", None),
        ("Заметка;Тема", "купить молоко;дом", None),
    ],
)
def test_the_kind_of_a_sheet_decides_itself(read_text: ReadText, headings: str, row: str, kind: str | None) -> None:
    assert read_text(f"{headings}\n{row}\n").kind == kind


def test_orders_without_an_amount_say_what_they_lack(read_text: ReadText) -> None:
    reading = read_text("OrderID;CustomerID;OrderDate\n1;2;2026-01-01\n")
    assert reading.kind is None
    assert "no column of the amount" in reading.remark
    assert reading.row_count == 1


def test_lines_of_orders_without_a_date_say_what_they_lack(read_text: ReadText) -> None:
    reading = read_text("OrderID;ProductID;UnitPrice;Quantity\n1;2;3;4\n")
    assert "no column of the date (OrderID" in reading.remark


def test_words_in_the_column_of_types_tell_touches_from_contacts(read_text: ReadText) -> None:
    heading = "Дата;Имя;Телефон;Тип\n"
    assert read_text(heading + "01.02.2026;Иван;89161234567;Встреча\n").kind == "touches"
    assert read_text(heading + "01.02.2026;Иван;89161234567;Оптовик\n").kind == "contacts"
