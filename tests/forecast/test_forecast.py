"""The whole job: what is held out, what is enough to go by, and which forecast is used."""

import numpy as np
import pytest

from crmcli.forecast.arrays import Floats
from crmcli.forecast.customers import Customers
from crmcli.forecast.forecast import RETURNED, Evidence, days_held_out, forecast, gathered, groundless, too_little
from crmcli.forecast.prediction import ALIKE, by_mean
from crmcli.forecast.trial import HeldOut
from crmcli.values.purchase_model import MBG, PurchaseModel
from tests.forecast.simulated import known_customers

KNOWN = PurchaseModel(MBG, r=0.9, alpha=45, a=0.7, b=2.0)
DAYS = 90


@pytest.mark.parametrize(
    ("history", "days", "held_out"),
    [(700, 90, 90), (700, 365, 233), (700, 1, 28), (84, 1, 28), (84, 90, 28), (83, 90, 0), (83, 1, 0), (0, 90, 0)],
)
def test_four_weeks_to_a_third_of_the_history_are_held_out_or_none(history: int, days: int, held_out: int) -> None:
    assert days_held_out(history, days) == held_out


@pytest.mark.parametrize(
    ("returned", "said"), [(0, "nobody has"), (1, "1 customer has"), (29, "29 customers have"), (RETURNED, "")]
)
def test_enough_customers_have_to_have_come_back(returned: int, said: str) -> None:
    days = np.where(np.arange(200) < returned, 2, 1)
    lacking = too_little(Customers(*(days,) * 6))
    assert lacking.startswith(said)
    assert bool(lacking) == bool(said)


def after(known: Customers, bought: Floats, days: int = DAYS) -> Evidence:
    """The evidence where these customers went on to buy so often, as a Poisson number of it."""
    came = np.random.default_rng(1).poisson(bought)
    return gathered(known, HeldOut(known, days, came, came * 100))


def of_the_fit(known: Customers) -> Floats:
    """What the fit expects of them, untried."""
    return forecast(after(known, np.zeros(len(known.ids))), known, DAYS).prediction.purchases


def test_a_fit_that_came_nearest_is_used_and_confirmed() -> None:
    known = known_customers(KNOWN, 2_000, seed=3)
    found = after(known, of_the_fit(known))
    assert (found.naive, found.confirmed, found.untried) == ("", True, "")
    assert found.used_fit is found.fit is not None
    assert found.score == found.fit_score is not None


def test_a_naive_forecast_that_came_nearer_is_used_and_no_fit_is_confirmed() -> None:
    known = known_customers(KNOWN, 2_000, seed=3)
    found = after(known, by_mean(known, DAYS).purchases)
    assert (found.naive, found.confirmed) == (ALIKE, False)
    assert found.fit
    assert found.used_fit is None
    assert found.score != found.fit_score
    assert len(set(forecast(found, known, DAYS).prediction.purchases.tolist())) == 1


def test_a_fit_that_could_not_be_tried_is_used_and_not_confirmed() -> None:
    known = known_customers(KNOWN, 2_000, seed=3)
    for bought, days, why in ((0.0, DAYS, "nobody who was known before bought"), (1.0, 0, "too little history")):
        found = after(known, np.full(len(known.ids), bought), days)
        assert (found.trial, found.naive, found.confirmed) == (None, "", False)
        assert found.untried.startswith(why)
        assert found.used_fit
        assert not groundless(found)


def test_without_a_fit_and_without_a_trial_there_is_nothing_to_go_by() -> None:
    ones = np.ones(60, dtype=np.int64)
    known = Customers(np.arange(60), 31 * ones, 300 * ones, 305 * ones, 3100 * ones, 31 * ones)
    assert "ended on a bound; and nobody who was known before bought" in groundless(after(known, np.zeros(60)))
    assert groundless(after(known, np.ones(60))) == ""
