"""What the base is worth, through the program; today is 1 July 2026."""

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_refund, add_sale, building
from tests.commands.conftest import TODAY, Asked, Said
from tests.commands.test_forecast import KNOWN, sell
from tests.forecast.simulated import buying_days

KEYS = ["segment", "customers", "living", "stay", "low", "mid", "high", "share", "five_points"]
SUMMARY = [
    "customers", "living", "stay", "low", "mid", "high", "five_points", "horizon_months", "rate", "margin",
    "refund_share", "goods_share", "cost_known_share", "model", "as_of",
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
    assert after["margin"] == pytest.approx((1 - after["refund_share"]) * 0.6, abs=1e-3)
    assert float(after["mid"]) < 0.61 * float(before["mid"])
    assert "goods cost 40% of the rest" in do("worth")


@pytest.mark.usefixtures("shop")
def test_a_saved_segment_is_valued_alone(do: Said, ask: Asked) -> None:
    do("segment", "add", "Often", "--where", "purchase_days >= 5")
    (row,) = ask("worth", "--segment", "Often")
    assert row["segment"] == "Often"
    assert 0 < row["customers"] < 400
    assert row["share"] == 1
    shown = do("worth")
    assert "Five points more would add" in shown
    assert "A year takes off" in shown
