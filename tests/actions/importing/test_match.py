"""Who is who: two people never silently become one, and one does not become two where the sheet tells."""

from datetime import date

import pytest
from sqlalchemy import select

from crmcli.actions import contact
from crmcli.actions.importing.match import names_agree
from crmcli.base.opening import Base
from crmcli.schema import contacts, purchases
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from tests.actions.importing.conftest import (
    Store,
    contact_named,
    counts,
    email,
    names,
    person,
    phone,
    points_of,
    sale,
    sales_by_name,
)
from tests.builders import add_contact, building, rows_of

HERS, HIS = "8 916 111-11-11", "8 916 222-22-22"


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Анна Петрова", "ПЕТРОВА  Анна", True),
        ("Анна", "Анна Петрова", True),
        ("А. Петрова", "Анна Сергеевна Петрова", True),
        ("Семёнов Пётр", "Семенов Петр Ильич", True),
        ("ООО «Ромашка»", "Ромашка", True),
        ("Пётр Иванов", "Иван Иванов", False),
        ("Пётр Иванов", "Анна Иванова", False),
        ("И. Иванов", "П. Иванов", False),
        ("Александр Иванов", "Александра Иванова", False),
        ("ООО", "ОАО", False),
        ("ООО", "ооо", True),
    ],
)
def test_names_agree_where_nothing_in_one_contradicts_the_other(one: str, other: str, agree: bool) -> None:
    assert names_agree(one, other) is agree
    assert names_agree(other, one) is agree


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (person("Анна Петрова", key="7"), person(key="7")),
        (person("Анна Петрова", phone(HERS)), person("Петрова Анна", phone("+7 (916) 1111111"))),
        (person("Анна Петрова", phone(HERS)), person(None, phone(HERS))),
        (person("Анна Петрова", email("a@b.ru")), person("Анна", email("A@B.ru"))),
        (person("Анна Петрова"), person("анна  ПЕТРОВА")),
        (person("Алёна"), person("Алена")),
        (person("Анна", phone(HERS)), person("Анна", email("a@b.ru"))),
        (person("Анна", phone("23-45-67")), person("Анна", phone("23-45-67"))),
        (person(None, phone("23-45-67")), person(None, phone("23-45-67"))),
        (person(tax_id="5500000000", kind="company"), person(tax_id="5500000000")),
        (person("Юг", tax_id="5500000000", kind="company"), person(tax_id="5500000000")),
        (person("Анна", company="Юг"), person("Анна", company="ЮГ")),
        (person("Анна", phone(HERS), company="Юг"), person("Анна", phone(HIS), company="Юг")),
    ],
)
def test_one_customer_stays_one(base: Base, store: Store, known: ContactRecord, said: ContactRecord) -> None:
    store(known)
    before = names(base)
    store(sale(said))
    assert names(base) == before
    assert sales_by_name(base) == {before[0]: [100_00]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Пётр Иванов", phone(HERS)), person("Анна Иванова", phone(HERS))),
        (person("Пётр Иванов", phone(HERS)), person("Иван Иванов", phone(HERS))),
        (person("Анна", phone(HERS)), person("Анна", phone(HIS))),
        (person("Анна", phone(HERS), city="Москва"), person("Анна", phone(HIS), city="Москва")),
        (person("Анна", phone("23-45-67")), person("Анна", phone("34-56-78"))),
        (person("Анна", email("a@b.ru")), person("Анна", email("anna@b.ru"))),
        (person("Анна", city="Омск"), person("Анна", city="Томск")),
        (person("Анна", company="Юг"), person("Анна", company="Север")),
        (person("Анна", birthday=date(1980, 1, 1)), person("Анна", birthday=date(1990, 1, 1))),
        (person("Юг", tax_id="5500000000"), person("Юг", tax_id="7700000000")),
        (person("Анна", key="1"), person("Анна", key="2")),
        (person("Анна", phone(HERS), key="1"), person("Анна", phone(HERS), key="2")),
    ],
)
def test_two_people_stay_two_and_each_buys_for_himself(
    base: Base, store: Store, one: ContactRecord, other: ContactRecord
) -> None:
    for _ in range(2):
        report = store(sale(one, 1), sale(other, 2))
        assert report.rejections == []
    found = rows_of(base, select(contacts.c.id).where(contacts.c.kind == "person"))
    assert len(found) == 2
    assert sorted(amount for amounts in sales_by_name(base).values() for amount in amounts) == [1, 2]


