"""How much may be taken off, through the program; today is 1 July 2026."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_sale, add_touch, building
from tests.commands.conftest import Asked, Said

KEYS = [
    "contact_id", "name", "price", "price_from", "cost_of_goods", "cost_of_service", "margin_without_discount",
    "margin", "lowest_price", "discount", "discount_rate", "reason",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    """Anna has bought twice, for 1 000 and 500 of which the goods cost 900; she was called once."""
    with building(base) as writer:
        anna = add_contact(writer, "Anna")
        add_sale(writer, anna, date(2026, 5, 1), 1_000_00, cost=600_00)
        add_sale(writer, anna, date(2026, 6, 1), 500_00, cost=300_00)
        add_touch(writer, anna, date(2026, 6, 1))
        add_contact(writer, "Lead")


@pytest.fixture
def priced(shop: None, do: Said) -> None:
    do("config", "set", "cost_call", "100")


@pytest.mark.usefixtures("priced")
def test_the_answer_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    row = ask("discount", "Anna")
    assert list(row) == KEYS
    assert row == {
        "contact_id": 1,
        "name": "Anna",
        "price": "750.00",
        "price_from": "the mean of his sales",
        "cost_of_goods": "450.00",
        "cost_of_service": "50.00",
        "margin_without_discount": 0.3333,
        "margin": 0.1,
        "lowest_price": "555.56",
        "discount": "194.44",
        "discount_rate": 0.259,
        "reason": None,
    }


@pytest.mark.usefixtures("priced")
def test_the_price_is_his_own_one_named_or_that_of_products(do: Said, ask: Asked) -> None:
    assert ask("discount", "Anna", "--amount", "1000", "--margin", "20%")["lowest_price"] == "812.50"
    do("product", "add", "Tea", "--price", "450", "--cost", "200")
    row = ask("discount", "Anna", "--line", "Tea*2", "--margin", "0")
    assert (row["price"], row["cost_of_goods"], row["lowest_price"]) == ("900.00", "400.00", "450.00")
    row = ask("discount", "Lead", "--line", "Tea*2=500", "--margin", "0.1")
    assert (row["price"], row["lowest_price"], row["discount"]) == ("500.00", "444.45", "55.55")


@pytest.mark.usefixtures("priced")
def test_people_are_told_in_a_line(do: Said) -> None:
    assert "Up to 25.9% off, 194.44: at 555.56 the margin is left." in do("discount", "Anna")
    told = do("discount", "Anna", "--margin", "50%")
    assert "No discount: for 50% to be left it would have to cost 1\xa0000." in told
    assert "A price of nothing" in do("discount", "Anna", "--amount", "0")


@pytest.mark.usefixtures("shop")
def test_without_a_cost_there_is_no_answer_but_the_command_that_sets_it(do: Said, ask: Asked) -> None:
    assert "config set cost_call AMOUNT, 0 where it costs nothing" in do("discount", "Anna")
    do("config", "set", "cost_call", "0")
    do("discount", "Anna")
    assert "with --line PRODUCT" in do("discount", "Lead")
    do("purchase", "add", "Lead", "5")
    assert "cost is not known: purchase add --cost" in do("discount", "Lead")
    do("purchase", "add", "Lead", "0", "--cost", "1")
    assert "has paid nothing" in do("discount", "Lead", "--amount", "100")
    do("product", "add", "Tea")
    assert "what Tea costs you is not known" in do("discount", "Anna", "--line", "Tea")
    do("product", "add", "Mint", "--cost", "5")
    assert "Mint has no price" in do("discount", "Anna", "--line", "Mint")
    row = ask("discount", "Anna", "--line", "Mint")
    assert [key for key in row if row[key] is not None] == ["contact_id", "name", "margin", "reason"]


@pytest.mark.usefixtures("priced")
def test_only_sales_whose_cost_is_known_tell_it_and_that_is_said(do: Said, ask: Asked) -> None:
    do("purchase", "add", "Anna", "90000")
    row = ask("discount", "Anna")
    assert (row["price"], row["price_from"]) == ("750.00", "the mean of 2 of 3 sales")


@pytest.mark.usefixtures("priced")
def test_wrong_usage_is_told(refused: Said) -> None:
    assert "less than 100%" in refused("discount", "Anna", "--margin", "100%", code=2)
    assert "leave one out" in refused("discount", "Anna", "--amount", "1", "--line", "x", code=2)
    for odd in ("-5%", "150%", "much", "0.00001"):
        assert "write 10% or 0.1" in refused("discount", "Anna", f"--margin={odd}", code=2)
    assert "write 2% or 0.02" in refused("discount", "Anna", "--margin=2", code=2)
