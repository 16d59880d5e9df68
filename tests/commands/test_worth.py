"""What the base is worth, through the program; today is 1 July 2026."""

from dataclasses import replace

import pytest

from crmcli.base.keeping import keep_fit
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.questions.alive import kept_fit, read_fit
from crmcli.values.purchase_model import KeptFit
from tests.builders import add_contact, add_refund, add_sale, building
from tests.commands.conftest import TODAY, Asked, Said, on_sqlite
from tests.commands.test_forecast import KNOWN, sell
from tests.forecast.simulated import buying_days

KEYS = ["segment", "customers", "living", "stay", "low", "mid", "high", "share", "added_points", "five_points"]
SUMMARY = [
    "customers", "living", "stay", "low", "mid", "high", "added_points", "five_points", "horizon_months", "rate",
    "margin", "refund_share", "goods_share", "cost_known_share", "model", "confirmed", "trial", "as_of", "hold_out",
]  # fmt: skip


@pytest.fixture
def shop(base: Base) -> None:
    sell(base, buying_days(KNOWN, 400, seed=8))


@pytest.mark.usefixtures("shop")
def test_segments_add_up_to_the_whole_between_its_bounds(ask: Asked) -> None:
    told = ask("worth", "--meta")
    assert {tuple(row) for row in told["rows"]} == {tuple(KEYS)}
    whole = told["summary"]
    assert list(whole) == SUMMARY
    assert sum(float(row["mid"]) for row in told["rows"]) == pytest.approx(float(whole["mid"]), abs=10)
    assert sum(row["customers"] for row in told["rows"]) == whole["customers"] == 400
    for row in [*told["rows"], whole]:
        assert float(row["low"]) <= float(row["mid"]) <= float(row["high"])
        assert float(row["five_points"]) >= 0
    assert (whole["margin"], whole["horizon_months"], whole["rate"]) == (1, 36, 0.2)


@pytest.mark.usefixtures("shop")
def test_a_longer_time_is_worth_more_and_a_higher_rate_less(ask: Asked) -> None:
    def mid(*words: str) -> float:
        return float(ask("worth", "--meta", *words)["summary"]["mid"])

    assert mid("--horizon", "12") < mid() < mid("--horizon", "60")
    assert mid("--rate", "30%") < mid() < mid("--rate", "0%")


@pytest.mark.usefixtures("shop")
def test_a_rate_that_is_more_than_the_whole_is_told_how_to_be_written(refused: Said) -> None:
    said = refused("worth", "--rate", "12.5", code=2)
    assert "'12.5' is more than the whole: write 12.5% or 0.125" in said


@on_sqlite
def test_what_leaves_no_margin_is_worth_nothing_and_that_is_said(base: Base, do: Said, ask: Asked) -> None:
    sell(base, buying_days(KNOWN, 400, seed=8))
    with building(base) as writer:
        add_sale(writer, add_contact(writer), TODAY, 100, cost=100)
    assert do("worth").startswith("Worth of 401 customers: nothing, as nothing is left of what customers pay. By ")
    assert {row["mid"] for row in ask("worth")} == {"0.00"}


@pytest.mark.usefixtures("shop")
def test_without_discount_it_is_what_the_forecast_expects(ask: Asked) -> None:
    worth = ask("worth", "--rate", "0", "--horizon", "12", "--meta")["summary"]
    forecast = ask("forecast", "--days", "365", "--meta", "--limit", "1")["summary"]
    assert float(worth["mid"]) == pytest.approx(float(forecast["expected_value"]), rel=1e-4)


def test_refunds_and_goods_are_taken_off_and_that_is_printed(base: Base, do: Said, ask: Asked) -> None:
    sell(base, buying_days(KNOWN, 400, seed=8))
    before = ask("worth", "--meta")["summary"]
    assert "what goods cost is not known, so all the rest counts as margin" in do("worth")
    with building(base) as writer:
        anna = add_contact(writer)
        add_sale(writer, anna, TODAY, 100, cost=40)
        add_refund(writer, anna, TODAY, 50_000)
    after = ask("worth", "--meta")["summary"]
    assert after["goods_share"] == 0.4
    assert after["margin"] == 0.6
    assert after["refund_share"] > 0
    assert float(after["mid"]) == pytest.approx(0.6 * float(before["mid"]), rel=0.01)
    assert "goods cost 40% of the rest" in do("worth")


@pytest.mark.usefixtures("shop")
def test_a_saved_segment_is_valued_alone(do: Said, ask: Asked) -> None:
    do("segment", "add", "Often", "--where", "purchase_days >= 5")
    (row,) = ask("worth", "--segment", "Often")
    assert row["segment"] == "Often"
    assert 0 < row["customers"] < 400
    assert row["share"] == 1
    shown = do("worth")
    assert "5 points more would add" in shown
    assert "Discount a year" in shown


