"""Cohorts and losses through the program; today is 1 July 2026."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_sales, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run

SUMMARY = [
    "customers", "came_back", "came_back_rate", "back_in_30_days", "back_in_90_days", "back_in_365_days",
    "customers_year_ago", "lost_in_year", "loss_rate", "half_life_months", "customers_now", "five_points_worth",
    "left_unpaid", "unpaid_amount",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    """Two customers of May 2025, one of whom comes back; one of May 2026."""
    with building(base) as writer:
        web = add_channel(writer, "Web")
        add_sales(writer, add_contact(writer, "Gone", channel_id=web), date(2025, 5, 1), amount=100_00)
        add_sales(writer, add_contact(writer, "Kept"), date(2025, 5, 2), date(2025, 7, 3), amount=100_00)
        add_sales(writer, add_contact(writer, "New"), date(2026, 5, 5), date(2026, 6, 5), amount=100_00)


@pytest.mark.usefixtures("shop")
def test_a_row_a_cohort_and_period_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    rows = ask("retention")
    assert len(rows) == 15 + 3
    assert rows[2] == {"cohort": "2025-05", "period": 2, "customers": 2, "active": 1, "rate": 0.5}
    assert rows[17] == {"cohort": "2026-05", "period": 2, "customers": 1, "active": 0, "rate": None}
    assert [list(row) for row in rows] == [["cohort", "period", "customers", "active", "rate"]] * 18
    assert [row["active"] for row in ask("retention", "--by", "quarter", "--limit", "2")] == [2, 1]


@pytest.mark.usefixtures("shop")
def test_meta_adds_the_summary(ask: Asked) -> None:
    told = ask("retention", "--meta", "--limit", "1")
    assert (len(told["rows"]), told["total"]) == (1, 18)
    assert list(told["summary"]) == SUMMARY
    assert told["summary"] == {
        "customers": 3,
        "came_back": 2,
        "came_back_rate": 0.6667,
        "back_in_30_days": 0.0,
        "back_in_90_days": 0.5,
        "back_in_365_days": 0.5,
        "customers_year_ago": 2,
        "lost_in_year": 1,
        "loss_rate": 0.5,
        "half_life_months": "12",
        "customers_now": 2,
        "five_points_worth": "10.00",
        "left_unpaid": None,
        "unpaid_amount": None,
    }


@pytest.mark.usefixtures("shop")
def test_a_table_has_the_heat_map_and_the_summary(do: Said) -> None:
    whole = do("retention").splitlines()
    assert whole[0].split() == ["Customers", "so", "far", "3"]
    lines = whole[whole.index("") + 1 :]
    assert lines[0] == "New customers who bought again, by months since, on 2026-07-01"
    assert lines[1].split() == ["First", "bought", "New", *map(str, range(1, 13))]
    assert lines[3].split() == ["2025-05", "2", "0%", "50%", "▒", *["0%"] * 10]
    assert lines[4].split() == ["2026-05", "1", "100%", "█"]  # the month of July has only begun
    assert "2 later months are in the other formats." in lines
    assert any(line.split() == ["Share", "lost", "in", "a", "year", "50%"] for line in whole)
    assert not any("unpaid" in line or "paying back" in line for line in whole)


@pytest.mark.usefixtures("shop")
def test_a_long_list_of_cohorts_has_the_last_ones(do: Said) -> None:
    shown = do("retention", "--limit", "1")
    assert "2026-05" in shown
    assert "2025-05" not in shown
    assert "1 of 2; --limit 2 shows all." in shown


@pytest.mark.usefixtures("shop")
def test_who_first_bought_in_a_time_can_be_asked_about_alone(ask: Asked, do: Said) -> None:
    assert {row["cohort"] for row in ask("retention", "--from", "2026-01-01")} == {"2026-05"}
    assert {row["cohort"] for row in ask("retention", "--to", "2025-12-31")} == {"2025-05"}
    assert ask("retention", "--to", "2025-12-31", "--meta")["summary"]["customers"] == 2
    assert do("retention", "--from", "2026-06-01") == "Nobody first bought in this time."
    assert len(ask("retention", "--as-of", "2025-06-30")) == 2


@pytest.mark.usefixtures("shop")
def test_who_left_before_paying_back_is_counted_and_listed_where_the_cost_is_told(ask: Asked, do: Said) -> None:
    summary = ask("retention", "--acquisition", "web=150", "--meta")["summary"]
    assert (summary["left_unpaid"], summary["unpaid_amount"]) == (1, "50.00")
    assert ask("retention", "--acquisition", "web=150", "--unpaid") == [
        {
            "contact_id": 1,
            "name": "Gone",
            "external_ref": None,
            "channel": "Web",
            "last_purchase_on": "2025-05-01",
            "brought": "100.00",
            "acquisition_cost": "150.00",
            "missing": "50.00",
        }
    ]
    assert do("retention", "--acquisition", "web=100", "--unpaid") == "Nobody left before paying back."
    assert "Left before paying back" in do("retention", "--acquisition", "web=150")


@pytest.mark.usefixtures("shop")
def test_what_the_channels_cost_is_taken_unless_it_is_said(do: Said, ask: Asked) -> None:
    channel = ask("channel", "list")[0]["name"]
    said = ask("retention", "--unpaid", "--as-of", "2028-01-01", "--acquisition", f"{channel}=90k")
    assert said
    do("channel", "edit", channel, "--cost", "90k")
    assert ask("retention", "--unpaid", "--as-of", "2028-01-01") == said
    assert ask("retention", "--unpaid", "--as-of", "2028-01-01", "--acquisition", f"{channel}=0.01") != said


@pytest.mark.usefixtures("shop")
def test_what_is_wrong_with_the_costs_is_told(do: Said, ask: Asked, refused: Said) -> None:
    assert "crmcli channel edit NAME --cost AMOUNT" in do("retention", "--unpaid")
    assert ask("retention", "--unpaid") == []
    assert "write NAME=AMOUNT" in refused("retention", "--acquisition", "web", code=2)
    assert "is no amount" in refused("retention", "--acquisition", "web=much", code=2)
    assert "there is no channel 'Radio'" in refused("retention", "--acquisition", "Radio=5")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_any_day_may_be_asked_about(ask: Asked) -> None:
    assert ask("retention", "--as-of", "1900-01-01") == []
    assert ask("retention", "--as-of", "2028-02-29", "--meta")["summary"]["customers_year_ago"] == 1


def test_an_empty_base_and_one_without_purchases_are_told_in_words(crm: Run, do: Said, ask: Asked) -> None:
    assert do("retention") == "Nobody has bought yet."
    do("contact", "add", "Anna")
    assert do("retention") == "Nobody has bought yet."
    assert ask("retention") == []
    assert ask("retention", "--meta")["summary"]["customers"] == 0
    assert crm("retention", "--fail-if-empty").code == 1


def test_one_customer_has_an_answer(do: Said, base: Base) -> None:
    with building(base) as writer:
        add_sales(writer, add_contact(writer), date(2026, 7, 1))
    assert "2026-07" in do("retention")
