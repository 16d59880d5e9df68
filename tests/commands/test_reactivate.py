"""The morning list through the program; today is 1 July 2026."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_employee, add_sales, add_touch, building
from tests.commands.conftest import Asked, Said
from tests.conftest import Run

KEYS = [
    "contact_id", "name", "external_ref", "phones", "emails", "owner", "channel", "state", "last_purchase_on",
    "silent_days", "period_days", "period_source", "purchase_days", "revenue", "yearly_value", "last_touch_on",
    "reason",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        olga, web = add_employee(writer, "Olga"), add_channel(writer, "Web")
        due = add_contact(writer, "Due", phones=["+79120000001"], emails=["d@example.com"], owner_id=olga)
        dormant = add_contact(writer, "Dormant", channel_id=web)
        active, once, touched = (add_contact(writer, name) for name in ("Active", "Once", "Touched"))
        add_sales(writer, due, date(2026, 4, 1), date(2026, 5, 1), amount=1000_00)
        add_sales(writer, dormant, date(2026, 1, 1), date(2026, 1, 11), amount=100_00)
        add_sales(writer, active, date(2026, 6, 1), date(2026, 6, 29), amount=5000_00)
        add_sales(writer, once, date(2026, 5, 1), amount=10_00)
        add_sales(writer, touched, date(2026, 4, 1), date(2026, 5, 1), amount=9000_00)
        add_touch(writer, touched, date(2026, 6, 24))


@pytest.mark.usefixtures("shop")
def test_a_row_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    rows = ask("reactivate")
    assert [list(row) for row in rows] == [KEYS] * 3
    assert rows[0] == {
        "contact_id": 1,
        "name": "Due",
        "external_ref": None,
        "phones": ["+79120000001"],
        "emails": ["d@example.com"],
        "owner": "Olga",
        "channel": None,
        "state": "due",
        "last_purchase_on": "2026-05-01",
        "silent_days": 61,
        "period_days": 30,
        "period_source": "own",
        "purchase_days": 2,
        "revenue": "2000.00",
        "yearly_value": "12166.67",
        "last_touch_on": None,
        "reason": "buys every 30 days, silent for 61",
    }


@pytest.mark.usefixtures("shop")
def test_the_list_is_ordered_by_value_and_narrowed(ask: Asked) -> None:
    for words, names in (
        ("", ["Due", "Dormant", "Once"]),
        ("--include-touched", ["Touched", "Due", "Dormant", "Once"]),
        ("--owner olga", ["Due"]),
        ("--channel web", ["Dormant"]),
        ("--state dormant", ["Dormant"]),
        ("--min-value 1k", ["Due", "Dormant"]),
        ("--min-value $10 --rate USD=500", ["Due"]),
        ("--limit 1", ["Due"]),
        ("--as-of 2026-05-15", ["Dormant"]),
    ):
        assert [row["name"] for row in ask("reactivate", *words.split())] == names, words


@pytest.mark.usefixtures("shop")
def test_who_was_touched_is_left_out_and_counted(do: Said, ask: Asked) -> None:
    wrapped = ask("reactivate", "--meta", "--limit", "2")
    assert (len(wrapped["rows"]), wrapped["total"], wrapped["left_out"]) == (2, 3, 1)
    assert "1 more touched in the last 7 days; --include-touched shows them." in do("reactivate")
    do("config", "set", "touched_days", "6")
    assert ask("reactivate")[0]["name"] == "Touched"


@pytest.mark.usefixtures("shop")
def test_who_bought_once_is_measured_with_the_base_and_that_is_said(ask: Asked) -> None:
    once = ask("reactivate")[-1]
    assert (once["period_source"], once["period_days"], once["purchase_days"]) == ("base", 28, 1)
    assert "bought once" in once["reason"]


@pytest.mark.usefixtures("shop")
def test_the_thresholds_are_settings(do: Said, ask: Asked) -> None:
    do("config", "set", "dormant_factor", "2")
    assert {row["name"]: row["state"] for row in ask("reactivate")}["Due"] == "dormant"
    do("config", "set", "due_factor", "2.5")
    do("config", "set", "dormant_factor", "100")
    assert [row["name"] for row in ask("reactivate")] == ["Dormant"]


def test_an_empty_list_is_no_failure_unless_it_is_to_be_one(crm: Run, do: Said) -> None:
    assert "Nobody to call" in do("reactivate")
    assert crm("reactivate", "--fail-if-empty").code == 1
