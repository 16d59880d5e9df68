"""Employees through the program."""

import pytest

from tests.commands.conftest import Asked, Said


@pytest.fixture
def two(do: Said) -> None:
    do("employee", "add", "Olga Petrova", "--email", "olga@example.com")
    do("employee", "add", "Timur", "--email", "")


@pytest.mark.usefixtures("two")
def test_employees_are_added_once(ask: Asked, refused: Said) -> None:
    assert "already" in refused("employee", "add", "olga petrova")
    assert ask("employee", "list") == [
        {"id": 1, "name": "Olga Petrova", "email": "olga@example.com", "active": True},
        {"id": 2, "name": "Timur", "email": None, "active": True},
    ]


@pytest.mark.usefixtures("two")
def test_a_handover_gives_what_is_open_and_leaves_the_history(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna", "--owner", "Olga")
    do("contact", "add", "Old", "--owner", "Olga")
    do("contact", "archive", "Old")
    do("contact", "add", "Ivan", "--owner", "Timur")
    do("deal", "add", "Anna", "Open", "--owner", "Olga")
    do("deal", "add", "Anna", "Done", "--owner", "Olga", "--stage", "Paid")
    do("purchase", "add", "Anna", "100")
    do("touch", "add", "Anna", "call", "--employee", "Olga", "--deal", "1")
    said = do("employee", "handover", "olga", "timur")
    assert said.startswith("Handed 1 contacts and 1 open deals over from Olga Petrova to Timur.")
    assert ask("contact", "show", "Anna")["owner"] == "Timur"
    assert ask("contact", "show", "2")["owner"] == "Olga Petrova"
    assert [(row["title"], row["owner"]) for row in ask("deal", "list")] == [
        ("Done", "Olga Petrova"),
        ("Open", "Timur"),
    ]
    assert ask("purchase", "list")[0]["owner"] == "Olga Petrova"
    assert ask("touch", "list")[0]["employee"] == "Olga Petrova"


@pytest.mark.usefixtures("two")
def test_a_handover_of_nothing_or_to_oneself_changes_nothing(do: Said, ask: Asked, refused: Said) -> None:
    assert "himself" in refused("employee", "handover", "Olga", "olga petrova")
    assert do("employee", "handover", "Olga", "Timur") == "Olga Petrova has no contacts or open deals to hand over."
    assert ask("employee", "handover", "Olga", "Timur")["operation_id"] is None
