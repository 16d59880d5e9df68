"""Channels through the program."""

from tests.commands.conftest import Asked, Said


def test_channels_are_added_once_and_listed_by_name(do: Said, ask: Asked, refused: Said) -> None:
    do("channel", "add", "Web")
    do("channel", "add", " Trade   fair ")
    assert "already, with id 1" in refused("channel", "add", "WEB")
    assert ask("channel", "list") == [
        {"id": 2, "name": "Trade fair", "acquisition_cost": None},
        {"id": 1, "name": "Web", "acquisition_cost": None},
    ]
    assert do("channel", "list", "--limit", "1", "--format", "ids") == "2"


def test_an_empty_list_says_so(do: Said, ask: Asked) -> None:
    assert do("channel", "list") == "No channel yet."
    assert ask("channel", "list") == []


def test_what_winning_a_customer_costs_is_said_changed_and_taken_back(do: Said, ask: Asked) -> None:
    def costs() -> list[str]:
        return [row["acquisition_cost"] for row in ask("channel", "list")]

    do("channel", "add", "Web", "--cost", "1 500,50")
    assert costs() == ["1500.50"]
    assert do("channel", "edit", "web", "--cost", "0").startswith("A customer of channel 1 Web costs 0 now.")
    assert costs() == ["0.00"]
    assert do("channel", "edit", "Web", "--cost", "0") == "A customer of channel 1 Web costs 0 already."
    do("undo", "--yes")
    assert costs() == ["1500.50"]


def test_a_channel_is_edited_by_a_name_there_is_and_a_cost(do: Said, refused: Said) -> None:
    do("channel", "add", "Web")
    assert "there is no channel 'Fair'; there are Web" in refused("channel", "edit", "Fair", "--cost", "5")
    assert "--cost" in refused("channel", "edit", "Web", code=2)


def test_another_currency_would_change_what_a_customer_costs(do: Said, refused: Said) -> None:
    do("channel", "add", "Web", "--cost", "5")
    assert "amounts in RUB" in refused("config", "set", "currency", "USD")
