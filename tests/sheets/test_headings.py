from pathlib import Path

import pytest

from crmcli.sheets.headings import currency_of, fold, is_heading, label_of, meaning_of

# Headings of HEADINGS.md that have no field of their own and go to a contact's custom fields.
CUSTOM = {
    "Должность", "Дополнительно об источнике", "Тип", "Тип клиента", "Тип контакта", "Статус", "Дата последней покупки",
    "Дата последнего заказа", "Скидка", "Долг", "Согласие", "Organization Title", "Job Title", "Job Position", "Title",
    "Lead Status", "Lifecycle Stage", "Last Activity Date",
}  # fmt: skip


def listed(section: str) -> list[str]:
    page = Path(__file__).parents[3] / "shared" / "HEADINGS.md"
    if not page.exists():
        pytest.skip(f"no list of headings at {page}")
    text = page.read_text("utf-8").split(f"**{section}.**")[1].split("\n\n")[0].replace("\n", " ")
    text = text.split("Google's cells")[0].split(" (with ")[0] + "," + text.split(" Email, ", 1)[-1]
    return [word.strip(" .") for word in text.split(",") if word.strip(" .")]


@pytest.mark.parametrize("section", ["Contacts, Russian", "Contacts, English"])
def test_every_listed_heading_of_contacts_is_known(section: str) -> None:
    words = [w for w in listed(section) if "(" not in w and ")" not in w and "`" not in w]
    assert [w for w in words if not meaning_of(w, "contacts") and w not in CUSTOM] == []


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("\ufeffФ.И.О.", "name"),
        ("ТЕЛЕФОН *:", "phone"),
        ("Рабочий  телефон\n(контакт)", "phone"),
        ("Tелефон", "phone"),
        ("Е-mail", "email"),
        ("utm_source", "channel"),
        ("FirstName", "first"),
        ("CompanyName", "company"),
        ("ContactName", "name"),
        ("HomePhone", "phone"),
        ("CustomerID", "customer key"),
        ("Phone 2 - Value", "phone"),
        ("E-mail 3 Address", "email"),
        ("Address 1 - Formatted", "address"),
        ("Телефон 2", "phone"),
        ("Название", "company"),
        ("Дата рождения", "birthday"),
        ("Заметка", "note"),
        ("Рост", ""),
    ],
)
def test_a_heading_of_contacts_is_known_however_it_is_written(heading: str, meaning: str) -> None:
    assert meaning_of(heading, "contacts") == meaning


def test_the_same_word_means_other_things_in_other_sheets() -> None:
    assert meaning_of("Наименование", "contacts") == "company"
    assert meaning_of("Наименование", "purchases") == "product"
    assert meaning_of("Сделка", "deals") == "title"
    assert meaning_of("Дата", "contacts") == "created on"
    assert meaning_of("Дата", "touches") == "date"
    assert meaning_of("InvoiceNo", "purchases") == "key"


def test_a_heading_may_name_its_currency() -> None:
    assert currency_of("Сумма, руб.") == "RUB"
    assert currency_of("Amount (USD)") == "USD"
    assert currency_of("Сумма") is None
    assert fold("Сумма, руб.") == fold("Бюджет руб.").replace("бюджет", "сумма") == "сумма"


@pytest.mark.parametrize(
    ("heading", "label"),
    [
        ("Рабочий телефон", "Рабочий"),
        ("Mobile Phone", "Mobile"),
        ("HomePhone", "Home"),
        ("Телефон", ""),
        ("Телефон 2", ""),
        ("Личный email", "Личный"),
        ("Контакт Telegram", "Telegram"),
        ("Phone 1 - Value", ""),
    ],
)
def test_the_label_of_a_point_is_what_its_heading_adds(heading: str, label: str) -> None:
    assert label_of(heading) == label


def test_a_name_or_a_number_is_no_heading() -> None:
    assert not is_heading("Иванов Пётр")
    assert not is_heading(5)
    assert not is_heading("89161234567")