def test_an_address_or_a_website_of_many_tells_nobody(base: Base, store: Store) -> None:
    office = Point("address", "омск, мира 5", "Омск, Мира 5")
    store(person("Анна Петрова", office), person("Анна", office))
    assert names(base) == ["Анна Петрова", "Анна"]


def test_another_address_does_not_make_another_customer(base: Base, store: Store) -> None:
    store(person("Анна", phone(HERS)), sale(person("Анна", Point("address", "мира 5", "Мира 5"))))
    assert sales_by_name(base) == {"Анна": [100_00]}
    assert points_of(base, "Анна") == ["+79161111111", "мира 5"]


@pytest.mark.parametrize(
    ("known", "said", "advice"),
    [
        ((person("Анна", phone(HERS)), person("Анна", phone(HIS))), person("Анна"), "2 contacts have this name"),
        ((person("Анна", phone(HERS)), person("Пётр", phone(HERS))), person(None, phone(HERS)), "a name would tell"),
        (
            (person("Пётр Иванов", phone(HERS)), person("Иван Иванов", phone(HERS))),
            person("Иванов", phone(HERS)),
            "the full name or a key",
        ),
        (
            (person("Юг", tax_id="55", city="Омск"), person("Юг", tax_id="55", city="Томск")),
            person(tax_id="55"),
            "2 contacts have the tax id 55",
        ),
    ],
)
def test_a_row_that_may_mean_several_is_refused_with_what_would_tell(
    base: Base, store: Store, known: tuple[ContactRecord, ...], said: ContactRecord, advice: str
) -> None:
    store(*known)
    for _ in range(2):
        report = store(sale(said))
        assert counts(report)[:2] == (0, 0)
        assert advice in report.rejections[0].reason
    assert len(names(base)) == 2
    assert sales_by_name(base) == {}


def test_of_two_of_one_name_the_one_of_that_company_or_city_is_meant(base: Base, store: Store) -> None:
    store(person("Анна", phone(HERS), city="Омск"), person("Анна", phone(HIS), city="Томск"))
    store(sale(person("Анна", city="Омск"), 7))
    rows = rows_of(base, select(contacts.c.city).join(purchases))
    assert [row["city"] for row in rows] == ["Омск"]


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (person("Анна Петрова", key="5"), person("Борис Крюков", key="5")),
        (person("Анна Петрова", key="5"), person("Анна Сидорова", key="5")),
        (person("Пётр Иванов", key="5"), person("Иван Иванов", key="5")),
        (person("Анна", key="5", company="Юг"), person("Борис", key="5", company="Юг")),
    ],
)
def test_a_key_that_is_another_persons_is_refused_with_advice(
    base: Base, store: Store, known: ContactRecord, said: ContactRecord
) -> None:
    store(known)
    before = names(base)
    report = store(sale(said))
    assert "--source" in report.rejections[0].reason
    assert "the key 5 is that of contact" in report.rejections[0].reason
    assert (names(base), sales_by_name(base)) == (before, {})
    assert counts(store(sale(said), source="shop")) == (1, 0, 0)
    assert counts(store(sale(said), source="shop")) == (0, 1, 0)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (person("Анна Петрва", key="5"), person("Анна Петрова", key="5")),
        (person("Анна Петрова", phone(HERS), key="5"), person("Анна Крюкова", phone(HERS), key="5")),
        (person("Анна", key="5", company="Юг"), person("ООО Юг", key="5")),
        (person("Юг", key="5", kind="company"), person("Анна", key="5", company="Юг")),
    ],
)
def test_a_key_holds_through_misspelling_marriage_and_a_company(
    base: Base, store: Store, known: ContactRecord, said: ContactRecord
) -> None:
    store(known)
    before = names(base)
    report = store(sale(said))
    assert (names(base), report.rejections) == (before, [])


def test_the_other_name_of_a_known_key_is_not_lost(base: Base, store: Store) -> None:
    store(person("Юг", key="5", kind="company"))
    store(person("Анна", phone(HERS), key="5", company="Юг"))
    assert contact_named(base, "Юг")["extra"] == {"also called": "Анна"}
    assert points_of(base, "Юг") == ["+79161111111"]


