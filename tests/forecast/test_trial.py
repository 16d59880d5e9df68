"""How near the forecasts came: totals, tenths and ranking, beside the same told pair by pair."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.forecast.customers import Customers
from crmcli.forecast.fitting import choose
from crmcli.forecast.prediction import ALIKE, PACE, by_models, by_pace
from crmcli.forecast.trial import FIT, HeldOut, Score, Trial, ranking, tried
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast.simulated import known_customers

KNOWN = PurchaseModel(MBG, r=0.9, alpha=45, a=0.7, b=2.0)
DAYS = 90


@given(st.lists(st.tuples(st.sampled_from((0.0, 0.5, 1.0, 2.5)), st.booleans()), max_size=12))
def test_ranking_is_how_often_more_was_expected_of_who_bought(customers: list[tuple[float, bool]]) -> None:
    buyers = [expected for expected, bought in customers if bought]
    others = [expected for expected, bought in customers if not bought]
    pairs = [(one > other) + (one == other) / 2 for one, other in product(buyers, others)]
    found = ranking(np.array([one for one, _ in customers]), np.array([bought for _, bought in customers], dtype=bool))
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


@pytest.mark.parametrize(("error", "off"), [(0.25, 0.25), (0.0, 0.0), (-0.2, 0.25), (-0.5, 1.0), (3.0, 3.0), (-1, 10)])
def test_who_expected_too_little_is_off_by_what_he_would_have_to_add(error: float, off: float) -> None:
    score = Score(FIT, 10.0, error, 0.0, None, 0.0, None)
    assert score.off == pytest.approx(off)
    assert score.revenue_off == pytest.approx(off)


def trial(customers: int = 503) -> tuple[Trial, HeldOut]:
    """Customers who went on to buy as the model expects it."""
    known = known_customers(KNOWN, customers, seed=4)
    bought = np.random.default_rng(2).poisson(by_models(KNOWN, None, known, DAYS).purchases)
    held = HeldOut(known, DAYS, bought, bought * 100)
    return tried(held, MBG), held


def test_every_forecast_is_scored_by_what_came() -> None:
    found, held = trial()
    assert [score.forecast for score in found.scores] == [FIT, PACE, ALIKE]
    assert (found.model, found.days, found.customers) == (MBG, DAYS, 503)
    assert (found.bought, found.revenue) == (held.bought.sum(), held.revenue.sum())
    pace = next(score for score in found.scores if score.forecast == PACE)
    expected = by_pace(held.known, DAYS)
    assert pace.purchases == pytest.approx(expected.purchases.sum())
    assert pace.error == pytest.approx(expected.purchases.sum() / held.bought.sum() - 1)
    assert pace.revenue_error == pytest.approx(expected.value.sum() / held.revenue.sum() - 1)
    assert pace.ranking == ranking(expected.purchases, held.bought > 0)


def test_the_model_that_is_used_is_the_one_that_is_tried() -> None:
    held = trial()[1]
    assert tried(held, BG).model == BG
    assert tried(held, BG).scores[0] != tried(held, MBG).scores[0]


def test_the_tenths_are_of_equal_size_in_the_order_of_the_fit_and_add_up() -> None:
    found, held = trial()
    fit = choose(held.known.histories).taken
    assert fit
    order = np.argsort(-by_models(fit.model, None, held.known, DAYS).purchases, kind="stable")
    parts = [[place for number, place in enumerate(order) if number * 10 // 503 == tenth] for tenth in range(10)]
    assert [row["customers"] for row in found.tenths] == [len(part) for part in parts]
    assert [row["bought"] for row in found.tenths] == [held.bought[part].sum() for part in parts]
    for score in found.scores:
        assert sum(row[score.forecast] for row in found.tenths) == pytest.approx(score.purchases)
        gaps = [abs(row[score.forecast] - row["bought"]) for row in found.tenths]
        assert score.tenths_error == pytest.approx(sum(gaps) / found.bought)
    assert found.best is min(found.scores, key=lambda score: score.tenths_error)


def test_the_fit_is_best_where_customers_go_on_as_it_has_it() -> None:
    found, _ = trial(3_000)
    assert found.best.forecast == FIT
    assert all(found.best.tenths_error < score.tenths_error / 3 for score in found.scores[1:])


@pytest.mark.parametrize("name", [BG, MBG, ""])
def test_where_no_model_fits_the_naive_forecasts_alone_are_tried(name: str) -> None:
    ones = np.ones(60, dtype=np.int64)
    known = Customers(np.arange(60), 31 * ones, 300 * ones, 305 * ones, 3_100 * ones, 31 * ones)
    found = tried(HeldOut(known, DAYS, 9 * ones, 0 * ones), name)
    assert [score.forecast for score in found.scores] == [PACE, ALIKE]
    assert found.model == ""
    assert {(score.ranking, score.revenue_error) for score in found.scores} == {(None, None)}
