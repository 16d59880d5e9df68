"""How dates, amounts, rates and quantities are read at the prompt; today is Wednesday, 1 July 2026."""

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, building
from tests.commands.conftest import Asked, Said, on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def anna(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna")


@pytest.mark.usefixtures("anna")
def test_a_date_is_read_in_every_form(do: Said, ask: Asked) -> None:
    written = {
        "2026-06-30": "2026-06-30",
        "30.06.2026": "2026-06-30",
        "today": "2026-07-01",
        "Yesterday": "2026-06-30",
        "вчера": "2026-06-30",
        "-3d": "2026-06-28",
        "-2w": "2026-06-17",
        "-1m": "2026-06-01",
        "-1y": "2025-07-01",
        "mon": "2026-06-29",
        "wed": "2026-07-01",
        "пт": "2026-06-26",
    }
    for number, (text, day) in enumerate(written.items(), 1):
        do("touch", "add", "1", "call", "--on", text)
        rows = {row["id"]: row["happened_on"] for row in ask("touch", "list")}
        assert rows[number] == day, text


@pytest.mark.usefixtures("anna")
def test_a_weekday_of_what_is_planned_is_the_next_one(do: Said, ask: Asked) -> None:
    for text, day in (("mon", "2026-07-06"), ("wed", "2026-07-08"), ("+1m", "2026-08-01"), ("tomorrow", "2026-07-02")):
        do("contact", "edit", "1", "--next", text)
        assert ask("contact", "show", "1")["next_contact_on"] == day, text


@pytest.mark.usefixtures("anna")
def test_what_is_no_date_is_refused_with_what_is_expected(refused: Said, ask: Asked) -> None:
    for text in ("2026-02-30", "31.6.2026", "05/06/2026", "soon", "", "0000-01-01", "+99999y", "2026-13-01"):
        assert "is no date" in refused("touch", "add", "1", "call", "--on", text, code=2), text
    assert ask("touch", "list") == []


@pytest.mark.usefixtures("anna")
def test_an_amount_is_read_in_every_form(do: Said, ask: Asked) -> None:
    written = {
        "1200": "1200.00",
        "1200.5": "1200.50",
        "1 200,50": "1200.50",
        "1\u00a0200,50 ₽": "1200.50",
        "1,200": "1200.00",
        "12k": "12000.00",
        "1.5k": "1500.00",
        "0": "0.00",
        "100000000000": "100000000000.00",
    }
    for number, (text, amount) in enumerate(written.items(), 1):
        do("purchase", "add", "1", text)
        rows = {row["id"]: row["amount"] for row in ask("purchase", "list")}
        assert rows[number] == amount, text


@pytest.mark.usefixtures("anna")
def test_what_is_no_amount_is_refused(refused: Said, ask: Asked) -> None:
    for text in ("abc", "", "1.234", "1,2,3", "nan", "1e5", "100000000000.01", "9" * 70, "12 USD EUR", "(5)"):
        refused("purchase", "add", "1", text, code=2)
    assert ask("purchase", "list") == []


@pytest.mark.usefixtures("anna")
def test_another_currency_is_refused_unless_its_rate_is_given_before_or_after_it(
    do: Said, ask: Asked, refused: Said
) -> None:
    assert "add --rate USD=..." in refused("purchase", "add", "1", "100 USD", code=2)
    assert "add --rate USD=..." in refused("purchase", "add", "1", "$100", "--rate", "EUR=100", code=2)
    do("purchase", "add", "1", "$100", "--rate", "USD=92,505")
    do("purchase", "add", "--rate", "USD=92.505", "1", "100 usd")
    assert [row["amount"] for row in ask("purchase", "list")] == ["9250.50", "9250.50"]


@pytest.mark.usefixtures("anna")
def test_a_rate_does_not_make_an_amount_larger_than_any_can_be(refused: Said, ask: Asked) -> None:
    assert "too large" in refused("purchase", "add", "1", "10000000000 USD", "--rate", "USD=90", code=2)
    for rate in ("USD", "USD=0", "USD=-1", "USD=nan", "USD=1E999999", "usd=5", "=5", "USD=x"):
        assert "such as USD=92.50" in refused("purchase", "add", "1", "5", "--rate", rate, code=2), rate
    assert ask("purchase", "list") == []


@pytest.mark.usefixtures("anna")
def test_what_is_no_line_of_a_sale_is_refused(do: Said, refused: Said, ask: Asked) -> None:
    do("product", "add", "Tea", "--price", "1")
    for line in ("", "*2=5", "Tea*x", "Tea*0", "Tea*0.0001", "Tea*nan=1", "Tea*-1", "Tea*1e9", "Tea*2=abc"):
        refused("purchase", "add", "1", "--line", line, code=2)
    assert ask("purchase", "list") == []


@pytest.mark.usefixtures("anna")
def test_what_is_no_id_is_refused(refused: Said) -> None:
    for typed in ("x", "0", "1.5", "99999999999999999999", "9" * 5000, "²", "1_0", ""):
        refused("deal", "show", typed, code=2)
    assert "there is no deal 12" in refused("deal", "show", "١٢")
    assert "no deal 9223372036854775807" in refused("deal", "show", "9223372036854775807")


@pytest.mark.usefixtures("anna")
def test_a_custom_field_needs_a_name(refused: Said) -> None:
    for typed in ("size", "=XL", " =XL"):
        assert "write FIELD=VALUE" in refused("contact", "edit", "1", "--set", typed, code=2)


@pytest.mark.usefixtures("anna")
def test_a_line_of_text_is_kept_on_one_line(do: Said, ask: Asked) -> None:
    do("contact", "edit", "1", "--phone", "12\n34", "--city", "Nizhny\tNovgorod")
    shown = ask("contact", "show", "1")
    assert (shown["phones"], shown["city"]) == (["12 34"], "Nizhny Novgorod")
