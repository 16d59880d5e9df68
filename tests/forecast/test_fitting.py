"""Parameters are found again, and what is no answer is not passed off as one."""

import numpy as np
import pytest

from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.arrays import Histories, grouped
from crmcli.forecast.fitting import PARAMETERS, Fit, choose, fit_amounts, fit_purchases
from crmcli.forecast.purchases import expected
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast.simulated import buyers, spenders

SEEDS = range(20)
CUSTOMERS = 3_000


def are_within(fit: Fit[PurchaseModel] | Fit[AmountModel], known: object) -> bool:
    """Whether every parameter lies in its interval: these are as wide as for all of a model's 20 seeds to hold together
    in 95 of 100 cases (Bonferroni).
    """
    names = PARAMETERS[type(fit.model)]
    bounds = fit.bounds(1 - 0.05 / (len(SEEDS) * len(names)))
    return fit.trouble == "" and all(bounds[name][0] <= getattr(known, name) <= bounds[name][1] for name in names)


@pytest.mark.parametrize("name", [BG, MBG])
def test_customers_of_known_parameters_are_recovered_in_twenty_of_twenty_seeds(name: str) -> None:
    known = PurchaseModel(name, r=0.8, alpha=40, a=0.8, b=2.5)
    assert [are_within(fit_purchases(buyers(known, CUSTOMERS, seed), name), known) for seed in SEEDS] == [True] * 20


def test_amounts_of_known_parameters_are_recovered_in_twenty_of_twenty_seeds() -> None:
    known = AmountModel(p=6.25, q=3.74, v=1544)
    assert [are_within(fit_amounts(*spenders(known, CUSTOMERS, seed)), known) for seed in SEEDS] == [True] * 20


def test_the_intervals_of_single_parameters_miss_as_often_as_they_say() -> None:
    known = PurchaseModel(MBG, r=0.8, alpha=40, a=0.8, b=2.5)
    met = []
    for seed in SEEDS:
        bounds = fit_purchases(buyers(known, CUSTOMERS, seed), MBG).bounds(0.5)
        met += [low <= getattr(known, name) <= high for name, (low, high) in bounds.items()]
    assert 0.35 < np.mean(met) < 0.65


def test_where_everybody_came_back_the_model_that_is_clearly_better_is_chosen() -> None:
    every = buyers(PurchaseModel(BG, r=8, alpha=240, a=0.8, b=1.2), 20_000, seed=1)
    x, t_x, age = (getattr(every, key)[every.group] for key in ("x", "t_x", "age"))
    choice = choose(grouped(x[x > 0], t_x[x > 0], age[x > 0]))
    assert choice.taken is choice.fits[0]
    assert "log-likelihood" in choice.reason


def test_where_anybody_bought_once_alone_he_is_not_taken_to_be_surely_alive() -> None:
    choice = choose(buyers(PurchaseModel(BG, r=0.8, alpha=40, a=0.8, b=1.2), 20_000, seed=1))
    bg, mbg = choice.fits
    assert bg.log_likelihood > mbg.log_likelihood + 2
    assert choice.taken is mbg


def test_where_some_leave_at_once_and_the_others_never_a_second_start_finds_it() -> None:
    known = PurchaseModel(MBG, r=5, alpha=200, a=0.1, b=0.03)
    fit = fit_purchases(buyers(known, 2_000, seed=8, days=200), MBG)
    assert fit.trouble == ""
    assert all(low < getattr(known, name) < high for name, (low, high) in fit.bounds(0.99).items())


def all_alike(customers: int = 400) -> Histories:
    """Everybody buys once in ten days for ever: nothing differs, and nobody leaves."""
    ones = np.ones(customers, dtype=np.int64)
    return grouped(30 * ones, 300 * ones, 305 * ones)


def test_a_fit_that_ends_on_a_bound_is_no_answer() -> None:
    choice = choose(all_alike())
    assert choice.taken is None
    assert all(fit.trouble for fit in choice.fits)
    assert "ended on a bound" in choice.reason
    assert choice.reason.startswith("BG/NBD: ")


def test_a_fit_beside_its_bound_is_no_answer_either() -> None:
    since = 100 + 7 * np.arange(100)
    again = np.arange(100) < 30
    last = np.where(again, 20 + 3 * np.arange(100), since)
    choice = choose(grouped(again.astype(np.int64), since - last, since))
    assert choice.taken is None
    assert all(fit.trouble for fit in choice.fits)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_fit_is_taken_its_expectations_are_numbers(seed: int) -> None:
    """Customers who come back soon or not at all: any large a and b will do, and some are too large to reckon with."""
    chance = np.random.default_rng(seed)
    customers = int(chance.integers(40, 400))
    age = chance.integers(100, 900, customers)
    returns = np.minimum(chance.geometric(1 - 0.5 * chance.uniform(0.3, 1), customers) - 1, 60)
    latest = np.maximum((age * chance.choice([0.1, 0.5])).astype(np.int64), returns)
    histories = grouped(returns, np.where(returns > 0, chance.integers(np.minimum(returns, age), latest + 1), 0), age)
    taken = choose(histories).taken
    assert taken is None or all(np.isfinite(expected(taken.model, histories, days)).all() for days in (1, 90, 3650))


def test_amounts_that_are_all_the_same_are_no_answer() -> None:
    fit = fit_amounts(np.full(300, 3), np.full(300, 3000.0))
    assert fit.trouble.startswith("Gamma-Gamma: ")


def test_amounts_that_differ_too_much_for_a_mean_are_no_answer() -> None:
    fit = fit_amounts(*spenders(AmountModel(p=2, q=0.6, v=1000), 3_000, seed=2))
    assert fit.trouble == "Gamma-Gamma: amounts differ too much for a mean"


def test_purchases_for_nothing_tell_no_amounts() -> None:
    assert fit_amounts(np.array([1, 2]), np.zeros(2)).trouble == "Gamma-Gamma: every purchase was for nothing"


def test_the_unit_of_time_does_not_matter() -> None:
    histories = buyers(PurchaseModel(MBG, r=0.8, alpha=40, a=0.8, b=2.5), 3_000, seed=3)
    tenfold = Histories(histories.x, histories.t_x * 10, histories.age * 10, histories.count, histories.group)
    ours, theirs = (fit_purchases(one, MBG).model for one in (histories, tenfold))
    assert (theirs.r, theirs.alpha, theirs.a, theirs.b) == pytest.approx(
        (ours.r, ours.alpha * 10, ours.a, ours.b), rel=1e-3
    )
