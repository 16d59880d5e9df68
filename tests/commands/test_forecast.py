"""Forecasts through the program; today is 1 July 2026."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, distinct, func, insert, select, update

from crmcli.base import keeping, patience
from crmcli.base.bulk import insert_rows
from crmcli.base.keeping import keep_fit
from crmcli.base.opening import Base
from crmcli.base.writing import writing
from crmcli.commands import fitting
from crmcli.errors import NotAllowed
from crmcli.forecast.amounts import AmountModel, Amounts
from crmcli.schema import contacts, fits, purchases
from crmcli.values.purchase_model import MBG, KeptFit, PurchaseModel
from tests.builders import add_contact, add_refund, add_sales, building
from tests.commands.conftest import TODAY, Asked, Said, on_sqlite
from tests.conftest import Run
from tests.forecast.simulated import buying_days

KEYS = [
    "contact_id", "name", "external_ref", "purchase_days", "recency_days", "age_days", "alive", "expected_purchases",
    "expected_value", "next_purchase_on",
]  # fmt: skip
KNOWN = PurchaseModel(MBG, r=0.9, alpha=45, a=0.7, b=2.0)


def sell(base: Base, days_of_each: list[list[int]], amount: int = 100_00) -> None:
    """A contact each, who bought so many days ago."""
    with building(base) as writer:
        contact = {"kind": "person", "extra": {}, "created_at": writer.now}
        people = [(n, f"Buyer {n}", f"buyer {n}", *contact.values()) for n in range(1001, 1001 + len(days_of_each))]
        insert_rows(writer.connection, contacts, ("id", "name", "search_key", *contact), people)
        sales = [
            (n, TODAY - timedelta(days=ago), "sale", amount * (1 + (n * 7 + ago) % 5) // 2)
            for n, days in enumerate(days_of_each, 1001)
            for ago in days
        ]
        insert_rows(writer.connection, purchases, ("contact_id", "purchased_on", "kind", "amount"), sales)


@pytest.fixture
def shop(base: Base) -> None:
    """Customers who buy and leave as MBG/NBD has it."""
    sell(base, buying_days(KNOWN, 400, seed=8))


@pytest.mark.usefixtures("shop")
def test_a_row_has_the_promised_keys_in_their_order_and_the_most_valuable_comes_first(ask: Asked) -> None:
    rows = ask("forecast")
    assert len(rows) == 400
    assert {tuple(row) for row in rows} == {tuple(KEYS)}
    values = [float(row["expected_value"]) for row in rows]
    assert values == sorted(values, reverse=True)
    assert all(0 <= row["alive"] <= 1 for row in rows)
    assert ask("forecast", "--limit", "3") == rows[:3]


@pytest.mark.usefixtures("shop")
def test_meta_has_the_parameters_the_log_likelihood_and_what_was_held_out(ask: Asked) -> None:
    told = ask("forecast", "--meta", "--limit", "1")
    summary = told["summary"]
    assert (told["total"], told["left_out"]) == (400, 0)
    taken = next(row for row in summary["models"] if row["taken"])
    assert (taken["model"], summary["used"]) == ("MBG/NBD", "MBG/NBD")
    assert taken["r_low"] < KNOWN.r < taken["r_high"]
    assert taken["log_likelihood"] < 0
    assert [row["forecast"] for row in summary["hold_out"]] == [summary["used"], "last year's pace", "everybody alike"]
    fit = summary["hold_out"][0]
    assert fit["purchases"] / summary["held_out_purchases"] - 1 == pytest.approx(fit["error"], abs=0.01)
    assert len(summary["tenths"]) == 10
    assert sum(row["bought"] for row in summary["tenths"]) == summary["held_out_purchases"]
    assert summary["expected_purchases_low"] < summary["expected_purchases"] < summary["expected_purchases_high"]
    assert (summary["until"], summary["held_out_days"]) == ("2026-09-29", 90)


@pytest.mark.usefixtures("shop")
def test_the_parameters_of_amounts_and_their_likelihood_are_in_whole_units_of_the_currency(
    base: Base, ask: Asked
) -> None:
    do_not_pay = purchases.c.contact_id < 1020
    with building(base) as writer:
        writer.connection.execute(update(purchases).where(do_not_pay).values(amount=0))
        brought = writer.connection.execute(
            select(func.count(distinct(purchases.c.purchased_on)), func.sum(purchases.c.amount))
            .where(~do_not_pay)
            .group_by(purchases.c.contact_id)
        ).all()
    (told,) = ask("forecast", "--meta", "--limit", "1")["summary"]["amounts"]
    days, revenue = (np.array([float(row[place]) for row in brought]) for place in (0, 1))
    amounts = Amounts(days.astype(np.int64), revenue / 100)
    height, slope = amounts.log_likelihood(AmountModel(told["p"], told["q"], told["v"]))
    assert told["log_likelihood"] == pytest.approx(height, rel=1e-9)
    assert slope * [told["p"], told["q"], told["v"]] == pytest.approx(np.zeros(3), abs=0.05)


@on_sqlite
def test_where_all_buyers_are_archived_that_is_said_and_no_segment_is_spoken_of(base: Base, do: Said) -> None:
    sell(base, buying_days(KNOWN, 60, seed=1))
    with building(base) as writer:
        writer.connection.execute(update(contacts).values(archived_at=writer.now))
    for command in ("forecast", "worth"):
        assert do(command) == "All who have bought are archived."


@pytest.mark.usefixtures("shop")
def test_the_rows_add_up_to_the_total_and_more_days_bring_more(ask: Asked) -> None:
    ninety, year = (ask("forecast", "--days", days, "--meta") for days in ("90", "365"))
    for told in (ninety, year):
        expected = sum(row["expected_purchases"] for row in told["rows"])
        assert told["summary"]["expected_purchases"] == pytest.approx(expected, rel=1e-3)
    assert year["summary"]["expected_purchases"] > ninety["summary"]["expected_purchases"]


@pytest.mark.usefixtures("shop")
def test_the_table_says_the_total_the_model_and_how_good_it_was(do: Said, ask: Asked) -> None:
    shown = do("forecast", "--limit", "2")
    assert shown.startswith("In 90 days, up to 2026-09-29, 400 customers will make ")
    assert (
        "; new customers come on top. By MBG/NBD, which came nearest: tried on the last 90 days, MBG/NBD was " in shown
    )
    assert "The bounds are for 95 of 100 cases: chance, what the fit leaves open, and how far off trials were" in shown
    assert "MBG/NBD: r " in shown
    first = ask("forecast", "--limit", "1")[0]
    purchases, alive = f"{first['expected_purchases']:.2f}", f"{first['alive']:.0%}"
    assert f" {alive}       {purchases} " in shown.splitlines()[3]
    assert "The last 90 days, foretold from what was known before" in shown
    assert "By tenths of the customers" in shown


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_the_bounds_rest_on_several_trials_and_those_of_a_longer_time_are_no_luckier(do: Said, ask: Asked) -> None:
    assert "They rest on 5 trials of 90 days." in do("forecast")
    said = "They rest on 2 trials of 70 days; 1 more to make 3 count as 25% off."
    assert said in do("forecast", "--as-of", "2024-12-01")
    for as_of in ("2026-07-01", "2026-04-01", "2025-12-31"):
        widths = []
        for days in ("90", "365", "3650"):
            told = ask("forecast", "--as-of", as_of, "--days", days, "--meta", "--limit", "1")["summary"]
            width = float(told["expected_value_high"]) - float(told["expected_value_low"])
            widths.append(round(width / float(told["expected_value"]), 3))
        assert min(widths[1:]) > 0.9 * widths[0]


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_what_is_many_times_as_far_ahead_as_could_be_tried_is_said_to_be(do: Said, ask: Asked) -> None:
    tried = ask("forecast", "--days", "3650", "--meta", "--limit", "1")["summary"]["held_out_days"]
    assert 300 < tried < 365
    said = f"This looks {4 * tried + 1} days ahead, and no more than {tried} could be tried: how far off"
    assert said in do("forecast", "--days", str(4 * tried + 1))
    assert "could be tried" not in do("forecast", "--days", str(4 * tried))


@pytest.mark.usefixtures("shop")
def test_who_got_all_back_or_never_paid_is_expected_to_bring_nothing(base: Base, do: Said, ask: Asked) -> None:
    before = ask("forecast")
    first, second = before[0]["contact_id"], before[1]["contact_id"]
    with building(base) as writer:
        add_refund(writer, first, TODAY - timedelta(days=200), 100_000_00)
        writer.connection.execute(update(purchases).where(purchases.c.contact_id == second).values(amount=0))
    after = {row["contact_id"]: row for row in ask("forecast")}
    for contact_id in (first, second):
        assert float(after[contact_id]["expected_value"]) == 0
        assert after[contact_id]["expected_purchases"] > 1
    assert float(after[before[2]["contact_id"]]["expected_value"]) > 0
    assert "2 customers paid nothing so far, or got all back: no value is expected of them." in do("forecast")


@pytest.mark.usefixtures("shop")
def test_a_segment_is_foretold_by_the_fit_of_all(do: Said, ask: Asked) -> None:
    do("segment", "add", "Often", "--where", "purchase_days >= 5")
    some, everybody = (ask("forecast", "--meta", *words) for words in (("--segment", "Often"), ()))
    assert 0 < some["total"] < 400
    assert some["left_out"] == 400 - some["total"]
    assert some["summary"]["models"] == everybody["summary"]["models"]
    by_id = {row["contact_id"]: row for row in everybody["rows"]}
    assert all(by_id[row["contact_id"]] == row for row in some["rows"])
    do("segment", "add", "Nobody", "--where", "purchase_days >= 500")
    assert do("forecast", "--segment", "Nobody") == "Nobody in the segment has bought, or all who have are archived."
    assert "foretold from what was known before, of all customers" in do("forecast", "--segment", "Often")
    assert "of all customers" not in do("forecast")


@pytest.mark.usefixtures("shop")
def test_the_fit_is_kept_for_reactivate_and_leaves_no_trace_in_the_history(do: Said, ask: Asked, crm: Run) -> None:
    before = crm("history", "--format", "json").out
    assert {row["alive"] for row in ask("reactivate")} == {None}
    do("forecast")
    found = {row["contact_id"]: row for row in ask("forecast")}
    listed = ask("reactivate")
    assert all(row["alive"] == found[row["contact_id"]]["alive"] for row in listed)
    assert len(listed) > 50
    assert crm("history", "--format", "json").out == before
    assert "fit of 2026-07-01; crmcli" in do("reactivate", "--limit", "1")
    assert ask("reactivate", "--meta", "--limit", "1")["summary"]["fit_confirmed"]


@pytest.mark.usefixtures("shop")
def test_a_fit_of_a_later_day_is_kept_but_one_of_a_day_to_come_is_a_mistake(do: Said) -> None:
    for command, day, keeps in (
        ("forecast", "2026-07-20", "2026-07-20"),
        ("worth", "2026-05-01", "2026-05-01"),
        ("forecast", "2026-06-01", "2026-06-01"),
        ("forecast", "2026-04-01", "2026-06-01"),
        ("worth", "2026-04-01", "2026-06-01"),
        ("forecast", "2010-01-01", "2026-06-01"),
        ("forecast", "2026-07-01", "2026-07-01"),
    ):
        do(command, "--as-of", day)
        assert f"fit of {keeps}" in do("reactivate").replace("fit is of", "fit of")


@on_sqlite
@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("command", ["forecast", "worth"])
def test_a_fit_does_not_outlive_the_purchases_that_it_is_of(base: Base, do: Said, command: str) -> None:
    do("forecast")
    assert "Alive by" in do("reactivate")
    with building(base) as writer:
        writer.connection.execute(delete(purchases).where(purchases.c.contact_id > 1020))
    assert do(command).startswith("Too little history")
    assert "Alive by" not in do("reactivate")
    said = "By value: who is at risk is not known. crmcli forecast of 2026-07-01 found no model that fits."
    assert said in do("reactivate", "--by", "value-at-risk")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_of_a_segment_without_buyers_nothing_is_kept_and_the_fit_stays(do: Said) -> None:
    do("forecast")
    do("segment", "add", "Nobody", "--where", "purchase_days >= 500")
    do("forecast", "--segment", "Nobody")
    do("forecast", "--as-of", "2031-01-01")
    assert "Alive by" in do("reactivate")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_a_fit_made_while_sales_may_be_missing_is_not_confirmed(do: Said, ask: Asked) -> None:
    assert "are the latest sales stored?" in do("forecast", "--as-of", "2026-07-27")
    assert not ask("reactivate", "--as-of", "2026-07-27", "--meta")["summary"]["fit_confirmed"]


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_a_kept_fit_that_cannot_be_read_is_none_and_is_replaced(base: Base, do: Said) -> None:
    with building(base) as writer:
        writer.connection.execute(insert(fits).values(as_of=TODAY, model="[junk"))
    assert "crmcli forecast makes it known" in do("reactivate", "--by", "value-at-risk")
    do("worth")
    assert "Alive by the MBG/NBD fit of 2026-07-01" in do("reactivate")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_where_the_base_may_not_be_written_the_fit_is_shown_and_not_kept(
    do: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise NotAllowed("the base may not be written")

    monkeypatch.setattr(fitting, "keep_fit", refuse)
    assert "The fit is not kept: the base may not be written." in do("forecast")


@pytest.mark.usefixtures("shop")
def test_where_the_base_is_busy_the_fit_is_shown_and_not_kept(
    base: Base, do: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.0)
    monkeypatch.setattr(patience, "PATIENCE", 3600.0)
    with writing(base, "test", "another", keep=False):
        assert "The fit is not kept: the base is busy" in do("forecast")


@on_sqlite
def test_where_a_naive_forecast_is_nearer_it_is_used_and_that_is_said(do: Said, ask: Asked, base: Base) -> None:
    """A sale like none before brings everybody back in the last days: the year's pace is nearer than the fit."""
    sell(
        base, [[*(ago for ago in range(20, 700, 3 + n % 9) if ago > 90 * (n % 2)), *range(1, 90, 5)] for n in range(90)]
    )
    summary = ask("forecast", "--meta")["summary"]
    scores = {row["forecast"]: row["tenths_error"] for row in summary["hold_out"]}
    assert summary["used"] in scores
    assert scores[summary["used"]] == min(scores.values())
    assert f"{summary['used']}" in do("forecast")
    assert "Alive" not in do("forecast").splitlines()[1]
    assert {row["alive"] for row in ask("forecast")} == {None}