@pytest.mark.usefixtures("shop")
def test_a_model_that_did_best_is_confirmed_and_what_it_was_off_by_is_in_the_bounds(do: Said, ask: Asked) -> None:
    told = ask("worth", "--meta")["summary"]
    assert told["confirmed"]
    assert told["hold_out"][0]["forecast"] == told["model"]
    off = abs(told["hold_out"][0]["revenue_error"])
    first = do("worth").splitlines()[0]
    assert first.startswith("Worth of 400 customers: ")
    assert "RUB" in first
    assert ", the margin of 36 months to come; money a year off counts as 1/1.2. By MBG/NBD (log-likelihood " in first
    assert f"came nearer than the naive forecasts (the model's revenue was {100 * off:.1f}% off)." in first
    assert "Low and high rest on 5 trials of 90 days." in do("worth")


@on_sqlite
def test_a_model_that_a_naive_forecast_beat_is_not_confirmed_and_that_is_said_first(
    base: Base, do: Said, ask: Asked
) -> None:
    """A sale like none before brings those back whom the model takes to have left."""
    sell(base, [one if n % 3 else [*one, *range(1, 90, 4)] for n, one in enumerate(buying_days(KNOWN, 400, seed=8))])
    first = do("worth").splitlines()[0]
    assert "The model is not confirmed: when it was tried, " in first
    told = ask("worth", "--meta")["summary"]
    assert f" came nearer (the model's revenue was {100 * abs(told['hold_out'][0]['revenue_error']):.1f}% off)" in first
    assert not told["confirmed"]
    assert "fit of 2026-07-01, which no trial confirmed;" in do("reactivate")
    assert float(told["high"]) > 1.5 * float(told["mid"])


@on_sqlite
def test_a_model_that_could_not_be_tried_is_not_confirmed(base: Base, do: Said, ask: Asked) -> None:
    sell(base, buying_days(KNOWN, 60, seed=1))
    assert "The model is not confirmed, it could not be tried: " in do("worth").splitlines()[0]
    told = ask("worth", "--meta")["summary"]
    assert (told["confirmed"], told["hold_out"]) == (False, [])
    assert " more to make 3 count as 25% off." in do("worth")


@on_sqlite
def test_a_fit_that_a_trial_of_another_length_confirmed_stays_confirmed(base: Base, do: Said, ask: Asked) -> None:
    sell(base, buying_days(KNOWN, 60, seed=1))
    do("worth")
    with reading(base) as connection:
        found = read_fit(connection.execute(kept_fit()).one())
    assert isinstance(found, KeptFit)
    assert not found.confirmed
    keep_fit(base, replace(found, confirmed=True))
    do("worth")
    assert ask("reactivate", "--meta")["summary"]["fit_confirmed"]
    do("worth", "--as-of", "2026-07-02")
    assert not ask("reactivate", "--as-of", "2026-07-02", "--meta")["summary"]["fit_confirmed"]


@on_sqlite
def test_the_points_that_are_left_are_said_where_they_are_fewer_than_five(base: Base, do: Said, ask: Asked) -> None:
    faithful = replace(KNOWN, a=0.02, b=1.0)
    sell(base, buying_days(faithful, 400, seed=8))
    told = ask("worth", "--meta")["summary"]
    assert told["added_points"] == pytest.approx(1 - told["stay"], abs=1e-3)
    assert f"{100 * told['added_points']:.1f} points more, as nearly all stay already, would add" in do("worth")
    assert "All stay" in do("worth")


@on_sqlite
def test_a_model_that_was_off_by_more_than_the_whole_is_not_to_be_relied_on(base: Base, do: Said) -> None:
    """Nearly all stopped before the days held out."""
    sell(base, [one if n % 10 == 0 else [ago + 120 for ago in one] for n, one in enumerate(buying_days(KNOWN, 400, 8))])
    assert "do not rely on this" in do("worth", "--horizon", "3")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_months_that_are_many_times_as_far_ahead_as_could_be_tried_are_said_to_be(do: Said) -> None:
    assert "This looks 3650 days ahead, and no more than 332 could be tried" in do("worth", "--horizon", "120")
    assert "could be tried" not in do("worth")


@on_sqlite
def test_where_there_is_no_revenue_no_error_of_it_is_told(base: Base, do: Said) -> None:
    sell(base, buying_days(KNOWN, 400, seed=8), amount=0)
    said = do("worth").splitlines()[0]
    assert said.startswith("Worth of 400 customers: nothing, ")
    assert said.endswith("When it was tried, the model came nearer than the naive forecasts.")
