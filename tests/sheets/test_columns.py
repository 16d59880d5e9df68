import pickle
from dataclasses import replace
from datetime import date

import pytest

from crmcli.errors import AmbiguousDates, Wrong
from crmcli.values.records import ContactRecord, DealRecord, PurchaseRecord, SheetReading
from tests.sheets.conftest import OPTIONS, ReadRows, ReadText

BOTH = "Дата;Клиент;Сумма\n03/04/2026;Иван;5\n"


def days(reading: SheetReading) -> list[date]:
    return [record.purchased_on for record in reading.records if isinstance(record, PurchaseRecord)]


def test_dates_that_read_two_ways_are_told_with_what_to_do(read_text: ReadText) -> None:
    with pytest.raises(AmbiguousDates) as raised:
        read_text(BOTH)
    error = raised.value
    assert (error.sheet, error.column, error.example) == ("sheet", "A, Дата", "03/04/2026")
    assert "--dates day-first or --dates month-first" in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # it crosses from a child process


@pytest.mark.parametrize(("day_first", "day"), [(True, date(2026, 4, 3)), (False, date(2026, 3, 4))])
def test_the_users_word_settles_them(read_text: ReadText, *, day_first: bool, day: date) -> None:
    assert days(read_text(BOTH, options=replace(OPTIONS, day_first=day_first))) == [day]


def test_a_column_that_tells_by_itself_needs_no_word(read_text: ReadText) -> None:
    reading = read_text(BOTH + "04/13/2026;Иван;5\n", options=replace(OPTIONS, day_first=True))
    assert days(reading) == [date(2026, 3, 4), date(2026, 4, 13)]


def test_another_column_of_the_same_sheet_may_tell(read_text: ReadText) -> None:
    text = "Сделка;Этап;Дата создания;Дата закрытия\nКухня;Новая;03/04/2026;20/04/2026\n"
    (record,) = read_text(text).records
    assert isinstance(record, DealRecord)
    assert record.opened_on == date(2026, 4, 3)


def test_a_column_with_another_sign_tells_nothing(read_text: ReadText) -> None:
    with pytest.raises(AmbiguousDates, match="03/04/2026"):
        read_text("Сделка;Этап;Дата создания;Дата закрытия\nКухня;Новая;03/04/2026;20-04-2026\n")


def test_columns_that_disagree_tell_nothing_of_a_third(read_text: ReadText) -> None:
    with pytest.raises(AmbiguousDates, match="01/02/2026"):
        read_text(
            "Сделка;Этап;Дата создания;Дата закрытия;Ожидаемая дата закрытия\n"
            "Кухня;Новая;03/14/2026;20/04/2026;01/02/2026\n"
        )


def test_dates_in_order_under_one_reading_tell_nothing(read_text: ReadText) -> None:
    rows = "".join(f"0{month}/01/2026;Иван;5\n" for month in range(2, 8))
    with pytest.raises(AmbiguousDates, match="02/01/2026"):
        read_text("Дата;Клиент;Сумма\n" + rows)


def test_a_column_in_both_orders_is_never_guessed_and_a_word_rejects_what_does_not_fit(read_text: ReadText) -> None:
    text = "Дата;Клиент;Сумма\n13/04/2026;Иван;5\n04/14/2026;Иван;5\n"
    with pytest.raises(AmbiguousDates, match="13/04/2026 beside 04/14/2026"):
        read_text(text)
    reading = read_text(text, options=replace(OPTIONS, day_first=True))
    assert days(reading) == [date(2026, 4, 13)]
    assert [rejection.value for rejection in reading.rejections] == ["04/14/2026"]


def test_a_default_stands_where_a_row_or_its_sheet_has_nothing(read_text: ReadText) -> None:
    options = replace(OPTIONS, defaults={"owner": "Анна", "channel": "Сайт", "city": "Омск"})
    found = read_text("Имя;Телефон;Город\nИван;89161234567;\nОлег;89161234568;Тула\n", options=options).records
    assert [(r.owner, r.channel, r.city) for r in found if isinstance(r, ContactRecord)] == [
        ("Анна", "Сайт", "Омск"),
        ("Анна", "Сайт", "Тула"),
    ]


def test_a_default_company_is_that_of_every_contact(read_text: ReadText) -> None:
    options = replace(OPTIONS, defaults={"company": "ООО Юг"})
    (record,) = read_text("Имя;Телефон\nИван;89161234567\n", options=options).records
    assert isinstance(record, ContactRecord)
    assert (record.name, record.company) == ("Иван", "ООО Юг")


def test_a_default_date_makes_sales_of_amounts(read_text: ReadText) -> None:
    text = "Клиент;Сумма покупки\nИван;5\n"
    assert read_text(text).kind == "contacts"
    assert days(read_text(text, options=replace(OPTIONS, defaults={"date": "2024-01-01"}))) == [date(2024, 1, 1)]


def test_a_default_that_reads_two_ways_is_told_by_its_name(read_text: ReadText) -> None:
    with pytest.raises(AmbiguousDates, match="--default date"):
        read_text("Клиент;Сумма\nИван;5\n", options=replace(OPTIONS, defaults={"date": "03/04/2026"}))


def test_a_default_that_cannot_be_read_rejects_by_its_name(read_text: ReadText) -> None:
    reading = read_text("Клиент;Сумма\nИван;5\n", options=replace(OPTIONS, defaults={"date": "весной"}))
    assert [(r.column, r.value) for r in reading.rejections] == [("--default date", "весной")]


def test_a_default_for_no_field_is_refused(read_text: ReadText) -> None:
    with pytest.raises(Wrong, match="no field 'mood'"):
        read_text("Клиент;Телефон\nИван;89161234567\n", options=replace(OPTIONS, defaults={"mood": "good"}))


def test_real_dates_beside_serial_numbers_and_texts_are_one_column(read_rows: ReadRows) -> None:
    cells: list[object] = [date(2023, 10, 18), 45217, "45217", "18.10.2023", "18 октября 2023 г."]
    reading = read_rows([["Дата", "Клиент", "Сумма"], *([cell, "Иван", 5] for cell in cells)])
    assert days(reading) == [date(2023, 10, 18)] * 5
