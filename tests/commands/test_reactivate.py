"""The morning list through the program; today is 1 July 2026."""

from datetime import date

import pytest

from crmcli.base.keeping import keep_fit
from crmcli.base.opening import Base
from crmcli.values.purchase_model import MBG, KeptFit, PurchaseModel
from tests.builders import add_channel, add_contact, add_employee, add_sales, add_touch, building
from tests.commands.conftest import Asked, Said
from tests.conftest import Run

KEYS = [
    "contact_id", "name", "external_ref", "phones", "emails", "owner", "channel", "state", "last_purchase_on",
    "silent_days", "period_days", "period_source", "purchase_days", "revenue", "yearly_value", "alive",
    "value_at_risk", "last_touch_on", "reason",
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
        "alive": None,
        "value_at_risk": None,
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


@pytest.fixture
def fit(base: Base) -> PurchaseModel:
    """A model that the base keeps, of April."""
    model = PurchaseModel(MBG, r=0.8, alpha=40, a=0.8, b=2.5)
    keep_fit(base, KeptFit(model, date(2026, 4, 1), confirmed=True))
    return model


@pytest.mark.usefixtures("shop")
def test_alive_is_shown_with_the_date_of_its_fit_where_there_is_one(do: Said, ask: Asked, fit: PurchaseModel) -> None:
    rows = ask("reactivate")
    assert [list(row) for row in rows] == [KEYS] * 3
    alive = fit.alive(2, 30, 91) or 0
    assert rows[0]["alive"] == round(alive, 4)
    assert rows[0]["value_at_risk"] == f"{2000 * alive * (1 - alive):.2f}"
    shown = do("reactivate")
    assert "Alive by the MBG/NBD fit of 2026-04-01; crmcli forecast makes it anew." in shown
    assert "Alive" in shown
    assert "At risk" not in shown


@pytest.mark.usefixtures("shop")
def test_a_fit_that_no_trial_confirmed_is_called_so(base: Base, do: Said, ask: Asked, fit: PurchaseModel) -> None:
    told = {"fit": "MBG/NBD", "fit_as_of": "2026-04-01", "fit_confirmed": True}
    assert ask("reactivate", "--meta")["summary"] == told
    keep_fit(base, KeptFit(fit, date(2026, 4, 1), confirmed=False))
    assert ask("reactivate", "--meta")["summary"] == told | {"fit_confirmed": False}
    assert "Alive by the MBG/NBD fit of 2026-04-01, which no trial confirmed; crmcli forecast" in do("reactivate")


@pytest.mark.usefixtures("shop", "fit")
def test_who_is_at_risk_comes_first_where_it_is_asked_for(do: Said, ask: Asked) -> None:
    rows = ask("reactivate", "--by", "value-at-risk", "--include-touched")
    risks = [float(row["value_at_risk"]) for row in rows]
    assert risks == sorted(risks, reverse=True)
    assert "At risk" in do("reactivate", "--by", "value-at-risk")


@pytest.mark.usefixtures("shop")
def test_without_a_fit_the_list_is_by_value_and_says_what_is_missing(do: Said, ask: Asked) -> None:
    assert ask("reactivate", "--by", "value-at-risk") == ask("reactivate")
    assert "crmcli forecast makes it known" in do("reactivate", "--by", "value-at-risk")
    assert "Alive" not in do("reactivate")
    assert ask("reactivate", "--meta")["summary"] == {"fit": None, "fit_as_of": None, "fit_confirmed": None}


@pytest.mark.usefixtures("shop", "fit")
def test_a_fit_of_a_later_day_is_not_used_and_that_is_said(do: Said, ask: Asked) -> None:
    rows = ask("reactivate", "--as-of", "2026-03-31", "--by", "value-at-risk", "--include-touched")
    assert {row["alive"] for row in rows} == {None}
    said = do("reactivate", "--as-of", "2026-03-31", "--include-touched")
    assert "Who is alive is not known yet on this day: the fit is of 2026-04-01." in said
