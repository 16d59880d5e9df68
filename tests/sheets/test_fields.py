from dataclasses import replace

import pytest

from crmcli.errors import Wrong
from crmcli.sheets.fields import column_fields, fields_of, known_field
from crmcli.values.records import ContactRecord, DealRecord, PurchaseRecord, SheetKind, SheetReading
from tests.sheets.conftest import KEEPING, OPTIONS, ReadText


def taken(headings: str, kind: SheetKind) -> list[str]:
    names = headings.split(";")
    return column_fields(names, [None] * len(names), kind)


def meanings(reading: SheetReading) -> list[str]:
    return [column.meaning for column in reading.columns]


def test_of_two_amounts_the_one_with_tax_counts() -> None:
    assert taken("Дата;Сумма;Сумма с НДС", "purchases") == ["date", "", "amount"]


def test_several_phones_stand_side_by_side() -> None:
    assert taken("Мобильный телефон;Рабочий телефон", "contacts") == ["phone", "phone"]


def test_a_second_column_for_one_field_of_a_contact_is_kept_aside() -> None:
    assert taken("Город;City;Имя", "contacts") == ["city", "custom field", "first"]


@pytest.mark.parametrize("text", ["customer key", "Customer_Key", "customer-key", " CUSTOMER  KEY "])
def test_a_field_is_named_in_any_spelling(text: str) -> None:
    assert known_field(text) == "customer key"


@pytest.mark.parametrize(("text", "field"), [("Телефон", "phone"), ("сумма", "amount"), ("E-mail", "email")])
def test_a_field_is_named_by_its_heading_as_well(text: str, field: str) -> None:
    assert known_field(text) == field


def test_a_heading_that_means_many_things_names_no_field() -> None:
    with pytest.raises(Wrong, match="no field 'Название'"):
        known_field("Название")


def test_a_field_that_no_sheet_has_is_told_with_those_there_are() -> None:
    with pytest.raises(Wrong, match=r"'shoe size'.*birthday.*phone"):
        known_field("shoe size")


def test_the_fields_of_a_kind_are_those_of_its_sheets() -> None:
    assert {"birthday", "phone", "custom field"} <= set(fields_of("contacts"))
    assert "birthday" not in fields_of("deals")


def test_the_users_word_goes_over_ours(read_text: ReadText) -> None:
    text = "Имя;Телефон;Прозвище;Город\nИван;89161234567;Ваня;Омск\n"
    reading = read_text(text, options=replace(OPTIONS, mapping={"прозвище ": "name", "ГОРОД": ""}))
    (record,) = reading.records
    assert isinstance(record, ContactRecord)
    assert (record.name, record.city, record.extra) == ("Ваня", None, {})
    assert meanings(reading) == ["first", "phone", "name", ""]


def test_a_column_that_the_user_names_takes_the_field_from_another(read_text: ReadText) -> None:
    text = "Дата;Сумма;Итог к оплате;Клиент\n01.02.2026;5;7;Иван\n"
    reading = read_text(text, options=replace(OPTIONS, mapping={"Итог к оплате": "amount"}))
    (record,) = reading.records
    assert isinstance(record, PurchaseRecord)
    assert (record.amount, meanings(reading)[1]) == (700, "")


def test_several_columns_may_be_named_phones(read_text: ReadText) -> None:
    text = "Имя;Трубка;Вторая трубка\nИван;89161234567;89161234568\n"
    reading = read_text(text, options=replace(OPTIONS, mapping={"Трубка": "phone", "Вторая трубка": "phone"}))
    (record,) = reading.records
    assert isinstance(record, ContactRecord)
    assert [point.value for point in record.points] == ["+79161234567", "+79161234568"]


def test_a_field_that_the_user_names_tells_the_kind(read_text: ReadText) -> None:
    text = "Дата;Клиент;Сумма;Шаг\n01.02.2026;Иван;5;Договор\n"
    assert read_text(text).kind == "purchases"
    reading = read_text(text, options=replace(OPTIONS, mapping={"Шаг": "stage"}))
    (record,) = reading.records
    assert isinstance(record, DealRecord)
    assert record.stage == "Договор"


def test_a_heading_that_only_the_user_knows_heads_the_table(read_text: ReadText) -> None:
    text = "Отчёт 2026 года;\nQwe;Рост\n89161234567;180\n"
    reading = read_text(text, options=replace(OPTIONS, mapping={"qwe": "phone"}))
    assert (reading.kind, reading.heading_row, len(reading.records)) == ("contacts", 2, 1)


def test_a_column_without_a_heading_is_named_by_its_letter(read_text: ReadText) -> None:
    text = "Имя;;Город\nИван;89161234567;Омск\n"
    reading = read_text(text, options=replace(OPTIONS, mapping={"b": "phone"}))
    assert meanings(reading) == ["first", "phone", "city"]


def test_a_heading_that_is_nowhere_is_told_with_those_there_are(read_text: ReadText) -> None:
    with pytest.raises(Wrong, match="'Телефоон'; there are Имя, Телефон"):
        read_text("Имя;Телефон\nИван;89161234567\n", options=replace(OPTIONS, mapping={"Телефоон": "phone"}))


def test_a_mapping_to_an_unknown_field_is_refused(read_text: ReadText) -> None:
    with pytest.raises(Wrong, match="no field 'fone'"):
        read_text("Имя;Телефон\nИван;89161234567\n", options=replace(OPTIONS, mapping={"Телефон": "fone"}))


def test_columns_without_a_field_are_kept_only_when_asked(read_text: ReadText) -> None:
    text = "Имя;Телефон;Рост;Вес\nИван;89161234567;180;80\n"
    left, kept = read_text(text), read_text(text, options=replace(KEEPING, mapping={"Вес": ""}))
    (without,), (record,) = left.records, kept.records
    assert isinstance(without, ContactRecord)
    assert isinstance(record, ContactRecord)
    assert (meanings(left), without.extra) == (["first", "phone", "", ""], {})
    assert (meanings(kept), record.extra) == (["first", "phone", "custom field", ""], {"Рост": "180"})


def test_one_column_is_kept_by_naming_it(read_text: ReadText) -> None:
    text = "Имя;Телефон;Рост;Вес\nИван;89161234567;180;80\n"
    (record,) = read_text(text, options=replace(OPTIONS, mapping={"Рост": "custom field"})).records
    assert isinstance(record, ContactRecord)
    assert record.extra == {"Рост": "180"}


def test_what_a_contact_bought_last_is_kept_and_is_no_purchase(read_text: ReadText) -> None:
    reading = read_text("Клиент;Телефон;Дата последней покупки;Сумма покупок\nИван;89161234567;01.02.2026;500\n")
    (record,) = reading.records
    assert isinstance(record, ContactRecord)
    assert record.extra == {"Дата последней покупки": "01.02.2026", "Сумма покупок": "500"}
