"""What a row fills: what is empty, and nothing else."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.actions import contact
from crmcli.base.opening import Base
from crmcli.schema import contact_points, contact_tags, contacts
from crmcli.values.points import Point
from tests.actions.importing.conftest import (
    Store,
    contact_named,
    counts,
    email,
    names,
    person,
    phone,
    points_of,
    refs_of,
    sale,
)
from tests.builders import add_contact, building, rows_of

HERS = phone("8 916 111-11-11")
WHOLE: dict[str, Any] = {
    "city": "Омск", "birthday": date(1980, 1, 2), "tax_id": "55", "owner": "Ольга", "channel": "Авито", "note": "Чай",
    "next_contact_on": date(2026, 12, 1), "company": "Юг", "extra": {"Рост": "180"}, "tags": ("VIP",),
}  # fmt: skip


def test_a_row_makes_a_contact_with_all_it_says(base: Base, store: Store) -> None:
    report = store(person("Анна", HERS, email("a@b.ru"), key="7", created_on=date(2025, 5, 5), **WHOLE))
    row = contact_named(base, "Анна")
    assert (row["city"], row["birthday"], row["tax_id"], row["note"]) == ("Омск", date(1980, 1, 2), "55", "Чай")
    assert (row["next_contact_on"], row["extra"]) == (date(2026, 12, 1), {"Рост": "180"})
    assert (row["created_at"].date(), row["kind"]) == (date(2025, 5, 5), "person")
    assert contact_named(base, "Юг")["kind"] == "company"
    assert row["company_id"] == contact_named(base, "Юг")["id"]
    assert (row["owner_id"], row["channel_id"]) == (1, 1)
    assert points_of(base, "Анна") == ["+79161111111", "a@b.ru"]
    assert refs_of(base, "contacts") == [("", "7")]
    assert (report.contacts_made, counts(report)) == (2, (1, 0, 0))


def test_empty_fields_are_filled_and_filled_ones_are_never_overwritten(base: Base, store: Store) -> None:
    store(person("Анна", HERS, city="Томск", extra={"Рост": "170"}, tags=("vip",)))
    other: dict[str, Any] = WHOLE | {"city": None, "extra": {"Рост": "180", "Вес": "60"}, "tags": ("VIP", "опт")}
    for tally in ((1, 1), (1, 0)):
        report = store(person("Анна", HERS, email("a@b.ru"), **other))
        assert (report.sheets["sheet"].matched, report.sheets["sheet"].updated) == tally
    row = contact_named(base, "Анна")
    assert (row["city"], row["tax_id"], row["note"]) == ("Томск", "55", "Чай")
    assert row["extra"] == {"Рост": "170", "Вес": "60"}
    assert [tag["tag"] for tag in rows_of(base, select(contact_tags.c.tag).order_by(contact_tags.c.id))] == [
        "vip",
        "опт",
    ]
    changed: dict[str, Any] = {
        "city": "Пермь",
        "birthday": date(1999, 9, 9),
        "note": "Кофе",
        "company": "Север",
        "tax_id": "77",
    }
    before = contact_named(base, "Анна")
    store(person("Анна", HERS, **changed))
    assert contact_named(base, "Анна") == before


def test_a_name_given_by_the_owner_is_kept(base: Base, store: Store) -> None:
    store(sale(person(key="17850")))
    with building(base) as writer:
        contact.edit(writer, 1, {"name": "Анна Петрова"}, {})
    store(person("Анна", key="17850"))
    assert names(base) == ["Анна Петрова"]


def test_points_are_added_behind_those_that_are_there(base: Base, store: Store) -> None:
    with building(base) as writer:
        add_contact(writer, "Анна", phones=["8 916 111-11-11"])
    store(person("Анна", HERS, phone("8 916 222-22-22"), phone("12-34-56")))
    p = contact_points.c
    assert [(row["raw"], row["position"]) for row in rows_of(base, select(p.raw, p.position).order_by(p.id))] == [
        ("8 916 111-11-11", 1),
        ("8 916 222-22-22", 2),
        ("12-34-56", 3),
    ]


def test_one_text_may_be_a_phone_and_a_messenger(base: Base, store: Store) -> None:
    store(person("Анна", HERS, Point("messenger", "+79161111111", "8 916 111-11-11")))
    assert points_of(base, "Анна") == ["+79161111111", "+79161111111"]
    store(sale(person(None, Point("messenger", "+79161111111", "89161111111"))))
    assert names(base) == ["Анна"]


def test_people_of_one_company_share_one_company(base: Base, store: Store) -> None:
    rows = [person("Анна", company="ООО Юг"), person("Пётр", company="ооо  юг"), person(company="ООО Юг")]
    report = store(*rows)
    assert report.contacts_made == 3
    companies = rows_of(base, select(contacts.c.name).where(contacts.c.kind == "company"))
    assert companies == [{"name": "ООО Юг"}]
    assert store(*rows).contacts_made == 0


def test_a_referrer_is_linked_wherever_he_stands_and_a_stranger_is_kept_as_text(base: Base, store: Store) -> None:
    with building(base) as writer:
        olga = add_contact(writer, "Ольга")
    for _ in range(2):
        store(
            person("Анна", referred_by="пётр"),
            person("Пётр", referred_by="Ольга"),
            person("Иван", referred_by="Никто"),
            person("Сам", referred_by="Сам"),
        )
    assert contact_named(base, "Анна")["referred_by_id"] == contact_named(base, "Пётр")["id"]
    assert contact_named(base, "Пётр")["referred_by_id"] == olga
    assert contact_named(base, "Иван")["extra"] == {"referred_by": "Никто"}
    assert contact_named(base, "Сам")["referred_by_id"] is None


def test_one_of_two_referrers_of_a_name_is_not_chosen_at_random(base: Base, store: Store) -> None:
    store(person("Пётр", city="Омск"), person("Пётр", city="Томск"), person("Анна", referred_by="Пётр"))
    row = contact_named(base, "Анна")
    assert (row["referred_by_id"], row["extra"]) == (None, {"referred_by": "Пётр"})


@pytest.mark.parametrize("owner", ["Ольга", "  ольга "])
def test_an_employee_is_found_in_any_case_and_made_once(base: Base, store: Store, owner: str) -> None:
    report = store(person("Анна", owner="Ольга"), person("Пётр", owner=owner))
    assert report.made["employees"] == ["Ольга"]


def test_the_owner_of_a_contact_who_has_one_is_not_made_for_nothing(base: Base, store: Store) -> None:
    store(person("Анна", HERS, owner="Ольга"))
    assert store(person("Анна", HERS, owner="Зоя")).made == {}
