"""Deals through the program."""

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_employee, building
from tests.commands.conftest import Asked, Said, on_sqlite


@pytest.fixture
def anna(base: Base) -> None:
    with building(base) as writer:
        olga = add_employee(writer, "Olga")
        add_employee(writer, "Boris")
        add_contact(writer, "Anna", owner_id=olga)


@pytest.mark.usefixtures("anna")
def test_a_deal_keeps_all_that_was_said_of_it_and_starts_in_the_first_stage(do: Said, ask: Asked) -> None:
    do("channel", "add", "Web")
    do("product", "add", "Tea")
    words = ["--amount", "12k", "--channel", "Web", "--product", "Tea", "--opened", "-3d", "--expected", "+30d"]
    do("deal", "add", "Anna", "Two  grinders", *words)
    shown = ask("deal", "show", "1")
    expected = {
        "id": 1,
        "title": "Two grinders",
        "contact_id": 1,
        "contact": "Anna",
        "stage": "New lead",
        "state": "open",
        "amount": "12000.00",
        "owner": "Olga",
        "channel": "Web",
        "product": "Tea",
        "opened_on": "2026-06-28",
        "expected_on": "2026-07-31",
        "closed_on": None,
        "lost_reason": None,
    }
    assert {key: shown[key] for key in expected} == expected


@pytest.mark.usefixtures("anna")
def test_a_deal_of_nobody_known_yet_has_no_contact(do: Said, ask: Asked) -> None:
    do("deal", "add", "-", "A call from the street", "--stage", "interested", "--owner", "Boris")
    shown = ask("deal", "show", "1")
    assert (shown["contact_id"], shown["stage"], shown["owner"]) == (None, "Interested", "Boris")


@pytest.mark.usefixtures("anna")
def test_a_deal_that_is_won_names_the_command_that_records_its_money_and_that_works(do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea", "--amount", "1 200,50", "--opened", "-1w")
    said = do("deal", "move", "1", "Paid", "--on", "yesterday")
    recording = said.partition("crmcli ")[2].partition(".  ")[0].partition(". (")[0]
    assert recording == "purchase add 1 1200.50 --deal 1"
    do(*recording.split())
    assert ask("purchase", "list")[0]["deal_id"] == 1
    shown = ask("deal", "show", "1")
    assert (shown["state"], shown["closed_on"]) == ("won", "2026-06-30")


@pytest.mark.usefixtures("anna")
def test_a_lost_deal_keeps_its_reason_until_it_is_open_again(do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea", "--opened", "2026-06-01")
    do("deal", "move", "1", "lost", "--reason", "too dear", "--on", "2026-06-10")
    assert ask("deal", "show", "1")["lost_reason"] == "too dear"
    do("deal", "move", "1", "Lost", "--reason", "no need")
    shown = ask("deal", "show", "1")
    assert (shown["lost_reason"], shown["closed_on"], len(shown["moves"])) == ("no need", "2026-06-10", 2)
    do("deal", "move", "1", "Proposal")
    shown = ask("deal", "show", "1")
    assert (shown["lost_reason"], shown["closed_on"]) == (None, None)


@pytest.mark.usefixtures("anna")
def test_a_deal_that_is_there_already_does_not_move(do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea")
    assert do("deal", "move", "1", "New lead") == "Deal 1 Tea is in New lead already."
    assert len(ask("deal", "show", "1")["moves"]) == 1


@pytest.mark.usefixtures("anna")
def test_a_deal_does_not_move_where_it_cannot(do: Said, ask: Asked, refused: Said) -> None:
    do("deal", "add", "Anna", "Tea", "--opened", "2026-06-01")
    assert "cannot move before" in refused("deal", "move", "1", "Call", "--on", "2026-05-31")
    assert "why a deal was lost" in refused("deal", "move", "1", "Call", "--reason", "x")
    assert "there is no deal 2" in refused("deal", "move", "2", "Call")
    assert "there is no deal 2" in refused("deal", "show", "2")
    assert ask("deal", "show", "1")["stage"] == "New lead"


@on_sqlite
@pytest.mark.usefixtures("anna")
def test_a_deal_with_an_archived_contact_is_taken_and_remarked(do: Said) -> None:
    do("contact", "archive", "Anna")
    assert "archived: crmcli contact archive 1 --restore" in do("deal", "add", "1", "Tea")


@pytest.mark.usefixtures("anna")
def test_deals_are_listed_the_latest_opened_first_and_narrowed(do: Said, ask: Asked) -> None:
    do("contact", "add", "Ivan")
    do("deal", "add", "Anna", "A", "--opened", "2026-06-01")
    do("deal", "add", "Ivan", "B", "--opened", "2026-06-20", "--owner", "Boris", "--stage", "Proposal")
    do("deal", "add", "Anna", "C", "--opened", "2026-06-10", "--stage", "Paid")
    do("deal", "add", "Anna", "D", "--opened", "2026-06-05", "--stage", "Lost")
    for words, titles in (
        ("", "BCDA"),
        ("--contact Anna", "CDA"),
        ("--owner boris", "B"),
        ("--stage proposal", "B"),
        ("--state open", "BA"),
        ("--state won", "C"),
        ("--state lost", "D"),
        ("--from 2026-06-05 --to 2026-06-10", "CD"),
        ("--limit 2", "BC"),
    ):
        assert "".join(row["title"] for row in ask("deal", "list", *words.split())) == titles, words
