"""How far off the next total is taken to be."""

import numpy as np
import pytest
from scipy.stats import t

from crmcli.forecast.forecast import gathered
from crmcli.forecast.spread import spread, stretches
from crmcli.forecast.trial import FIT, HeldOut, Score
from crmcli.values.purchase_model import MBG, PurchaseModel
from tests.forecast.simulated import known_customers


def scores(*errors: float) -> list[Score]:
    """Those of trials that were off by so much."""
    return [Score(FIT, 10.0, error, 0.0, None, 0.0, 2 * error) for error in errors]


@pytest.mark.parametrize(
    ("history", "customers", "days", "trials"),
    [
        (27, 100, 28, 0), (55, 100, 28, 0), (56, 100, 28, 1), (140, 100, 28, 4), (168, 100, 28, 5), (300, 100, 50, 5),
        (540, 100, 90, 5), (4000, 100, 90, 5), (4000, 1_000_000, 90, 2), (0, 0, 28, 0),
    ],
)  # fmt: skip
def test_a_sixth_of_the_history_is_foretold_at_a_time(history: int, customers: int, days: int, trials: int) -> None:
    assert stretches(history, customers) == (days, trials)


def test_the_fewer_trials_the_wider_for_the_same_errors() -> None:
    five, three = spread(scores(*[0.1] * 5)), spread(scores(*[0.1] * 3))
    assert five.purchases == pytest.approx(0.1 * t.ppf(0.975, 5) / 1.959964)
    assert five.trials == 5
    assert five.revenue == pytest.approx(2 * five.purchases)
    assert three.purchases == pytest.approx(0.1 * t.ppf(0.975, 3) / 1.959964)


def test_a_lucky_trial_alone_is_not_believed() -> None:
    one, none = spread(scores(0.01)), spread([])
    assert 0.2 < one.purchases < none.purchases == none.revenue == pytest.approx(0.25 * t.ppf(0.975, 3) / 1.959964)


def test_as_many_totals_lie_within_as_are_to() -> None:
    """Errors of trials and of the forecast alike: normal, of one and the same spread."""
    random = np.random.default_rng(7)
    hits = []
    for errors in random.normal(0, 0.05, (2_000, 4)):
        off = np.sqrt(np.mean(errors[:3] ** 2)) * t.ppf(0.975, 3) / 1.959964
        hits.append(abs(errors[3]) < 1.959964 * off)
        assert spread(scores(*np.abs(errors[:3]))).purchases == pytest.approx(off)
    assert np.mean(hits) == pytest.approx(0.95, abs=0.015)


def test_every_trial_with_something_to_go_by_counts() -> None:
    known = known_customers(PurchaseModel(MBG, r=0.9, alpha=45, a=0.7, b=2.0), 400, seed=3)
    came = np.ones(400, dtype=np.int64)
    held, nobody, few = (
        HeldOut(known, 90, came, came * 100), HeldOut(known, 90, 0 * came, 0 * came),
        HeldOut(known.those(np.arange(20)), 90, came[:20], came[:20]),
    )  # fmt: skip
    found = gathered(known, held, [held, held, nobody, few])
    assert found.fit_off.trials == found.off.trials == 2
    assert found.earlier[0] is found.trial