@on_sqlite
def test_where_no_model_fits_alive_is_not_told(do: Said, ask: Asked, base: Base) -> None:
    """Everybody buys every ten days for ever: customers do not differ, and nobody leaves."""
    sell(base, [list(range(5, 700, 10)) for _ in range(60)])
    keep_fit(base, KeptFit(KNOWN, TODAY, confirmed=True))
    assert "Alive by" in do("reactivate", "--as-of", "2026-08-30")
    told = ask("forecast", "--meta")
    assert {row["alive"] for row in told["rows"]} == {None}
    assert told["summary"]["used"] in {"last year's pace", "everybody alike"}
    assert told["rows"][0]["expected_purchases"] == pytest.approx(9, abs=0.3)
    assert told["rows"][0]["next_purchase_on"] == "2026-07-08"
    assert ", as no model fits these purchases, so nobody knows who is alive: tried on the last" in do("forecast")
    assert "Alive by" not in do("reactivate", "--as-of", "2026-08-30")
    said = "By value: who is at risk is not known. crmcli forecast of 2026-07-01 found no model that fits."
    assert said in do("reactivate", "--by", "value-at-risk", "--as-of", "2026-08-30")
    assert "so nobody knows who is alive" in do("worth")


@on_sqlite
def test_nothing_to_be_expected_is_said_in_words(do: Said, ask: Asked, base: Base) -> None:
    """All but three buy every ten days for ever, the three last did so more than a year ago."""
    sell(base, [list(range(400 if n < 3 else 5, 700, 10)) for n in range(60)])
    do("segment", "add", "Gone", "--where", "silent_days > 365")
    assert ask("forecast", "--segment", "Gone", "--meta")["summary"]["used"] == "last year's pace"
    said = do("forecast", "--segment", "Gone")
    told = "In 90 days, up to 2026-09-29, nothing is to be expected of 3 customers: nobody came back in the last year."
    assert said.startswith(told)
    assert "0 to 0" not in said


