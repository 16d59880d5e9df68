"""How content customers are, through the program; today is 1 July 2026."""

import pytest

from tests.commands.conftest import Asked, Said

KEYS = ["group", "contacts", "answers", "few_answers", "satisfaction", "competition", "loyalty", "unhappy"]
LIST_KEYS = [
    "contact_id", "name", "external_ref", "phones", "owner", "channel", "rating", "rated_on", "last_purchase_on",
    "yearly_value",
]  # fmt: skip


@pytest.fixture
def shop(do: Said) -> None:
    do("channel", "add", "Web")
    for number, rating in enumerate(("0/5", "5/5"), 1):
        do("contact", "add", f"Contact {number}", "--channel", "Web")
        do("touch", "add", number, "call", "--rating", rating, "--on", "2026-06-01")
        do("purchase", "add", number, "100", "--on", "2026-06-01")
    do("contact", "add", "Silent")


@pytest.mark.usefixtures("shop")
def test_the_groups_have_the_promised_keys(ask: Asked) -> None:
    (whole,) = ask("loyalty")
    assert list(whole) == KEYS
    assert whole == {
        "group": None,
        "contacts": 3,
        "answers": 2,
        "few_answers": True,
        "satisfaction": 0.5,
        "competition": 0.4,
        "loyalty": 0.8,
        "unhappy": 1,
    }
    assert [(row["group"], row["loyalty"]) for row in ask("loyalty", "--by", "channel")] == [("Web", 0.8), (None, None)]
    assert [row["group"] for row in ask("loyalty", "--by", "state")] == ["active", "lead"]


@pytest.mark.usefixtures("shop")
def test_competition_is_given_or_a_setting(do: Said, ask: Asked) -> None:
    assert ask("loyalty", "--competition", "0.9")[0]["loyalty"] == 0.55
    assert ask("loyalty", "--competition", "90%")[0]["loyalty"] == 0.55
    do("config", "set", "competition", "1")
    assert ask("loyalty")[0]["loyalty"] == 0.5


@pytest.mark.usefixtures("shop")
def test_who_is_unhappy_and_still_buys_is_listed(do: Said, ask: Asked) -> None:
    rows = ask("loyalty", "--unhappy")
    assert [list(row) for row in rows] == [LIST_KEYS]
    assert (rows[0]["name"], rows[0]["rating"], rows[0]["rated_on"]) == ("Contact 1", 0.0, "2026-06-01")
    assert "1 customer unhappy and still buying: crmcli loyalty --unhappy" in do("loyalty")
    assert ask("loyalty", "--unhappy", "--as-of", "2026-05-31") == []


@pytest.mark.usefixtures("shop")
def test_how_many_answered_is_said_and_that_few_say_little(do: Said) -> None:
    told = do("loyalty", "--by", "channel")
    assert "2 of 3 contacts gave a rating in the last year (66.7%)." in told
    assert "Fewer than 10 answers say little: Web 2, nobody named 0." in told
    assert "█" in told
    assert "touch add CONTACT call --rating 4/5 logs one" in do("loyalty", "--as-of", "2026-05-31")


def test_an_empty_base_answers_in_words(do: Said, ask: Asked, refused: Said) -> None:
    assert do("loyalty", "--by", "owner") == "No contact yet."
    assert do("loyalty", "--unhappy") == "Nobody who buys is unhappy, as far as ratings tell."
    assert ask("loyalty", "--by", "state") == []
    assert "leave --by out" in refused("loyalty", "--unhappy", "--by", "owner", code=2)
