"""Channels through the program."""

from tests.commands.conftest import Asked, Said


def test_channels_are_added_once_and_listed_by_name(do: Said, ask: Asked, refused: Said) -> None:
    do("channel", "add", "Web")
    do("channel", "add", " Trade   fair ")
    assert "already, with id 1" in refused("channel", "add", "WEB")
    assert ask("channel", "list") == [{"id": 2, "name": "Trade fair"}, {"id": 1, "name": "Web"}]
    assert do("channel", "list", "--limit", "1", "--format", "ids") == "2"


def test_an_empty_list_says_so(do: Said, ask: Asked) -> None:
    assert do("channel", "list") == "No channel yet."
    assert ask("channel", "list") == []