def test_too_little_history_is_said_and_not_guessed(crm: Run, do: Said, ask: Asked, base: Base) -> None:
    for command in ("forecast", "worth"):
        assert do(command) == "Nobody has bought yet."
    with building(base) as writer:
        anna = add_contact(writer)
        add_sales(writer, anna, date(2026, 7, 1))
    for command in ("forecast", "worth"):
        assert do(command).startswith("Too little history: nobody has come back for a second purchase day so far")
    with building(base) as writer:
        add_sales(writer, anna, date(2026, 5, 1), date(2026, 5, 9))
    assert do("forecast").startswith("Too little history: 1 customer has come back")
    assert ask("forecast") == []
    assert ask("forecast", "--meta")["total"] == 0
    assert crm("forecast", "--fail-if-empty").code == 1


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_any_day_may_be_asked_about(do: Said, ask: Asked) -> None:
    assert do("forecast", "--as-of", "1900-01-01") == "Nobody has bought yet."
    assert ask("forecast", "--as-of", "2026-06-20", "--limit", "1")


def test_where_no_model_fits_and_nothing_can_be_tried_nobody_is_foretold(base: Base, do: Said, ask: Asked) -> None:
    """Everybody began within a month and came back once: nothing to hold out, and nobody seems ever to leave."""
    sell(base, [[1, 20 + n % 5] for n in range(40)])
    for command in ("forecast", "worth"):
        assert do(command).startswith("Too little to go by: BG/NBD: ")
        assert do(command).endswith("; and too little history to hold some of it out.")
        told = ask(command, "--meta")
        assert (told["rows"], told["summary"]["reason"]) == ([], do(command))


