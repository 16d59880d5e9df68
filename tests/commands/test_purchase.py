"""Sales and refunds through the program."""

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_employee, building
from tests.commands.conftest import Asked, Said, on_sqlite


@pytest.fixture
def anna(base: Base) -> None:
    with building(base) as writer:
        olga = add_employee(writer, "Olga")
        add_employee(writer, "Boris")
        add_contact(writer, "Anna", owner_id=olga)


@pytest.mark.usefixtures("anna")
def test_a_sale_keeps_all_that_was_said_of_it_and_says_what_it_read(do: Said, ask: Asked) -> None:
    do("channel", "add", "Web")
    said = do("purchase", "add", "Anna", "1 200,50", "--on", "31.05.2026", "--cost", "800", "--channel", "Web")
    assert said.startswith("Recorded sale 1 of 1\u00a0200.50 RUB to contact 1 Anna.")
    assert ask("purchase", "list") == [
        {
            "id": 1,
            "purchased_on": "2026-05-31",
            "contact_id": 1,
            "contact": "Anna",
            "kind": "sale",
            "amount": "1200.50",
            "cost": "800.00",
            "products": [],
            "owner": "Olga",
            "channel": "Web",
            "deal_id": None,
            "refund_of_id": None,
        }
    ]


@pytest.mark.usefixtures("anna")
def test_a_sale_to_nobody_known_has_no_contact(do: Said, ask: Asked) -> None:
    assert "to nobody known" in do("purchase", "add", "-", "300", "--owner", "Boris")
    row = ask("purchase", "list")[0]
    assert (row["contact_id"], row["contact"], row["owner"]) == (None, None, "Boris")


@pytest.mark.usefixtures("anna")
def test_the_lines_of_a_sale_add_up_by_list_price_or_share_the_amount(do: Said, ask: Asked) -> None:
    do("product", "add", "Tea 250 g", "--price", "450", "--cost", "200", "--sku", "T-250")
    do("product", "add", "Cup")
    do("purchase", "add", "Anna", "--line", "Tea 250 g*2", "--line", "Cup=99,90")
    do("purchase", "add", "Anna", "1000", "--line", "T-250*0,5", "--line", "Cup*3")
    second, first = ask("purchase", "list")
    assert (first["amount"], first["products"]) == ("999.90", ["Tea 250 g", "Cup"])
    assert (second["amount"], second["products"]) == ("1000.00", ["Tea 250 g", "Cup"])


@pytest.mark.usefixtures("anna")
def test_a_sale_without_a_sure_amount_is_refused(do: Said, ask: Asked, refused: Said) -> None:
    do("product", "add", "Cup")
    assert "amount is needed" in refused("purchase", "add", "Anna")
    assert "Cup has no price" in refused("purchase", "add", "Anna", "--line", "Cup*2")
    assert "do not add up" in refused("purchase", "add", "Anna", "100", "--line", "Cup=50")
    assert ask("purchase", "list") == []


@pytest.mark.usefixtures("anna")
def test_a_sale_closes_the_deal_it_names_as_won(do: Said, ask: Asked) -> None:
    do("deal", "add", "Anna", "Tea", "--opened", "2026-06-01")
    assert "deal 1 moved to Paid" in do("purchase", "add", "Anna", "100", "--on", "2026-06-05", "--deal", "1")
    assert ask("deal", "show", "1")["closed_on"] == "2026-06-05"
    assert "moved" not in do("purchase", "add", "Anna", "100", "--deal", "1")


@pytest.mark.usefixtures("anna")
def test_a_sale_does_not_close_the_deal_of_somebody_else(do: Said, ask: Asked, refused: Said) -> None:
    do("contact", "add", "Ivan")
    do("deal", "add", "Ivan", "Tea")
    assert "deal 1 is of contact 2 Ivan" in refused("purchase", "add", "Anna", "100", "--deal", "1")
    assert "deal 1 is of contact 2 Ivan" in refused("purchase", "add", "-", "100", "--deal", "1")
    assert "there is no deal 9" in refused("purchase", "add", "Anna", "100", "--deal", "9")
    assert ask("purchase", "list") == []
    assert ask("deal", "show", "1")["state"] == "open"


@pytest.mark.usefixtures("anna")
def test_a_refund_gives_back_the_rest_unless_told_and_never_more(do: Said, ask: Asked, refused: Said) -> None:
    do("purchase", "add", "Anna", "1000", "--on", "2026-06-01")
    assert "refund 2 of 300 RUB for sale 1" in do("purchase", "refund", "1", "--amount", "300", "--on", "2026-06-02")
    refused("purchase", "refund", "1", "--amount", "701")
    do("purchase", "refund", "1", "--on", "2026-06-03")
    refused("purchase", "refund", "1")
    assert [(row["amount"], row["refund_of_id"]) for row in ask("purchase", "list", "--kind", "refund")] == [
        ("700.00", 1),
        ("300.00", 1),
    ]
    shown = ask("contact", "show", "Anna")
    assert (shown["revenue"], shown["refunds"], shown["purchase_days"]) == ("1000.00", "1000.00", 1)


@pytest.mark.usefixtures("anna")
def test_what_is_no_sale_cannot_be_refunded(do: Said, refused: Said) -> None:
    do("purchase", "add", "Anna", "100", "--on", "2026-06-01")
    do("purchase", "refund", "1", "--amount", "10")
    assert "no sale with id 2" in refused("purchase", "refund", "2")
    assert "no sale with id 9" in refused("purchase", "refund", "9")
    assert "cannot be refunded before" in refused("purchase", "refund", "1", "--on", "2026-05-31")
    assert "more than 0" in refused("purchase", "refund", "1", "--amount", "0", code=2)


@on_sqlite
@pytest.mark.usefixtures("anna")
def test_a_sale_in_the_future_or_to_an_archived_contact_is_taken_and_remarked(do: Said) -> None:
    assert "it counts from then on" in do("purchase", "add", "Anna", "100", "--on", "tomorrow")
    do("contact", "archive", "Anna")
    assert "archived: crmcli contact archive 1 --restore" in do("purchase", "add", "1", "100")


@pytest.mark.usefixtures("anna")
def test_purchases_are_listed_the_latest_first_and_narrowed(do: Said, ask: Asked) -> None:
    do("contact", "add", "Ivan")
    do("purchase", "add", "Anna", "100", "--on", "2026-06-01")
    do("purchase", "add", "Ivan", "200", "--on", "2026-06-20", "--owner", "Boris")
    do("purchase", "add", "Anna", "300", "--on", "2026-06-10")
    do("purchase", "refund", "1", "--on", "2026-06-15")
    for words, ids in (
        ("", [2, 4, 3, 1]),
        ("--contact Anna", [4, 3, 1]),
        ("--owner boris", [2]),
        ("--kind refund", [4]),
        ("--from 2026-06-10 --to 2026-06-15", [4, 3]),
        ("--limit 1", [2]),
    ):
        assert [row["id"] for row in ask("purchase", "list", *words.split())] == ids, words
