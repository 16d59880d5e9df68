"""Who earns and who loses, through the program; today is 1 July 2026."""

import json
from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_sale, add_touch, building
from tests.commands.conftest import Asked, Said
from tests.conftest import Run

KEYS = [
    "contact_id", "name", "external_ref", "owner", "channel", "first_purchase_on", "sales", "touches", "revenue",
    "refunds", "cost_of_goods", "cost_of_service", "acquisition_cost", "profit", "purchases_without_cost",
    "touches_without_cost", "more_sales", "fewer_touches", "higher_check", "way_out",
]  # fmt: skip
GROUP_KEYS = [
    "group", "customers", "won", "revenue", "refunds", "cost_of_goods", "cost_of_service", "acquisition_cost", "profit",
    "losing", "losing_share", "lost", "cost_of_leads", "winning_cost", "keeping_cost", "paid_back", "not_paid_back",
    "payback_days", "payback_months", "purchases_without_cost", "customers_without_acquisition_cost",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    """Rich pays, Poor is met too often, Dear cost more to win than he brings, Lead bought nothing."""
    with building(base) as writer:
        web, ads = add_channel(writer, "Web"), add_channel(writer, "Ads")
        rich = add_contact(writer, "Rich", channel_id=web)
        poor = add_contact(writer, "Poor", channel_id=web)
        dear = add_contact(writer, "Dear", channel_id=ads)
        lead = add_contact(writer, "Lead", channel_id=ads)
        add_sale(writer, rich, date(2026, 5, 1), 10_000_00, cost=6_000_00)
        add_sale(writer, poor, date(2025, 7, 1), 1_000_00, cost=400_00)
        add_sale(writer, dear, date(2026, 6, 1), 300_00, cost=100_00)
        for month in range(1, 5):
            add_touch(writer, poor, date(2026, month, 1), minutes=30)
        add_touch(writer, lead, date(2026, 6, 1), kind="letter")


@pytest.fixture
def priced(shop: None, do: Said) -> None:
    for words in ("config set cost_call 50", "config set cost_minute 5", "config set cost_letter 20"):
        do(*words.split())
    do("channel", "edit", "Web", "--cost", "100")
    do("channel", "edit", "Ads", "--cost", "500")


@pytest.mark.usefixtures("priced")
def test_a_row_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    rows = ask("profit")
    assert [list(row) for row in rows] == [KEYS] * 3
    profits = [(row["name"], row["profit"]) for row in rows]
    assert profits == [("Rich", "3900.00"), ("Poor", "-300.00"), ("Dear", "-300.00")]
    assert rows[0]["way_out"] is None


@pytest.mark.usefixtures("priced")
def test_who_loses_money_is_listed_with_what_would_change_that_the_smaller_change_first(ask: Asked) -> None:
    poor, dear = ask("profit", "--loss")
    assert (poor["name"], poor["fewer_touches"], poor["higher_check"]) == ("Poor", 2, "300.00")
    assert poor["way_out"] == "300 more a sale (+30%), or 2 fewer of 4 touches"
    assert (dear["name"], dear["fewer_touches"], dear["higher_check"]) == ("Dear", None, "300.00")
    assert (poor["more_sales"], dear["more_sales"]) == (None, 2)
    assert dear["way_out"] == "not paid back yet: 2 sales more like these"
    (poor,) = ask("profit", "--loss", "--from", "2026-01-01", "--to", "2026-05-31")
    assert (poor["sales"], poor["way_out"]) == (0, "4 fewer of 4 touches")


@pytest.mark.usefixtures("priced")
def test_the_sums_by_channel_have_the_promised_keys_and_add_up(ask: Asked) -> None:
    rows, (whole,) = ask("profit", "--by", "channel"), ask("profit", "--by", "all")
    assert [list(row) for row in (*rows, whole)] == [GROUP_KEYS] * 3
    assert [row["group"] for row in rows] == ["Ads", "Web"]
    assert whole == {
        "group": None,
        "customers": 3,
        "won": 3,
        "revenue": "11300.00",
        "refunds": "0.00",
        "cost_of_goods": "6500.00",
        "cost_of_service": "800.00",
        "acquisition_cost": "700.00",
        "profit": "3300.00",
        "losing": 2,
        "losing_share": 0.6667,
        "lost": "600.00",
        "cost_of_leads": "20.00",
        "winning_cost": "240.00",
        "keeping_cost": "640.35",
        "paid_back": 2,
        "not_paid_back": 1,
        "payback_days": 0,
        "payback_months": "0",
        "purchases_without_cost": 0,
        "customers_without_acquisition_cost": 0,
    }


@pytest.mark.usefixtures("priced")
def test_people_are_told_the_sums_in_words(do: Said) -> None:
    told = do("profit")
    assert (
        "3 customers, archived and deleted ones too: profit 3\xa0300 of 11\xa0300; 2 (66.7%) lose 600 together." in told
    )
    assert "Winning a customer costs 240, keeping one 640.35 a year: 0.4 times as much." in told
    assert "counted as" not in told


@pytest.mark.usefixtures("shop")
def test_what_is_not_known_is_left_out_and_said_with_the_command_that_sets_it(do: Said, ask: Asked) -> None:
    told = do("profit")
    assert "profit 4\xa0800 of 11\xa0300; nobody loses money, as far as costs are known." in told
    assert "5 touches counted as free (call 4, letter 1): crmcli config set cost_call AMOUNT" in told
    assert "3 customers counted as won for nothing (Ads 1, Web 2): crmcli channel edit 'Ads' --cost AMOUNT" in told
    assert "Winning a customer costs" not in told
    do("purchase", "add", "Rich", "500", "--on", "2026-06-30")
    do("purchase", "add", "-", "70")
    do("contact", "add", "Nowhere")
    do("purchase", "add", "Nowhere", "5", "--cost", "1")
    told = do("profit")
    assert "1 purchase counted without what the goods cost" in told
    assert "1 customer without a channel counted as won for nothing: crmcli contact edit ID --channel NAME" in told
    assert "Apart from these: 70 of sales to nobody known, 0 refunded." in told
    row = next(row for row in ask("profit") if row["name"] == "Rich")
    assert (row["purchases_without_cost"], row["acquisition_cost"], row["profit"]) == (1, None, "4500.00")
    (whole,) = ask("profit", "--by", "all")
    assert (whole["winning_cost"], whole["keeping_cost"]) == (None, None)


@pytest.mark.usefixtures("priced")
def test_an_archived_customer_is_in_the_sums_and_not_in_the_list(do: Said, ask: Asked) -> None:
    whole = ask("profit", "--by", "all")
    do("contact", "archive", "Rich")
    do("contact", "delete", "Poor", "--reason", "x", "--yes")
    assert [row["name"] for row in ask("profit")] == ["Dear"]
    assert ask("profit", "--by", "all") == whole


@pytest.mark.usefixtures("priced")
def test_the_day_looked_from_ends_the_period(ask: Asked) -> None:
    assert [row["name"] for row in ask("profit", "--as-of", "2025-12-31")] == ["Poor"]
    assert ask("profit", "--as-of", "2025-12-31", "--to", "2025-01-01") == []
    assert [row["name"] for row in ask("profit", "--to", "2025-12-31")] == ["Poor"]


@pytest.mark.usefixtures("priced")
def test_a_period_ends_after_it_begins_and_not_after_the_day_looked_from(do: Said, refused: Said) -> None:
    for question in ("profit", "retention", "revenue"):
        words = (question, "--from", "2026-05-01", "--to", "2026-04-01")
        assert "ends on 2026-04-01, before it begins: --from 2026-05-01" in refused(*words, code=2)
    assert "Counted up to 2026-07-01" in do("profit", "--to", "2026-12-31")
    assert "Counted up to" not in do("profit", "--to", "2026-07-01")


@pytest.mark.usefixtures("priced")
def test_who_is_in_a_segment_is_told_of_the_last_day_of_the_period(do: Said, ask: Asked) -> None:
    do("segment", "add", "Fresh", "--where", "silent_days < 40")
    assert [row["name"] for row in ask("profit", "--segment", "Fresh")] == ["Dear"]
    assert [row["name"] for row in ask("profit", "--segment", "Fresh", "--to", "2026-05-05")] == ["Rich"]


@pytest.mark.usefixtures("shop")
def test_a_cost_that_is_only_a_least_is_compared_with_nothing(do: Said) -> None:
    do("config", "set", "cost_call", "50")
    assert "Winning a customer costs" not in do("profit")
    do("channel", "edit", "Web", "--cost", "100")
    told = do("profit")
    assert "Winning a customer costs at least 66.67, keeping one" in told
    assert "times as much" not in told


def test_a_base_without_customers_answers_in_words(do: Said, ask: Asked, crm: Run) -> None:
    assert do("profit") == "No customer bought or was touched."
    assert do("profit", "--loss") == "Nobody loses money."
    assert do("profit", "--by", "channel") == "No customer bought or was touched."
    assert do("profit", "--by", "all") == "No customer bought or was touched."
    assert ask("profit", "--by", "all")[0]["customers"] == 0
    do("contact", "add", "Anna")
    do("touch", "add", "1", "call")
    assert "1 touch counted as free (call 1)" in do("profit")
    assert json.loads(crm("profit", "--format", "json").out) == []
    do("purchase", "add", "1", "0")
    assert [row["name"] for row in ask("profit")] == ["Anna"]


def test_losses_are_of_customers_not_of_groups(refused: Said) -> None:
    assert "leave --by out" in refused("profit", "--loss", "--by", "all", code=2)