@pytest.mark.usefixtures("shop")
def test_a_day_is_tried_on_four_weeks_and_quiet_days_do_not_hinder_it(do: Said, ask: Asked) -> None:
    """In the last of these cases nobody has bought for days: one held out would bring nothing to compare with."""
    for day in ("2026-07-01", "2026-07-10"):
        summary = ask("forecast", "--days", "1", "--as-of", day, "--meta", "--limit", "1")["summary"]
        assert summary["held_out_days"] == 28
        assert summary["held_out_purchases"] > 0
    assert "The last 28 days, foretold from what was known before" in do("forecast", "--days", "1")


@pytest.mark.usefixtures("shop")
def test_where_nobody_has_bought_for_long_the_latest_sales_are_asked_for(do: Said, ask: Asked) -> None:
    last = ask("forecast", "--as-of", "2031-01-01", "--meta")["summary"]["reason"].split()[4].rstrip(":")
    said = f"Nobody has bought since {last}: are the latest sales stored? --as-of {last} looks from then."
    for command in ("forecast", "worth"):
        assert do(command, "--as-of", "2031-01-01") == said
    assert ask("forecast", "--as-of", "2031-01-01", "--meta")["rows"] == []
    assert ask("forecast", "--as-of", last, "--limit", "1")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_where_everybody_has_been_quiet_for_weeks_it_is_asked_first_whether_sales_are_missing(do: Said) -> None:
    said = "Nobody has bought since 2026-07-01: are the latest sales stored? --as-of 2026-07-01 looks from then. "
    do("purchase", "add", "1001", "100", "--on", "2026-07-01")
    for command, begins in (("forecast", "In 90 days, "), ("worth", "Worth of 400 customers: ")):
        assert do(command, "--as-of", "2026-07-28").startswith(said + begins)
        assert do(command, "--as-of", "2026-07-08").startswith(begins)


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_without_the_extra_one_line_says_how_to_install_it(refused: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "find_spec", lambda name: None)
    for command in ("forecast", "worth"):
        assert "pip install 'crmcli[forecast]'" in refused(command)