@pytest.mark.parametrize("first", [person(key="17850"), person(None, phone(HERS), key="17850")])
def test_a_customer_of_whom_only_the_key_or_phone_was_known_gets_his_name_later(
    base: Base, store: Store, first: ContactRecord
) -> None:
    store(sale(first))
    assert names(base)[0] in {"Customer 17850", HERS}
    report = store(person("Анна Петрова", key="17850"))
    assert sum(tally.updated for tally in report.sheets.values()) == 1
    assert sales_by_name(base) == {"Анна Петрова": [100_00]}
    store(sale(person("Анна Петрова"), 5))
    assert names(base) == ["Анна Петрова"]


def test_a_customer_known_by_his_phone_alone_gets_his_name_from_a_sheet_without_keys(base: Base, store: Store) -> None:
    store(sale(person(None, phone(HERS))))
    store(person("Анна Петрова", phone(HERS)))
    assert sales_by_name(base) == {"Анна Петрова": [100_00]}


def test_an_address_is_nobodys_name(base: Base, store: Store) -> None:
    store(sale(person(None, Point("address", "мира 5", "Мира 5"), key="8")))
    assert names(base) == ["Customer 8"]


def test_a_real_name_that_begins_with_customer_is_kept(base: Base, store: Store) -> None:
    store(person("Customer Care", key="8"))
    store(sale(person("Customer Cares", key="8")))
    assert names(base) == ["Customer Care"]


def test_an_archived_contact_is_not_made_anew_but_a_live_one_of_the_name_goes_first(base: Base, store: Store) -> None:
    store(sale(person("Анна"), 5))
    with building(base) as writer:
        contact.archive(writer, contact_named(base, "Анна")["id"], archived=True)
    assert counts(store(sale(person("Анна"), 5))) == (0, 1, 0)
    with building(base) as writer:
        add_contact(writer, "Анна")
    store(sale(person("Анна"), 6))
    live = select(contacts.c.id).where(contacts.c.archived_at.is_(None))
    assert len(rows_of(base, select(contacts.c.id))) == 2
    p = purchases.c
    assert [row["amount"] for row in rows_of(base, select(p.amount).where(p.contact_id.in_(live)))] == [6]


def test_two_with_one_phone_are_told_by_the_whole_name(base: Base, store: Store) -> None:
    store(person("Анна", phone(HERS)), person("Анна Петрова", email("a@b.ru")))
    store(sale(person("Анна", phone(HERS), email("a@b.ru")), 3))
    assert sales_by_name(base) == {"Анна": [3]}


def test_a_contact_that_may_be_one_of_several_is_stored_apart_once(base: Base, store: Store) -> None:
    store(person("Анна Петрова", phone(HERS)), person("Анна Сидорова", phone(HERS)))
    doubtful = person("Анна", phone(HERS), city="Омск")
    report = store(doubtful)
    assert (counts(report), report.apart) == ((1, 0, 0), 1)
    report = store(doubtful)
    assert (counts(report), report.apart) == ((0, 1, 0), 0)
    assert names(base) == ["Анна Петрова", "Анна Сидорова", "Анна"]


@pytest.mark.parametrize("nobodys", [phone("8 999 999-99-99"), phone("8 900 000-00-00"), email("noreply@example.com")])
def test_a_phone_or_mail_that_is_nobodys_makes_nobody_one(base: Base, store: Store, nobodys: Point) -> None:
    rows = [person("Анна Петрова", nobodys), person("Анна", nobodys), person("Анна Сидорова", nobodys)]
    assert counts(store(*rows)) == (3, 0, 0)
    assert counts(store(*rows)) == (0, 3, 0)


def test_sales_under_nobodys_phone_alone_are_one_unknowns_and_stored_once(base: Base, store: Store) -> None:
    store(person("Анна", phone("8 999 999-99-99")))
    sales = [sale(person(None, phone("8 999 999-99-99")), 1), sale(person(None, phone("8 999 999-99-99")), 2)]
    assert counts(store(*sales)) == (2, 0, 0)
    assert counts(store(*sales)) == (0, 2, 0)
    assert sales_by_name(base) == {"8 999 999-99-99": [1, 2]}


def test_a_phone_of_very_many_names_tells_nobody(base: Base, store: Store) -> None:
    office = phone("8 495 000-00-01")
    people = [person(name, office) for name in ("Анна", "Пётр", "Олег", "Зоя", "Иван")]
    store(*people)
    assert counts(store(person("Анна Петрова", office), person("Пётр", office))) == (1, 1, 0)
