"""What the base will bring: the bounds, beside customers who go on as the models have it."""

from dataclasses import replace

import numpy as np
import pytest

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.arrays import Floats
from crmcli.forecast.customers import Customers
from crmcli.forecast.fitting import Fit
from crmcli.forecast.prediction import Prediction
from crmcli.forecast.spread import Spread
from crmcli.forecast.total import Bounded, bounded, naive_totals, totals
from crmcli.values.purchase_model import MBG, PurchaseModel
from tests.forecast.simulated import known_customers

KNOWN = PurchaseModel(MBG, r=0.9, alpha=45, a=0.7, b=2.0)
AMOUNTS = AmountModel(p=6.25, q=3.74, v=400)
DAYS = 180
EXACT = Spread(0.0, 0.0, 5)


def test_the_bounds_hold_nineteen_of_twenty_draws_of_that_mean_and_variance() -> None:
    found = bounded(100, 400)
    draws = np.random.default_rng(1).gamma(25, 4, 100_000)
    assert np.mean((draws > found.low) & (draws < found.high)) == pytest.approx(0.95, abs=0.005)


def test_the_less_is_known_the_wider_they_are() -> None:
    found = [bounded(1000, (1000 * off) ** 2) for off in (0.1, 0.5, 1, 2, 3, 4, 5, 12, 30, 1e6)]
    assert all(one.low <= 1000 <= one.high for one in found)
    assert [one.high for one in found] == sorted(one.high for one in found)
    assert [one.low for one in found] == sorted((one.low for one in found), reverse=True)


def test_what_is_surely_nothing_is_nothing() -> None:
    assert bounded(0, 0) == Bounded(0.0, 0.0, 0.0)


def purchases_to_come(customers: Customers, times: int) -> Floats:
    """How often each customer buys, so many times over: a row each time."""
    random, shape = np.random.default_rng(3), (times, len(customers.ids))
    x, t_x, age = customers.purchase_days - 1, customers.recency, customers.age
    rate = random.gamma(KNOWN.r + x, 1 / (KNOWN.alpha + age), shape)
    leaves = random.beta(KNOWN.a, KNOWN.b + x + 1, shape)
    here, now, bought = random.random(shape) < purchases.alive(KNOWN, x, t_x, age), np.zeros(shape), np.zeros(shape)
    while here.any():
        now += random.exponential(1 / rate)
        here &= now <= DAYS
        bought += here
        here &= random.random(shape) >= leaves
    return bought


def amounts_to_come(customers: Customers, bought: Floats) -> Floats:
    """What each customer brings with so many purchases."""
    random = np.random.default_rng(4)
    shape = AMOUNTS.p * customers.purchase_days + AMOUNTS.q
    rate = random.gamma(shape, 1 / (AMOUNTS.v + customers.revenue), bought.shape)
    return np.where(bought > 0, random.gamma(np.maximum(AMOUNTS.p * bought, 1e-9)) / rate, 0)


def are_of(draws: Floats, found: Bounded) -> None:
    """The bounds are those of the mean and the variance of the draws."""
    wanted = bounded(float(draws.mean()), float(draws.var()))
    assert found.mean == pytest.approx(wanted.mean, rel=0.01)
    assert (found.high - found.low) == pytest.approx(wanted.high - wanted.low, rel=0.03)


def test_where_the_models_are_surely_true_chance_alone_is_in_the_bounds() -> None:
    customers = known_customers(KNOWN, 60, seed=2)
    fit = Fit(KNOWN, 0.0, np.zeros((4, 4)))
    amounts = Fit(AMOUNTS, 0.0, np.zeros((3, 3)))
    bought = purchases_to_come(customers, 20_000)
    count, value = totals(fit, amounts, customers, DAYS, EXACT)
    are_of(bought.sum(axis=1), count)
    are_of(amounts_to_come(customers, bought).sum(axis=1), value)
    count, value = totals(fit, None, customers, DAYS, EXACT)
    are_of(bought.sum(axis=1), count)
    are_of(bought @ customers.mean_amounts, value)


@pytest.mark.parametrize("parameter", range(4))
def test_what_the_fit_of_purchases_leaves_open_is_in_the_bounds(parameter: int) -> None:
    """By hand: the variance that one parameter adds is the square of how much it moves the total."""
    customers, name = known_customers(KNOWN, 60, seed=2), ("r", "alpha", "a", "b")[parameter]
    covariance = np.zeros((4, 4))
    covariance[parameter, parameter] = 0.3**2
    up, down = (_with(KNOWN, name, factor) for factor in (np.exp(0.01), np.exp(-0.01)))
    total = [
        float(purchases.expected(one, customers.histories, DAYS) @ customers.histories.count) for one in (up, down)
    ]
    vague, sure = (totals(Fit(KNOWN, 0.0, one), None, customers, DAYS, EXACT) for one in (covariance, 0 * covariance))
    moved = (0.3 * (total[0] - total[1]) / 0.02) ** 2
    wanted = bounded(sure[0].mean, purchases_to_come(customers, 20_000).sum(axis=1).var() + moved)
    assert vague[0].high - vague[0].low == pytest.approx(wanted.high - wanted.low, rel=0.03)
    assert vague[1].high - vague[1].low > sure[1].high - sure[1].low


def test_what_the_fit_of_amounts_leaves_open_is_in_the_bounds_of_the_value_alone() -> None:
    customers, fit = known_customers(KNOWN, 60, seed=2), Fit(KNOWN, 0.0, np.zeros((4, 4)))
    vague, sure = (
        totals(fit, Fit(AMOUNTS, 0.0, open_by * np.eye(3)), customers, DAYS, EXACT) for open_by in (0.25, 0.0)
    )
    assert vague[0] == sure[0]
    assert vague[1].high - vague[1].low > 1.01 * (sure[1].high - sure[1].low)


def test_chance_is_in_the_bounds_of_a_naive_forecast_too() -> None:
    """By hand: as many purchases come as a Poisson number has it, each of the customer's amount."""
    four_and_one = Prediction(np.array([4.0, 1.0, 0.0]), np.array([400.0, 30.0, 0.0]), np.full(3, np.nan))
    assert naive_totals(four_and_one, EXACT) == (bounded(5, 5), bounded(430, 4 * 100**2 + 1 * 30**2))
    off = naive_totals(four_and_one, Spread(0.5, 0.2, 5))
    assert off == (bounded(5, 5 + 2.5**2), bounded(430, 40_900 + 86.0**2))


def _with(model: PurchaseModel, name: str, factor: float) -> PurchaseModel:
    return replace(model, **{name: getattr(model, name) * factor})
