"""Touches through the program."""

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_employee, building
from tests.commands.conftest import Asked, Said, on_sqlite


@pytest.fixture
def anna(base: Base) -> None:
    with building(base) as writer:
        add_employee(writer, "Olga")
        add_contact(writer, "Anna")
        add_contact(writer, "Boris")


@pytest.mark.usefixtures("anna")
def test_a_touch_keeps_all_that_was_said_of_it(do: Said, ask: Asked) -> None:
    words = ["--direction", "in", "--outcome", "interested", "--on", "30.06.2026", "--at", "14:30", "--minutes", "40"]
    do("touch", "add", "Anna", "meeting", *words, "--rating", "4/5", "--text", "asked\nthe price", "--employee", "olga")
    row = ask("touch", "list")[0]
    assert row == {
        "id": 1,
        "happened_on": "2026-06-30",
        "happened_at": "14:30:00",
        "contact_id": 1,
        "contact": "Anna",
        "kind": "meeting",
        "direction": "in",
        "outcome": "interested",
        "minutes": 40,
        "rating": 0.8,
        "employee": "Olga",
        "deal_id": None,
        "text": "asked\nthe price",
    }


@pytest.mark.usefixtures("anna")
def test_a_touch_plans_the_next_one_and_says_when(do: Said, ask: Asked) -> None:
    assert "next on 2026-07-06" in do("touch", "add", "Anna", "call", "--next", "mon")
    assert ask("contact", "show", "Anna")["next_contact_on"] == "2026-07-06"


@pytest.mark.usefixtures("anna")
def test_a_touch_moves_the_only_open_deal_forward_and_never_back(do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea", "--opened", "2026-06-01")
    assert "the deal moved to Meeting" in do("touch", "add", "Anna", "meeting", "--on", "2026-06-02")
    assert "moved" not in do("touch", "add", "Anna", "call", "--on", "2026-06-03")
    deal = ask("deal", "show", "1")
    assert deal["stage"] == "Meeting"
    assert [(move["moved_on"], move["stage"]) for move in deal["moves"]] == [
        ("2026-06-01", "New lead"),
        ("2026-06-02", "Meeting"),
    ]


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize("outcome", ["no-answer", "cancelled"])
def test_a_touch_that_did_not_happen_moves_nothing(outcome: str, do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea")
    do("touch", "add", "Anna", "call", "--outcome", outcome)
    assert ask("deal", "show", "1")["stage"] == "New lead"


@pytest.mark.usefixtures("anna")
def test_of_several_open_deals_none_moves_and_the_touch_says_so_unless_it_names_one(do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea")
    do("deal", "add", "Anna", "Coffee")
    assert "2 open deals, none moved: --deal says which" in do("touch", "add", "Anna", "call")
    assert "open deals" not in do("touch", "add", "Anna", "email")
    assert "the deal moved to Call" in do("touch", "add", "Anna", "call", "--deal", "2")
    assert [row["stage"] for row in ask("deal", "list")] == ["Call", "New lead"]


@pytest.mark.usefixtures("anna")
def test_a_touch_is_not_about_a_deal_of_somebody_else(do: Said, ask: Asked, refused: Said) -> None:
    do("deal", "add", "Boris", "Tea")
    assert "deal 1 is of contact 2 Boris" in refused("touch", "add", "Anna", "call", "--deal", "1")
    assert "there is no deal 7" in refused("touch", "add", "Anna", "call", "--deal", "7")
    assert ask("touch", "list") == []


@on_sqlite
@pytest.mark.usefixtures("anna")
def test_a_touch_in_the_future_is_taken_and_remarked(do: Said) -> None:
    assert "2026-07-02 is in the future: --next plans a touch" in do("touch", "add", "Anna", "call", "--on", "tomorrow")


@on_sqlite
@pytest.mark.usefixtures("anna")
def test_a_touch_with_an_archived_contact_is_taken_and_remarked(do: Said) -> None:
    do("contact", "archive", "Anna")
    assert "archived: crmcli contact archive 1 --restore" in do("touch", "add", "1", "call")


@pytest.mark.usefixtures("anna")
def test_touches_are_listed_the_latest_first_and_narrowed(do: Said, ask: Asked) -> None:
    do("touch", "add", "Anna", "call", "--on", "2026-06-01")
    do("touch", "add", "Anna", "email", "--on", "2026-06-20", "--employee", "Olga")
    do("touch", "add", "Boris", "call", "--on", "2026-06-10")
    for words, ids in (
        ("", [2, 3, 1]),
        ("--contact Anna", [2, 1]),
        ("--employee olga", [2]),
        ("--kind call", [3, 1]),
        ("--from 2026-06-10", [2, 3]),
        ("--from 2026-06-02 --to 2026-06-10", [3]),
        ("--limit 1", [2]),
    ):
        assert [row["id"] for row in ask("touch", "list", *words.split())] == ids, words


@on_sqlite
@pytest.mark.usefixtures("anna")
def test_what_a_touch_cannot_be_is_wrong_usage_and_nothing_is_logged(refused: Said, ask: Asked) -> None:
    for words in (
        "telepathy",
        "call --direction up",
        "call --outcome great",
        "call --on someday",
        "call --at 25:00",
        "call --minutes -1",
        "call --minutes 99999999999999999999",
        "call --rating 6/5",
        "call --rating 1/0",
        "call --rating 0/0",
        "call --rating 4",
        "call --rating 4.5/4",
        "call --next 2026-02-30",
        "call --deal x",
        "call --deal 99999999999999999999",
    ):
        refused("touch", "add", "Anna", *words.split(), code=2)
    assert ask("touch", "list") == []
