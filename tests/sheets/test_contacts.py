from datetime import date

import pytest

from crmcli.errors import CrmError
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord, SheetReading
from tests.sheets.conftest import KEEPING, ReadRows, ReadText


def only(reading: SheetReading) -> ContactRecord:
    (record,) = reading.records
    assert isinstance(record, ContactRecord)
    return record


def test_every_field_finds_its_place_and_the_rest_is_kept(read_text: ReadText) -> None:
    record = only(
        read_text(
            "ID;Фамилия;Имя;Отчество;Компания;Должность;Телефон;Email;Город;Дата рождения;ИНН;Ответственный;Источник;"
            "Кто порекомендовал;Теги;Комментарий;Дата создания;Следующий контакт\n"
            "7;Петров;Пётр;Ильич;ООО «Юг»;Директор;8 916 123-45-67;P@Mail.RU;Омск;05.03.1980;5500000000;Анна;Авито;"
            'Олег;"vip, опт";Любит чай;01.02.2026;10.12.2026\n',
            options=KEEPING,
        )
    )
    assert (record.key, record.name, record.kind, record.company) == ("7", "Петров Пётр Ильич", "person", "ООО «Юг»")
    assert [(p.kind, p.value) for p in record.points] == [("phone", "+79161234567"), ("email", "p@mail.ru")]
    assert (record.city, record.birthday, record.tax_id) == ("Омск", date(1980, 3, 5), "5500000000")
    assert (record.owner, record.channel, record.referred_by) == ("Анна", "Авито", "Олег")
    assert (record.tags, record.note) == (("vip", "опт"), "Любит чай")
    assert (record.created_on, record.next_contact_on) == (date(2026, 2, 1), date(2026, 12, 10))
    assert record.extra == {"Должность": "Директор"}


def test_english_names_are_joined_in_their_own_order(read_text: ReadText) -> None:
    record = only(read_text("Last Name,First Name,Middle Name,Phone\nSmith,John,Q,+79161234567\n"))
    assert record.name == "John Q Smith"


def test_a_contact_with_only_a_phone_is_not_dropped(read_text: ReadText) -> None:
    record = only(read_text("Имя;Телефон\n;8 (916) 123-45-67\n"))
    assert (record.name, record.points[0].value) == (None, "+79161234567")


def test_a_company_without_a_person_is_the_contact(read_text: ReadText) -> None:
    record = only(read_text("Наименование;Телефон\nЮг;84951234567\n"))
    assert (record.name, record.kind, record.company) == ("Юг", "company", None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ООО «Ромашка»", "company"), ("ИП Иванов", "company"), ("Acme Ltd.", "company"), ("Иванов Ипполит", "person")],
)
def test_the_form_of_organisation_tells_a_company(read_text: ReadText, name: str, kind: str) -> None:
    assert only(read_text(f"Клиент;Телефон\n{name};84951234567\n")).kind == kind


def test_a_client_beside_a_contact_person_is_his_company(read_text: ReadText) -> None:
    record = only(read_text("Клиент;Контактное лицо;Телефон\nООО Юг;Пётр;84951234567\n"))
    assert (record.name, record.company) == ("Пётр", "ООО Юг")


def test_the_parts_of_an_address_become_one(read_text: ReadText) -> None:
    record = only(read_text("Имя;Индекс;Область;Город;Адрес\nИван;644000;Омская обл.;Омск;ул. Мира, 5\n"))
    assert record.points == (
        Point("address", "ул. Мира, 5, Омск, Омская обл., 644000", "ул. Мира, 5, Омск, Омская обл., 644000"),
    )
    assert record.extra == {}


def test_without_a_street_the_parts_of_the_address_are_kept_aside(read_text: ReadText) -> None:
    record = only(read_text("Имя;Страна;Город\nИван;Россия;Омск\n"))
    assert (record.city, record.extra) == ("Омск", {"Страна": "Россия"})


@pytest.mark.parametrize("birthday", ["--03-07", "7 марта", "весной"])
def test_a_birthday_without_a_year_or_in_words_costs_only_itself(read_text: ReadText, birthday: str) -> None:
    record = only(read_text(f"Имя;Телефон;Дата рождения\nИван;89161234567;{birthday}\n"))
    assert (record.birthday, record.extra) == (None, {"Дата рождения": birthday})


@pytest.mark.parametrize("birthday", ["31.02.1980", "#VALUE!", "01.01.3980", "3000000"])
def test_a_birthday_that_cannot_be_rejects_the_row(read_text: ReadText, birthday: str) -> None:
    reading = read_text(f"Имя;Телефон;Дата рождения\nИван;89161234567;{birthday}\n")
    assert [(one.where.row, one.column, one.value) for one in reading.rejections] == [(2, "C, Дата рождения", birthday)]


@pytest.mark.parametrize("birthday", ["0000-00-00", "00.00.0000"])
def test_a_birthday_of_zeros_is_none(read_text: ReadText, birthday: str) -> None:
    record = only(read_text(f"Имя;Телефон;Дата рождения\nИван;89161234567;{birthday}\n"))
    assert (record.birthday, record.extra) == (None, {})


