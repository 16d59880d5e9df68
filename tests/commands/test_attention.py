"""Where touches go, through the program; today is 1 July 2026."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_deal, add_sales, add_touch, building
from tests.commands.conftest import Asked, Said

KEYS = [
    "contact_id", "name", "external_ref", "phones", "owner", "channel", "finding", "touches", "norm",
    "cost_of_service", "worth", "last_touch_on", "silent_days", "stage", "why",
]  # fmt: skip
SUMS = [
    "kind", "contacts", "touches", "touches_per_year", "norm", "below_norm", "without_touch", "cost_of_service",
    "revenue", "money_per_touch",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        rich, poor = add_contact(writer, "Rich"), add_contact(writer, "Poor")
        add_sales(writer, rich, date(2026, 5, 1), date(2026, 6, 1), amount=9_000_00)
        add_sales(writer, poor, date(2026, 5, 1), date(2026, 6, 1), amount=10_00)
        for day in range(1, 7):
            add_touch(writer, poor, date(2026, 6, day))
        add_deal(writer, ("Proposal", date(2026, 6, 1)), contact_id=add_contact(writer, "Asked"), amount=500_00)
        add_touch(writer, add_contact(writer, "Wrote"), date(2026, 6, 10), kind="email", direction="in")


@pytest.mark.usefixtures("shop")
def test_a_row_has_the_promised_keys_in_their_order_and_its_reason(ask: Asked) -> None:
    rows = ask("attention")
    assert [list(row) for row in rows] == [KEYS] * 4
    assert [(row["name"], row["finding"], row["why"]) for row in rows] == [
        ("Asked", "waiting", "deal at Proposal, never touched, silence for 30 days"),
        ("Wrote", "waiting", "asked by email and not answered, silence for 21 days"),
        ("Rich", "untouched", "worth more than most, and not touched for a year"),
        ("Poor", "overserved", "6 touches in a year (norm 4), and worth less than most"),
    ]
    assert (rows[0]["worth"], rows[0]["silent_days"], rows[3]["norm"]) == ("500.00", 30, 4)


@pytest.mark.usefixtures("shop")
def test_the_list_is_narrowed_and_the_norm_is_a_setting(do: Said, ask: Asked) -> None:
    for words, names in (
        ("--only waiting", ["Asked", "Wrote"]),
        ("--silent 25", ["Asked", "Rich", "Poor"]),
        ("--only overserved", ["Poor"]),
        ("--as-of 2026-06-12", ["Rich", "Poor"]),
        ("--limit 1", ["Asked"]),
    ):
        assert [row["name"] for row in ask("attention", *words.split())] == names, words
    do("config", "set", "attention_customer", "6")
    assert ask("attention", "--only", "overserved") == []


@pytest.mark.usefixtures("shop")
def test_who_refused_or_has_the_next_contact_planned_does_not_wait(do: Said, ask: Asked) -> None:
    do("touch", "add", "Wrote", "call", "--outcome", "refused", "--on", "2026-06-11")
    do("contact", "edit", "Asked", "--next", "2026-07-01")
    assert ask("attention", "--only", "waiting") == []


@pytest.mark.usefixtures("shop")
def test_the_sums_have_the_promised_keys(do: Said, ask: Asked) -> None:
    do("config", "set", "cost_call", "50")
    rows = ask("attention", "--sums")
    assert [list(row) for row in rows] == [SUMS] * 2
    customers, leads = rows
    assert customers == {
        "kind": "customer",
        "contacts": 2,
        "touches": 6,
        "touches_per_year": "3",
        "norm": 4,
        "below_norm": 1,
        "without_touch": 1,
        "cost_of_service": "300.00",
        "revenue": "18020.00",
        "money_per_touch": "3003.33",
    }
    assert (leads["touches_per_year"], leads["norm"], leads["money_per_touch"]) == ("0.5", 6, "0.00")
    told = do("attention")
    assert "2 customers: 3.0 touches each in a year, the norm is 4; 1 below it; a touch brings 3\xa0003.33." in told


def test_an_empty_base_answers_in_words(do: Said, ask: Asked, refused: Said) -> None:
    assert do("attention").startswith("Nobody stands out: no lead who asked waits")
    assert do("attention", "--sums") == "No contact yet."
    assert [row["contacts"] for row in ask("attention", "--sums")] == [0, 0]
    assert "leave --only out" in refused("attention", "--sums", "--only", "waiting", code=2)
