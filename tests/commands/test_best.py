"""The best customers through the program."""

from datetime import date

import pytest

from crmcli.actions.purchase import Line
from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_product, add_sale, building
from tests.commands.conftest import Asked, Said, on_sqlite

KEYS = [
    "rank", "contact_id", "name", "external_ref", "city", "owner", "channel", "state", "last_purchase_on", "purchases",
    "mean_sale", "refunds", "revenue", "share", "cumulative_share", "class",
]  # fmt: skip
PROFILE_KEYS = [
    "group", "customers", "channel", "channel_share", "city", "city_share", "owner", "owner_share", "first_product",
    "first_product_share", "purchases", "mean_sale", "period_days", "revenue",
]  # fmt: skip


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.fixture
def shop(base: Base) -> None:
    """Anna brings 800, four others 50 each, one of them archived; 30 come from nobody known."""
    with building(base) as writer:
        web = add_channel(writer, "Web")
        tea = add_product(writer, "Tea")
        anna = add_contact(writer, "Anna", channel_id=web, city="Kazan")
        add_sale(writer, anna, june(1), 400_00, lines=[Line(tea, 1000, 400_00)])
        add_sale(writer, anna, june(11), 400_00)
        for name in ("Boris", "Ivan", "Olga"):
            add_sale(writer, add_contact(writer, name), june(2), 50_00)
        add_sale(writer, add_contact(writer, "Gone", archived=True), june(2), 50_00)
        add_sale(writer, None, june(3), 30_00)


@pytest.mark.usefixtures("shop")
def test_the_best_are_told_with_their_part_of_the_revenue(ask: Asked, do: Said) -> None:
    rows = ask("best")
    assert list(rows[0]) == KEYS
    told = [(row["name"], row["revenue"], row["share"], row["cumulative_share"], row["class"]) for row in rows]
    assert told == [
        ("Anna", "800.00", 0.8, 0.8, "A"),
        ("Boris", "50.00", 0.05, 0.85, "B"),
        ("Ivan", "50.00", 0.05, 0.9, "B"),
        ("Olga", "50.00", 0.05, 0.95, "B"),
    ]
    shown = do("best", "--limit", "2")
    assert "█" in shown
    assert "2 of 4; --limit 4 shows all." in shown
    assert "The best 20%, 1 customer, brings 80% of the revenue." in shown
    assert "Customers by class: A 1, B 3, C 1;" in shown
    assert "1 more, archived or deleted, have their rank and are not listed." in shown
    assert "Sales without a customer stand apart: 30 RUB." in shown
    assert ask("best", "--meta")["left_out"] == 1


@pytest.mark.usefixtures("shop")
def test_the_profile_puts_the_typical_customer_beside_the_best(ask: Asked, do: Said) -> None:
    typical, best = ask("best", "--profile")
    assert list(typical) == list(best) == PROFILE_KEYS
    assert (typical["group"], typical["customers"], typical["mean_sale"], typical["period_days"]) == (
        "typical", 4, "50.00", 10,
    )  # fmt: skip
    assert (best["group"], best["customers"], best["mean_sale"], best["purchases"]) == ("best", 1, "400.00", 2)
    assert (best["channel"], best["city"], best["first_product"], best["owner"]) == ("Web", "Kazan", "Tea", None)
    assert (typical["channel_share"], best["channel_share"], best["owner_share"]) == (0.25, 1.0, None)
    assert "First product" in do("best", "--profile")
    assert len(ask("best", "--profile", "--limit", "1")) == 1


@pytest.mark.usefixtures("shop")
def test_the_best_of_a_segment_and_of_a_day(ask: Asked, do: Said) -> None:
    do("segment", "add", "Others", "--where", "name != 'Anna'")
    assert [row["share"] for row in ask("best", "--segment", "others")] == [0.25, 0.25, 0.25]
    assert "without a customer" not in do("best", "--segment", "others")
    assert [row["revenue"] for row in ask("best", "--as-of", "2026-06-01")] == ["400.00"]


@on_sqlite
def test_nobody_and_one_customer_are_told_in_words(do: Said, ask: Asked, base: Base) -> None:
    do("contact", "add", "Anna")
    for words in (["best"], ["best", "--profile"]):
        assert do(*words) == "Nobody has bought yet."
        assert ask(*words) == []
    do("purchase", "add", "1", "0", "--on", "2026-06-01")
    assert ask("best")[0]["share"] is None
    assert [row["group"] for row in ask("best", "--profile")] == ["typical"]
    do("purchase", "add", "1", "5", "--on", "2026-06-01")
    assert "Customers by class: A 1" in do("best")
    assert "The best 20%" not in do("best")