def test_a_short_birth_year_is_in_the_past(read_text: ReadText) -> None:
    assert only(read_text("Имя;Телефон;Дата рождения\nИван;89161234567;05.03.45\n")).birthday == date(1945, 3, 5)


def test_repeated_headings_lose_nothing(read_text: ReadText) -> None:
    record = only(
        read_text("Имя;Телефон;Рост;Рост;Примечание;Примечание\nИван;89161234567;180;181;а;б\n", options=KEEPING)
    )
    assert (record.extra, record.note) == ({"Рост": "180; 181"}, "а\nб")


def test_a_row_that_names_nobody_is_rejected(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон;Город\n;;Омск\nИван;89161234567;Омск\n")
    assert [(r.where.row, r.reason.split(":")[0]) for r in reading.rejections] == [(2, "names nobody")]
    assert len(reading.records) == 1


def test_a_guarded_text_loses_just_the_guard(read_text: ReadText) -> None:
    record = only(read_text("Имя;Телефон;Комментарий\n'=1+1;'+7 916 123-45-67;'цитата'\n"))
    assert (record.name, record.points[0].raw, record.note) == ("=1+1", "+7 916 123-45-67", "'цитата'")


def test_google_labels_and_separators_are_understood(read_text: ReadText) -> None:
    record = only(
        read_text(
            "First Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value\n"
            "Ann,* myContacts ::: vip,* Work,a@b.ru ::: c@d.ru,Mobile,+7 916 123-45-67\n"
        )
    )
    assert record.tags == ("vip",)
    assert [(p.value, p.label) for p in record.points] == [
        ("+79161234567", "Mobile"),
        ("a@b.ru", "Work"),
        ("c@d.ru", "Work"),
    ]


def test_an_ambiguous_column_of_dates_stops_the_reading(read_text: ReadText) -> None:
    with pytest.raises(CrmError, match=r"C, Дата рождения.*03/04/1980"):
        read_text("Имя;Телефон;Дата рождения\nИван;89161234567;03/04/1980\n")


def test_numbers_and_truth_values_read_as_text(read_rows: ReadRows) -> None:
    record = only(read_rows([["ID", "Имя", "Рост", "Согласие"], [7.0, "Иван", 180.5, True]], KEEPING))
    assert (record.key, record.extra) == ("7", {"Рост": "180.5", "Согласие": "TRUE"})


def test_a_line_of_totals_is_nobody(read_text: ReadText) -> None:
    assert only(read_text("ФИО;Телефон\nАнна;+79161112233\nИтого;1\n")).name == "Анна"


def test_a_column_of_statuses_is_no_tag_and_no_stage(read_text: ReadText) -> None:
    reading = read_text("Имя;Телефон;Статус;Тип клиента\nИван;89161234567;Новый;Опт\n", options=KEEPING)
    assert only(reading).extra == {"Статус": "Новый", "Тип клиента": "Опт"}
    assert [column.meaning for column in reading.columns][2:] == ["custom field", "custom field"]


def test_an_owner_whom_nobody_knows_is_kept_as_he_is_written(read_text: ReadText) -> None:
    assert only(read_text("Имя;Телефон;Менеджер\nИван;89161234567;Анна Незнакомова\n")).owner == "Анна Незнакомова"


def test_names_behind_several_phones_and_mails_do_not_hide_them(read_text: ReadText) -> None:
    record = only(
        read_text(
            "Имя|Телефон|Email\n"
            "Юг|8 916 123-45-67 (Иван), 8 495 111-22-33 офис|Иван <a@example.com>; b@example.com (офис)\n"
        )
    )
    assert [point.value for point in record.points] == [
        "+79161234567",
        "+74951112233",
        "a@example.com",
        "b@example.com",
    ]


def test_what_our_own_exports_say_of_a_contact_is_taken_as_it_stands(read_text: ReadText) -> None:
    record = only(
        read_text(
            "Customer ID,Full name,Contact kind,Company,Company ID,Referrer ID,Tags,Archived on,Other IDs,"
            "Field: Size (EU)\n"
            'k-1,ООО Анна,person,Юг,k-2,k-3,"""*a; b""; c",2026-01-02,"shop:7:1; 12",44\n'
        )
    )
    assert (record.name, record.kind, record.company) == ("ООО Анна", "person", "Юг")
    assert (record.company_key, record.referrer_key, record.archived_on) == ("k-2", "k-3", date(2026, 1, 2))
    assert record.tags == ("*a; b", "c")
    assert record.other_keys == (("shop", "7:1"), ("", "12"))
    assert record.extra == {"Size (EU)": "44"}


def test_a_kind_of_contact_that_is_none_is_kept(read_text: ReadText) -> None:
    record = only(read_text("Имя;Телефон;Вид контакта\nАнна;89161234567;поставщик\n"))
    assert (record.kind, record.extra) == ("person", {"Вид контакта": "поставщик"})
