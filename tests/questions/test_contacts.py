"""Which contacts there are: searched, filtered, and meant by what was typed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest

from crmcli.actions.contact import company_named
from crmcli.base.opening import Base
from crmcli.questions.contacts import (
    ContactFilter,
    contact_count,
    contact_list,
    contact_record,
    contacts_meant_by,
    contacts_reached_at,
    known_cities,
    known_tags,
)
from crmcli.questions.rhythm import AsOf
from tests.builders import add_channel, add_contact, add_employee, add_sales, building, rows_of
from tests.questions import naive
from tests.questions.world import TODAY, a_world, store

NOW = AsOf(TODAY)
PEOPLE: Mapping[str, dict[str, Any]] = {
    "Алёна Королёва": {"phones": ["8 (912) 345-67-89"], "emails": ["Alyona@Mail.RU"]},
    "Иван Петров": {"phones": ["+7 495 123-45-67", "доб. 12"], "emails": ["ёлка@почта.рф"]},
    "100% Coffee_House": {"kind": "company", "phones": ["+1 650 253 0000"]},
    "O'Brien / Sons": {"kind": "company", "emails": ["o_brien@example.com"]},
    "Straße 7701234567": {"kind": "company"},
}

SEARCHES = {
    "АЛЕНА": ["Алёна Королёва"],
    "алёна": ["Алёна Королёва"],
    "рОЛЁв": ["Алёна Королёва"],
    "  иван   петров ": ["Иван Петров"],
    "coffee": ["100% Coffee_House"],
    "STRASSE": ["Straße 7701234567"],
    "100%": ["100% Coffee_House"],
    "0%c": [],  # % is no wildcard
    "0%": [],  # of one or two letters: what a word begins with
    "00%": ["100% Coffee_House"],
    "e_H": ["100% Coffee_House"],
    "/": ["O'Brien / Sons"],
    "o'b": ["O'Brien / Sons"],
    "MAIL.ru": ["Алёна Королёва"],
    "ЁЛКА@Почта": ["Иван Петров"],
    "o_brien@": ["O'Brien / Sons"],
    "o%brien": [],
    "+7 912 345": ["Алёна Королёва"],
    "912-345": ["Алёна Королёва"],
    "8 912 345 67 89": ["Алёна Королёва"],
    "8 (912) 34": ["Алёна Королёва"],
    "8": [],  # not every number of Russia
    "доб. 12": ["Иван Петров"],
    "nobody": [],
}
MEANT = {
    "1": ["Алёна Королёва"],
    " 2 ": ["Иван Петров"],
    "99": [],
    "8 912 345-67-89": ["Алёна Королёва"],
    "+79123456789": ["Алёна Королёва"],
    "9123456789": ["Алёна Королёва"],
    "ALYONA@mail.ru": ["Алёна Королёва"],
    "alyona@": [],  # an e-mail is meant whole
    "королева": ["Алёна Королёва"],
    "ИВАН": ["Иван Петров"],
    "о": ["Алёна Королёва", "Иван Петров"],
    "100%": ["100% Coffee_House"],
    "p%t": [],
    "straße 7701234567": ["Straße 7701234567"],
    "+7 999 999-99-99": [],
    "+7": [],
    "+": [],
    "0000000000": [],
    "": [],
    "  ": [],
}


def with_people(base: Base) -> None:
    with building(base) as writer:
        for name, fields in PEOPLE.items():
            add_contact(writer, name, **fields)


def names(base: Base, wanted: ContactFilter, at: AsOf = NOW) -> list[str]:
    """Who is listed, and as many are counted."""
    found = [row["name"] for row in rows_of(base, contact_list(at, wanted))]
    counted = contact_count(wanted)
    assert counted is None or [*rows_of(base, counted)[0].values()] == [len(found)]
    return found


def meant(base: Base, text: str, country: str = "RU") -> list[str]:
    return [row["name"] for row in rows_of(base, contacts_meant_by(text, country))]


def test_search_finds_part_of_a_name_phone_or_email_as_it_stands(base: Base) -> None:
    with_people(base)
    assert {text: names(base, ContactFilter(text=text)) for text in SEARCHES} == SEARCHES


def test_without_a_filter_all_are_listed_by_name_but_the_archived(base: Base) -> None:
    with building(base) as writer:
        for name in ("яна", "Ёжик", "Егор", "Zoe", "anna"):
            add_contact(writer, name)
        add_contact(writer, "Gone", archived=True)
    assert names(base, ContactFilter()) == ["anna", "Zoe", "Егор", "Ёжик", "яна"]
    assert names(base, ContactFilter(archived=True)) == ["Gone"]


def test_those_in_the_trash_are_neither_listed_nor_counted(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna")
        add_contact(writer, "Annette", deleted_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the base keeps UTC
    assert names(base, ContactFilter()) == names(base, ContactFilter(text="ann")) == ["Anna"]


def test_every_filter_narrows_and_together_they_narrow_more(base: Base) -> None:
    with building(base) as writer:
        olga, ads = add_employee(writer, "Olga"), add_channel(writer, "Ads")
        add_contact(writer, "A", owner_id=olga, city="Казань", tags=["vip"], phones=["+79123456789"])
        add_contact(writer, "B", owner_id=olga, channel_id=ads, next_contact_on=TODAY, phones=["доб. 12"])
        add_contact(writer, "C", channel_id=ads, city="казань", tags=["VIP", "old"], emails=["c@x.ru"])
        add_contact(writer, "D", next_contact_on=date(2026, 3, 2))
    assert names(base, ContactFilter(owner_id=olga)) == ["A", "B"]
    assert names(base, ContactFilter(channel_id=ads)) == ["B", "C"]
    assert names(base, ContactFilter(owner_id=olga, channel_id=ads)) == ["B"]
    assert names(base, ContactFilter(tags=("vip", "VIP"))) == ["A", "C"]
    assert names(base, ContactFilter(tags=())) == []
    assert names(base, ContactFilter(cities=("Казань",))) == ["A"]
    assert names(base, ContactFilter(has_phone=True)) == ["A", "B"]
    assert names(base, ContactFilter(has_phone=False)) == ["C", "D"]
    assert names(base, ContactFilter(next_by=TODAY)) == ["B"]
    assert sorted(row["city"] for row in rows_of(base, known_cities())) == ["Казань", "казань"]
    assert sorted(row["tag"] for row in rows_of(base, known_tags())) == ["VIP", "old", "vip"]


@pytest.mark.parametrize("states", [("lead",), ("active", "due"), ("dormant",)])
def test_contacts_are_listed_by_their_state_as_of_a_day(base: Base, states: tuple[str, ...]) -> None:
    world = a_world(71, contacts=60)
    store(world, base)
    at = AsOf(date(2025, 6, 1))
    found = naive.states(world, at)
    rows = rows_of(base, contact_list(at, ContactFilter(states=states)))
    wanted = [c for c in world.contacts if c["id"] in found and found[c["id"]]["state"] in states]
    wanted = [c for c in wanted if not c["archived_at"]]
    assert {row["id"] for row in rows} == {contact["id"] for contact in wanted}
    for row in rows:
        same = found[row["id"]]
        assert row["yearly_value"] == same["value"]
        for key in ("state", "silent_days", "period_days", "period_source", "purchase_days", "revenue", "refunds"):
            assert row[key] == same[key]


def test_a_record_says_all_about_a_contact_archived_or_not(base: Base) -> None:
    with building(base) as writer:
        referrer = add_contact(writer, "Vera")
        anna = add_contact(
            writer,
            "Anna",
            phones=["+79123456789"],
            emails=["a@x.ru", "B@x.ru"],
            tags=["vip", "old"],
            archived=True,
            company_id=company_named(writer, "Blue Door"),
            referred_by_id=referrer,
            owner_id=add_employee(writer, "Olga"),
            channel_id=add_channel(writer, "Ads"),
            extra={"size": "XL"},
            next_contact_on=TODAY,
            birthday=date(1990, 2, 3),
            city="Казань",
            tax_id="7701",
            note="звонить вечером",
        )
        add_sales(writer, anna, date(2026, 1, 1), date(2026, 1, 31))
    assert rows_of(base, contact_record(NOW, anna)) == [
        {
            "id": anna,
            "name": "Anna",
            "kind": "person",
            "company": "Blue Door",
            "phones": "+79123456789",
            "emails": "a@x.ru\nb@x.ru",
            "city": "Казань",
            "owner": "Olga",
            "channel": "Ads",
            "tags": "old\nvip",
            "state": "active",
            "last_purchase_on": date(2026, 1, 31),
            "silent_days": 29,
            "period_days": 30,
            "period_source": "own",
            "purchase_days": 2,
            "revenue": 200_00,
            "refunds": 0,
            "yearly_value": naive.half_up(200_00 * 365, 2 * 30),
            "last_touch_on": None,
            "next_contact_on": TODAY,
            "external_ref": None,
            "referred_by": "Vera",
            "birthday": date(1990, 2, 3),
            "tax_id": "7701",
            "note": "звонить вечером",
            "extra": {"size": "XL"},
            "archived": True,
        }
    ]


def test_a_contact_is_meant_by_id_phone_email_or_part_of_a_name(base: Base) -> None:
    with_people(base)
    assert {text: meant(base, text) for text in MEANT} == MEANT


def test_who_has_the_whole_name_is_meant_alone(base: Base) -> None:
    with building(base) as writer:
        for name in ("Анна", "Анна Иванова", "Марианна"):
            add_contact(writer, name)
    assert meant(base, "анна") == ["Анна"]
    assert meant(base, "анн") == ["Анна", "Анна Иванова", "Марианна"]


def test_the_archived_are_meant_by_their_id_alone(base: Base) -> None:
    with building(base) as writer:
        gone = add_contact(writer, "Anna", phones=["+79123456789"], emails=["a@x.ru"], archived=True)
        add_contact(writer, "Anna Two")
    assert meant(base, str(gone)) == ["Anna"]
    assert meant(base, "Anna") == ["Anna Two"]
    assert meant(base, "+79123456789") == meant(base, "a@x.ru") == []


def test_a_phone_of_two_means_both(base: Base) -> None:
    with building(base) as writer:
        for name in ("Anna", "Boris"):
            add_contact(writer, name, phones=["+79123456789"])
    assert meant(base, "89123456789") == ["Anna", "Boris"]


def test_a_phone_is_dialled_in_the_country_of_the_base(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna", phones=["+49 30 901820"])
    assert meant(base, "030 90 18 20 0", "DE") == []
    assert meant(base, "+49 30 90 18 20", "DE") == ["Anna"]


def test_a_phone_kept_as_typed_is_meant_by_what_was_typed(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna", phones=["00000 00000 7"])
        add_contact(writer, "Boris", phones=["11111 11111 1"])
    assert meant(base, "00000 00000 7") == ["Anna"]
    assert meant(base, "00000 00000 8") == []


def test_who_has_one_of_the_phones_or_emails_already(base: Base) -> None:
    with_people(base)
    found = rows_of(base, contacts_reached_at(["+79123456789", "o_brien@example.com", "nobody@x.ru"]))
    assert found == [
        {"id": 1, "name": "Алёна Королёва", "value": "+79123456789", "deleted_at": None},
        {"id": 4, "name": "O'Brien / Sons", "value": "o_brien@example.com", "deleted_at": None},
    ]
