"""What the revenue would be, through the program; today is 1 July 2026."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_sale, add_sales, building
from tests.commands.conftest import Asked, Said

KEYS = [
    "period", "revenue", "new_revenue", "change", "buyers", "new_buyers", "mean_sale", "new_mean_sale",
    "sales_per_buyer", "new_sales_per_buyer", "levers",
]  # fmt: skip
PLAN = ("--buyers", "+5%", "--check", "+3%", "--repeat", "-2%")


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        anna, ivan = add_contact(writer, "Anna"), add_contact(writer, "Ivan")
        add_sale(writer, ivan, date(2025, 7, 1), 9999_00)
        add_sales(writer, anna, date(2025, 7, 2), date(2026, 5, 20), date(2026, 7, 1), amount=250_00)
        add_sale(writer, ivan, date(2026, 5, 12), 250_00)
        add_sale(writer, None, date(2026, 5, 14), 70_00)


@pytest.mark.usefixtures("shop")
def test_the_present_of_twelve_months_stands_beside_the_plan(ask: Asked) -> None:
    answer = ask("revenue", "what-if", *PLAN)
    assert list(answer) == KEYS
    levers = answer.pop("levers")
    assert list(answer.values()) == [
        "2025-07-02..2026-07-01", "1000.00", "1059.87", "59.87", 2, 2.1, "250.00", "257.50", 2.0, 1.96,
    ]  # fmt: skip
    assert [lever.pop("brings_together") for lever in levers] == ["50.24", "30.43", "-20.80"]
    assert levers == [
        {"lever": "buyers", "change": 0.05, "brings_alone": "50.00", "brings_per_percent": "10.09"},
        {"lever": "check", "change": 0.03, "brings_alone": "30.00", "brings_per_percent": "10.29"},
        {"lever": "repeat", "change": -0.02, "brings_alone": "-20.00", "brings_per_percent": "10.82"},
    ]


@pytest.mark.usefixtures("shop")
def test_any_period_may_be_the_present(ask: Asked) -> None:
    for words, revenue in (
        ("--as-of 2026-06-30", "10749.00"),
        ("--from 2026-05-01 --to 2026-05-31", "500.00"),
        ("--to 2025-07-01", "9999.00"),
    ):
        assert ask("revenue", "what-if", *words.split())["revenue"] == revenue


@pytest.mark.usefixtures("shop")
def test_a_change_is_written_as_people_do(ask: Asked) -> None:
    for text, change in (("5", 0.05), ("+5%", 0.05), ("5,5 %", 0.055), ("-0.5%", -0.005), ("−2%", -0.02), ("0", 0.0)):
        assert ask("revenue", "what-if", "--buyers", text)["levers"][0]["change"] == change


@pytest.mark.usefixtures("shop")
def test_the_first_line_is_the_new_revenue_beside_the_old(do: Said) -> None:
    assert do("revenue", "what-if", "--buyers", "10%").startswith("1\xa0100 instead of 1\xa0000: 100 more.\n")
    assert do("revenue", "what-if", "--check=-10%").startswith("900 instead of 1\xa0000: -100.\n")


def test_without_sales_there_is_nothing_to_move(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna")
    nothing = "No revenue from customers in 2025-07-02..2026-07-01: nothing to move."
    assert do("revenue", "what-if", *PLAN) == nothing
    answer = ask("revenue", "what-if", *PLAN)
    assert (answer["new_revenue"], answer["mean_sale"], answer["new_buyers"]) == ("0.00", None, 0.0)


@pytest.mark.usefixtures("shop")
def test_what_is_no_change_is_refused(refused: Said) -> None:
    for text, expected in (
        ("many", "no change in percent: write +5% or -2%"),
        ("5%%", "no change in percent"),
        ("-101%", "from -100% to +1000%"),
        ("1001", "from -100% to +1000%"),
    ):
        assert expected in refused("revenue", "what-if", "--buyers", text, code=2)
