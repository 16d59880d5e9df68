import pytest

from crmcli.sheets.people import kind_of
from crmcli.values.records import ContactRecord
from tests.sheets.conftest import ReadText


@pytest.mark.parametrize(
    ("headings", "row", "name", "company"),
    [
        ("ФИО;Компания;Телефон", "Иванов Иван;Юг;8", "Иванов Иван", "Юг"),
        ("Отчество;Имя;Фамилия", "Ильич;Пётр;Петров", "Петров Пётр Ильич", None),
        ("Клиент;Имя;Телефон", "ООО Юг;Пётр;8", "Пётр", "ООО Юг"),
        ("Клиент;Компания;Телефон", "Пётр;ООО Юг;8", "Пётр", "ООО Юг"),
        ("Nickname;Email", "bob;b@c.ru", "bob", None),
        ("Name;Given Name;Family Name;Email", "Ann Lee;Ann;Lee;a@b.ru", "Ann Lee", None),
        ("Контактное лицо;Клиент;Телефон", "ООО Юг;ООО Юг;8", "ООО Юг", None),
    ],
)
def test_who_is_the_contact_and_who_the_company(
    read_text: ReadText, headings: str, row: str, name: str, company: str | None
) -> None:
    (record,) = read_text(f"{headings}\n{row}\n").records
    assert isinstance(record, ContactRecord)
    assert (record.name, record.company) == (name, company)


def test_a_second_name_that_finds_no_place_is_kept(read_text: ReadText) -> None:
    (record,) = read_text("Name;Nickname;Email\nAnn Lee;annie;a@b.ru\n").records
    assert isinstance(record, ContactRecord)
    assert record.extra == {"Nickname": "annie"}


@pytest.mark.parametrize("name", ["Иппо Липа", "Ао Исида", "Инга Ооогова"])
def test_a_name_is_no_company_for_a_few_letters(name: str) -> None:
    assert kind_of(name) == ("company" if name.startswith("Ао ") else "person")


@pytest.mark.parametrize(
    "name",
    [
        "Иванов Иван Иванович",
        "Иван Иванов",
        "Ivanov, Ivan",
        "IVANOV IVAN",
        "г-н Иванов",
        "Mr. John Smith",
        "О’Хара Анна",
    ],
)
def test_a_name_is_kept_as_it_is_written(read_text: ReadText, name: str) -> None:
    (record,) = read_text(f"ФИО|Телефон\n{name}|89161234567\n").records
    assert isinstance(record, ContactRecord)
    assert (record.name, record.kind) == (name, "person")
