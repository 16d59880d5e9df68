"""Scores and segments through the program; today is 1 July 2026."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_sales, building
from tests.commands.conftest import TODAY, Asked, Said, on_sqlite
from tests.conftest import Run

KEYS = [
    "contact_id", "name", "external_ref", "recency_days", "frequency", "monetary", "r", "f", "m", "segment",
]  # fmt: skip
CUTS = 'recency_days = [30, 60]\nfrequency = [2, 5]\nmonetary = ["1k", 2000.5]\n'


@pytest.fixture
def shop(base: Base) -> None:
    """Ten customers, each better than the one before in all three; an archived one."""
    with building(base) as writer:
        for number in range(1, 11):
            last = TODAY - timedelta(days=200 - 20 * number)
            days = [last - timedelta(days=3 * sale) for sale in range(number)]
            add_sales(writer, add_contact(writer, f"Nr {number}"), *days, amount=100_00)
        add_sales(writer, add_contact(writer, "Gone", archived=True), date(2026, 6, 1), amount=999_00)


@pytest.mark.usefixtures("shop")
def test_a_row_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    rows = ask("rfm")
    assert [list(row) for row in rows] == [KEYS] * 10
    assert rows[0] == {
        "contact_id": 10,
        "name": "Nr 10",
        "external_ref": None,
        "recency_days": 0,
        "frequency": 10,
        "monetary": "1000.00",
        "r": 5,
        "f": 5,
        "m": 5,
        "segment": "champions",
    }
    assert [row["r"] for row in rows] == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


@pytest.mark.usefixtures("shop")
def test_a_segment_has_its_people_in_every_form(ask: Asked, do: Said) -> None:
    assert [row["name"] for row in ask("rfm", "--segment", "champions")] == ["Nr 10", "Nr 9"]
    shown = do("rfm", "--segment", "champions", "--limit", "1")
    assert "Nr 10" in shown
    assert "Nr 9" not in shown
    assert "1 of 2; --limit 2 shows all." in shown
    assert "Champions: Thank them" in shown
    wrapped = ask("rfm", "--segment", "lost", "--meta", "--limit", "1")
    assert (wrapped["total"], len(wrapped["rows"])) == (2, 1)


@pytest.mark.usefixtures("shop")
def test_meta_adds_the_segments(ask: Asked) -> None:
    segments = ask("rfm", "--meta", "--limit", "1")["summary"]["segments"]
    assert [row["customers"] for row in segments] == [2, 2, 0, 0, 0, 2, 2, 0, 0, 0, 2]
    assert segments[0] == {
        "segment": "champions",
        "customers": 2,
        "share": 0.2,
        "revenue": "1900.00",
        "share_of_revenue": 0.3455,
        "advice": "Thank them, ask them to recommend you",
    }


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("typed", ["can't lose them", "Cant-lose-them", "can’t lose them"])
def test_a_segment_is_known_however_it_is_written(do: Said, typed: str) -> None:
    assert do("rfm", "--segment", typed) == "No customer is among the can't lose them."


@on_sqlite
def test_an_unknown_segment_is_refused_with_those_there_are(refused: Said) -> None:
    told = refused("rfm", "--segment", "best")
    assert "there is no segment" in told
    assert "Those of rfm are champions, loyal" in told


@pytest.mark.usefixtures("shop")
def test_a_saved_segment_is_scored_for_itself_and_its_scores_may_be_asked_for(ask: Asked, do: Said) -> None:
    do("segment", "add", "Small", "--where", "purchases <= 5")
    assert [row["name"] for row in ask("rfm", "--segment", "small", "--segment", "champions")] == ["Nr 5"]
    assert len(ask("rfm", "--segment", "small")) == 5


@pytest.mark.usefixtures("shop")
def test_a_table_has_the_grid_and_the_segments(do: Said) -> None:
    shown = do("rfm")
    assert "Recency and frequency of 10 customers on 2026-07-01" in shown
    assert "F5: 9-10" in shown
    assert "20% █" in shown
    assert "Thank them" in shown
    assert "Nr 10" not in shown


@pytest.mark.usefixtures("shop")
def test_the_as_of_day_and_the_bins_are_kept_to(ask: Asked) -> None:
    assert {row["r"] for row in ask("rfm", "--bins", "3")} == {1, 2, 3}
    assert [row["frequency"] for row in ask("rfm", "--as-of", "2026-01-02")] == [1]
    assert ask("rfm", "--as-of", "2025-01-01") == []


@pytest.mark.usefixtures("shop")
def test_fixed_thresholds_come_from_a_file(ask: Asked, do: Said, tmp_path: Path) -> None:
    path = tmp_path / "cuts.toml"
    path.write_text(CUTS, encoding="utf-8")
    scores = {row["name"]: (row["r"], row["f"], row["m"]) for row in ask("rfm", "--cuts", path)}
    assert scores["Nr 10"] == (3, 3, 2)
    assert scores["Nr 7"] == (2, 3, 1)
    assert scores["Nr 1"] == (1, 1, 1)
    assert "F3: 5-10" in do("rfm", "--cuts", path)


@on_sqlite
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot read"),
        ("frequency = [", "is no TOML"),
        ("frequency = [2, 5]", "write three lists, recency_days, frequency, monetary; it has frequency"),
        ("", "it has nothing"),
        (CUTS + "bins = 3", "it has recency_days, frequency, monetary, bins"),
        (CUTS.replace("[2, 5]", "5"), "frequency: write a list"),
        (CUTS.replace("[2, 5]", "[5, 2]"), "frequency: each threshold is to be larger"),
        (CUTS.replace("[2, 5]", "[2, 2]"), "frequency: each threshold is to be larger"),
        (CUTS.replace("[2, 5]", "[2, true]"), "True is no whole number"),
        (CUTS.replace("[2, 5]", "[-2, 5]"), "-2 is no whole number"),
        (CUTS.replace("[2, 5]", "[2]"), "equally long, with 2 to 9"),
        ("recency_days = []\nfrequency = []\nmonetary = []", "equally long, with 2 to 9"),
        (CUTS.replace("1k", "much"), "monetary: 'much' is no amount"),
        (CUTS.replace('"1k"', "-5"), "monetary: -5 is negative"),
        (CUTS.replace('"1k"', "[]"), "monetary: [] is no amount"),
        (CUTS.replace("1k", "$5"), "add --rate USD="),
    ],
)
def test_thresholds_that_cannot_be_used_are_refused(refused: Said, tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "cuts.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert told in refused("rfm", "--cuts", path)


@on_sqlite
@pytest.mark.parametrize("words", ["--bins 2", "--bins 11", "--bins 5 --cuts x.toml"])
def test_bins_are_from_3_to_10_and_not_beside_cuts(refused: Said, words: str) -> None:
    assert "--bins" in refused("rfm", *words.split(), code=2)


def test_an_empty_base_and_one_without_purchases_are_told_in_words(crm: Run, do: Said, ask: Asked) -> None:
    assert do("rfm") == "Nobody has bought yet."
    do("contact", "add", "Anna")
    assert do("rfm", "--segment", "new") == "Nobody has bought yet."
    assert ask("rfm") == []
    assert crm("rfm", "--fail-if-empty").code == 1


def test_one_customer_is_scored_and_the_table_says_how_little_that_means(do: Said, ask: Asked, base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), date(2026, 6, 1))
    assert [(row["r"], row["f"], row["m"]) for row in ask("rfm")] == [(1, 1, 1)]
    told = do("rfm")
    assert "of 1 customer on" in told
    for words in ((), ("--segment", "lost")):
        told = do("rfm", *words)
        assert "5 customers are needed, this is 1" in told
        assert "leave them alone" not in told


@pytest.mark.usefixtures("shop")
def test_ten_customers_are_scored_and_the_table_says_how_little_that_means(do: Said) -> None:
    assert "with so few of them they say little" in do("rfm")