@on_sqlite
def test_what_was_off_by_more_than_the_whole_is_not_to_be_relied_on(base: Base, do: Said) -> None:
    """All but a few stopped before the days held out: whatever was known before expects several times too much."""
    sell(base, [list(range(1 if n < 3 else 100, 700, 20 + n % 9)) for n in range(90)])
    assert "When it was tried it was off by more than the whole: do not rely on this." in do("forecast")


def test_cdnow_is_foretold_within_its_bounds(shared_data: Path, sqlite_base: Base, program: Run) -> None:
    """The sample, of which is known what the 90 days after each of these days brought."""
    days: dict[str, set[int]] = {}
    for line in (shared_data / "cdnow" / "CDNOW_sample.txt").read_text().splitlines():
        customer, _, on, _, _ = line.split()
        ago = (date(1998, 4, 1) - date(int(on[:4]), int(on[4:6]), int(on[6:]))).days
        days.setdefault(customer, set()).add(ago)
    sell(sqlite_base, [sorted(one) for one in days.values()])
    for day in (date(1998, 4, 1), date(1998, 2, 1), date(1998, 1, 1), date(1997, 9, 1)):
        back = (date(1998, 4, 1) - day).days
        as_of = str(TODAY - timedelta(days=back))
        words = ("forecast", "--as-of", as_of, "--format", "json", "--meta", "--limit", "1")
        summary = json.loads(program("--base", str(sqlite_base.location), *words).out)["summary"]
        came = sum(1 for one in days.values() if max(one) >= back for ago in one if back - 90 <= ago < back)
        assert summary["used"] == "MBG/NBD"
        assert summary["expected_purchases_low"] < came < summary["expected_purchases_high"], day
        assert summary["expected_purchases"] == pytest.approx(came, rel=0.35)
