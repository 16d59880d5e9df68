"""Contacts through the program."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_employee, add_sales, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run


def test_a_contact_added_with_a_phone_is_found_by_that_phone_however_it_is_written(do: Said, ask: Asked) -> None:
    do("contact", "add", "Анна Иванова", "--phone", "8 (912) 345-67-89")
    shown = ask("contact", "show", "+7 912 345 67 89")
    assert shown["name"] == "Анна Иванова"
    assert shown["phones"] == ["+79123456789"]


def test_a_contact_keeps_all_that_was_said_of_it(do: Said, ask: Asked) -> None:
    do("employee", "add", "Olga Petrova")
    do("channel", "add", "Trade fair")
    do("contact", "add", "Boris")
    words = ["--phone", "+79120000001", "--phone", "89120000002", "--email", "Anna@Example.com", "--owner", "olga"]
    words += ["--channel", "trade", "--referred-by", "Boris", "--birthday", "31.12.1990", "--city", "Казань"]
    words += ["--tax-id", "7701", "--note", "two\nlines", "--next", "+7d", "--tag", "vip", "--set", "size=XL"]
    do("contact", "add", "Anna", *words, "--company", "Blue Door")
    shown = ask("contact", "show", "Anna")
    expected = {
        "phones": ["+79120000001", "+79120000002"],
        "emails": ["anna@example.com"],
        "owner": "Olga Petrova",
        "channel": "Trade fair",
        "referred_by": "Boris",
        "birthday": "1990-12-31",
        "city": "Казань",
        "tax_id": "7701",
        "note": "two\nlines",
        "next_contact_on": "2026-07-08",
        "tags": ["vip"],
        "extra": {"size": "XL"},
        "company": "Blue Door",
        "state": "lead",
    }
    assert {key: shown[key] for key in expected} == expected


def test_a_new_company_is_made_once_and_named_by_its_people(do: Said, ask: Asked) -> None:
    do("contact", "add", "Ivan", "--company", "Blue Door")
    do("contact", "add", "Petr", "--company", "blue  door")
    companies = [row["name"] for row in ask("contact", "list") if row["kind"] == "company"]
    assert companies == ["Blue Door"]


def test_a_phone_that_cannot_be_read_is_kept_as_typed_and_marked(do: Said, ask: Asked) -> None:
    assert "12-34 kept as typed" in do("contact", "add", "Anna", "--phone", "12-34", "--email", "anna@example.com")
    points = ask("contact", "show", "Anna")["points"]
    assert [(point["raw"], point["value"], point["read"]) for point in points] == [
        ("12-34", None, False),
        ("anna@example.com", "anna@example.com", True),
    ]


@pytest.mark.parametrize("known", [("--phone", "8 912 345-67-89"), ("--email", "ANNA@example.com")])
def test_somebody_known_by_phone_or_email_is_named_and_not_added_again(
    known: tuple[str, str], do: Said, ask: Asked, refused: Said
) -> None:
    do("contact", "add", "Anna", "--phone", "+79123456789", "--email", "anna@example.com")
    assert "contact 1 Anna" in refused("contact", "add", "Anya", *known)
    assert len(ask("contact", "list")) == 1
    do("contact", "add", "Anya", *known, "--force")
    assert len(ask("contact", "list")) == 2


def test_who_is_known_but_archived_is_said_to_be(do: Said, refused: Said) -> None:
    do("contact", "add", "Anna", "--phone", "+79123456789")
    do("contact", "archive", "1")
    assert "contact 1 Anna (archived)" in refused("contact", "add", "Anya", "--phone", "+79123456789")


def test_an_empty_text_takes_a_value_away_and_the_others_stay(do: Said, ask: Asked) -> None:
    do("employee", "add", "Olga")
    do("contact", "add", "Anna", "--city", "Kazan", "--note", "x", "--owner", "Olga", "--set", "a=1", "--set", "b=2")
    do("contact", "edit", "Anna", "--note", "", "--owner", "", "--set", "a=")
    shown = ask("contact", "show", "Anna")
    assert (shown["city"], shown["note"], shown["owner"], shown["extra"]) == ("Kazan", None, None, {"b": "2"})


def test_an_empty_text_takes_a_date_away(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna", "--birthday", "1980-02-29", "--next", "2026-08-01")
    do("contact", "edit", "Anna", "--birthday", "", "--next", "")
    shown = ask("contact", "show", "Anna")
    assert (shown["birthday"], shown["next_contact_on"]) == (None, None)


def test_empty_texts_add_nothing_to_a_new_contact(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna", "--city", "", "--note", "", "--owner", "", "--channel", "", "--phone", "")
    shown = ask("contact", "show", "Anna")
    assert (shown["city"], shown["note"], shown["owner"], shown["points"]) == (None, None, None, [])


def test_phones_are_added_and_dropped_as_typed_or_in_their_normal_form(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna", "--phone", "89120000001")
    do("contact", "edit", "Anna", "--phone", "89120000002", "--email", "a@example.com")
    do("contact", "edit", "Anna", "--drop", "8 912 000-00-01", "--drop", "A@EXAMPLE.COM")
    shown = ask("contact", "show", "Anna")
    assert (shown["phones"], shown["emails"]) == (["+79120000002"], [])


def test_a_phone_that_the_contact_has_not_cannot_be_dropped_and_nothing_else_happens(
    do: Said, ask: Asked, refused: Said
) -> None:
    do("contact", "add", "Anna")
    assert "+79120000009" in refused("contact", "edit", "Anna", "--city", "Kazan", "--drop", "+79120000009")
    assert ask("contact", "show", "Anna")["city"] is None


def test_an_edit_that_names_nothing_to_change_is_wrong_usage(do: Said, refused: Said) -> None:
    do("contact", "add", "Anna")
    assert "say what to change" in refused("contact", "edit", "Anna", code=2)


def test_what_is_so_already_leaves_no_operation_to_take_back(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna", "--city", "Kazan", "--phone", "+79120000001", "--tag", "VIP")
    same = [
        ("contact", "edit", "1", "--city", "Kazan", "--name", "Anna", "--phone", "8 912 000 00 01", "--set", "x="),
        ("contact", "tag", "1", "vip"),
        ("contact", "tag", "1", "other", "--remove"),
        ("contact", "archive", "1", "--restore"),
    ]
    for words in same:
        said = do(*words)
        assert "Contact 1 Anna is" in said
        assert "undo" not in said
        assert ask(*words)["operation_id"] is None
    do("contact", "archive", "1")
    assert do("contact", "archive", "1") == "Contact 1 Anna is archived already."


def test_a_tag_is_met_in_any_case_and_kept_as_first_written(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna")
    assert "Опт" in do("contact", "tag", "Anna", "Опт", "vip")
    do("contact", "tag", "Anna", "опт")
    assert ask("contact", "show", "Anna")["tags"] == ["vip", "Опт"]
    assert [row["name"] for row in ask("contact", "list", "--tag", "ОПТ")] == ["Anna"]
    do("contact", "tag", "Anna", "ОПТ", "--remove")
    assert ask("contact", "show", "Anna")["tags"] == ["vip"]


def test_an_archived_contact_leaves_the_lists_and_comes_back(do: Said, ask: Asked, refused: Said) -> None:
    do("contact", "add", "Anna")
    do("contact", "archive", "Anna")
    assert ask("contact", "list") == []
    assert [row["name"] for row in ask("contact", "list", "--archived")] == ["Anna"]
    assert "archived: 1 Anna" in refused("contact", "show", "Ann")
    do("contact", "archive", "1", "--restore")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna"]


@pytest.fixture
def three(base: Base) -> None:
    with building(base) as writer:
        olga, boris, web = add_employee(writer, "Olga"), add_employee(writer, "Boris"), add_channel(writer, "Web")
        add_contact(writer, "Алёна Ёлкина", phones=["+79120000001"], owner_id=olga, city="КАЗАНЬ")
        add_contact(writer, "Ivan", emails=["Ivan.the.Great@example.com"], owner_id=boris, channel_id=web)
        petr = add_contact(writer, "Petr", city="Казань", next_contact_on=date(2026, 7, 5))
        add_sales(writer, petr, date(2026, 1, 1), date(2026, 1, 11))


NARROWED = [
    ("--search ЕЛКИНА", ["Алёна Ёлкина"]),
    ("--search 912-000", ["Алёна Ёлкина"]),
    ("--search GREAT@", ["Ivan"]),
    ("--owner olga", ["Алёна Ёлкина"]),
    ("--channel web", ["Ivan"]),
    ("--city казань", ["Petr", "Алёна Ёлкина"]),
    ("--city Nowhere", []),
    ("--state dormant", ["Petr"]),
    ("--state lead", ["Ivan", "Алёна Ёлкина"]),
    ("--state dormant --as-of 2026-01-10", []),
    ("--has-phone", ["Алёна Ёлкина"]),
    ("--no-phone", ["Ivan", "Petr"]),
    ("--next-by 2026-07-04", []),
    ("--next-by +1w", ["Petr"]),
    ("--limit 1", ["Ivan"]),
    ("", ["Ivan", "Petr", "Алёна Ёлкина"]),
]


@pytest.mark.usefixtures("three")
def test_a_list_is_narrowed_by_what_is_given(ask: Asked) -> None:
    for words, names in NARROWED:
        assert [row["name"] for row in ask("contact", "list", *words.split())] == names, words


def test_the_card_tells_the_rhythm_and_one_timeline(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna")
    for on in ("2026-03-01", "2026-04-01", "2026-05-01"):
        do("purchase", "add", "Anna", "1000", "--on", on)
    do("deal", "add", "Anna", "Tea", "--amount", "500", "--opened", "2026-06-01")
    do("touch", "add", "Anna", "call", "--on", "2026-06-02", "--text", "asked for the price")
    shown = ask("contact", "show", "Anna")
    assert (shown["state"], shown["period_days"], shown["silent_days"]) == ("due", 30, 61)
    assert (shown["revenue"], shown["yearly_value"]) == ("3000.00", "11967.21")
    assert [(event["event"], event["on"]) for event in shown["timeline"]] == [
        ("call", "2026-06-02"),
        ("deal", "2026-06-01"),
        ("sale", "2026-05-01"),
        ("sale", "2026-04-01"),
        ("sale", "2026-03-01"),
    ]
    assert "Buys every 30 days, silent for 61: due." in do("contact", "show", "Anna")
    assert ask("contact", "show", "Anna", "--as-of", "2026-04-15")["state"] == "active"


@on_sqlite
@pytest.mark.parametrize("name", ["", " ", "x" * 501, "a\x00b", "\udcff"])
def test_what_is_no_name_is_refused(name: str, refused: Said) -> None:
    refused("contact", "add", name, code=2)


@on_sqlite
def test_a_contact_is_not_its_own_company_or_referrer(do: Said, refused: Said) -> None:
    do("contact", "add", "Anna")
    assert "own" in refused("contact", "edit", "1", "--referred-by", "1")


@on_sqlite
def test_hostile_text_is_kept_and_shown_as_visible_marks(crm: Run, do: Said, ask: Asked) -> None:
    do("contact", "add", "\x1b[31mRed\x07 [bold]x[/bold]", "--note", "=cmd()")
    out = crm("contact", "show", "1").out
    assert "\x1b" not in out
    assert "[bold]x[/bold]" in out
    assert ask("contact", "show", "1")["name"] == "\x1b[31mRed\x07 [bold]x[/bold]"
