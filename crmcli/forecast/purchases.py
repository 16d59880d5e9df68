"""Buying until one leaves: the likelihood of BG/NBD and MBG/NBD, and what they expect of a customer.

BG/NBD: Fader, Hardie, Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005). MBG/NBD: Batislam,
Denizel, Filiztekin (2007), and Hoppe, Wagner (2007). They differ in one thing, how often a customer with x purchase
days after the first could have left by then: x times, or x + 1, after the first purchase too. `chances` below.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import expit, hyp2f1, roots_sh_jacobi

from crmcli.forecast.arrays import Floats, Histories, Whole, by_pair
from crmcli.values.purchase_model import PurchaseModel


def log_likelihood(histories: Histories, model: PurchaseModel) -> tuple[float, Floats]:
    """The log-likelihood of the histories, and its gradient by r, alpha, a and b.

    x are whole, so that log gamma(r + x) - log gamma(r) is a sum of logs: a table of x, like all that depends on x.
    """
    x, count = histories.x, histories.count
    by_x = _ByPurchases(model, int(x.max(initial=0)))
    customers = np.bincount(x, weights=count)
    days = np.arange(int(histories.age.max(initial=0)) + 1) + model.alpha
    log_days = np.log(days)
    to_end, to_last = log_days[histories.age], log_days[histories.t_x]
    rate = model.r + x
    log_odds = by_x.log_odds[x] + rate * (to_end - to_last)
    smaller = np.exp(-np.abs(log_odds))  # never too large, whichever of the two is likelier
    gone = np.where(log_odds > 0, 1, smaller) / (1 + smaller)
    value = customers @ by_x.constant + count @ (np.maximum(log_odds, 0) + np.log1p(smaller) - rate * to_end)
    total = customers.sum()
    gone_by_x = np.bincount(x, weights=count * gone)
    per_day = 1 / days
    waited = count * rate * (gone * per_day[histories.t_x] + (1 - gone) * per_day[histories.age])
    gradient = [
        customers @ by_x.by_r + total * np.log(model.alpha) - count @ (gone * to_last + (1 - gone) * to_end),
        total * model.r / model.alpha - waited.sum(),
        gone_by_x.sum() / model.a - customers @ by_x.by_ab,
        customers @ (by_x.by_b - by_x.by_ab) - gone_by_x @ by_x.by_last_chance,
    ]
    return float(value + total * model.r * np.log(model.alpha)), np.array(gradient)


class _ByPurchases:
    """What depends on x alone, for x = 0, 1, ... : the constant of the likelihood, its derivatives, the odds."""

    def __init__(self, model: PurchaseModel, most: int) -> None:
        chances = np.arange(most + 1) + model.first_chances
        steps = np.arange(most + model.first_chances + 1)
        stayed = _sums(np.log(model.b + steps))[chances] - _sums(np.log(model.a + model.b + steps))[chances]
        self.constant = _sums(np.log(model.r + np.arange(most + 1)))[:-1] + stayed
        self.by_r = _sums(1 / (model.r + np.arange(most + 1)))[:-1]
        self.by_b = _sums(1 / (model.b + steps))[chances]
        self.by_ab = _sums(1 / (model.a + model.b + steps))[chances]
        could_leave = chances > 0
        before_last = np.where(could_leave, model.b + chances - 1, 1)
        self.log_odds = np.where(could_leave, np.log(model.a / before_last), -np.inf)
        self.by_last_chance = np.where(could_leave, 1 / before_last, 0)


def alive(model: PurchaseModel, x: Whole, t_x: Whole, age: Whole) -> Floats:
    """The probability that a customer with this history has not left."""
    log_odds = _ByPurchases(model, int(x.max(initial=0))).log_odds[x]
    silence = np.log((model.alpha + age) / (model.alpha + t_x))
    return np.asarray(expit(-(log_odds + (model.r + x) * silence)))


def expected_if_alive(model: PurchaseModel, x: Whole, age: Whole, days: float) -> Floats:
    """How many purchase days the coming days will bring of a customer who has not left."""
    a = _not_one(model.a)
    top = a + model.b + x + model.first_chances - 1
    z = days / (model.alpha + age + days)
    missed = (1 - z) ** (a - 1) * hyp2f1(a - 1, a + model.b + model.first_chances - 1 - model.r, top, z)
    return _in_range(
        top / (a - 1) * (1 - missed),
        model, x, age,
        most=(model.r + x) / (model.alpha + age) * days,
        given=lambda p, shape, time: -np.expm1(-shape * np.log1p(p * days / time)) / p,
    )  # fmt: skip


def stays_if_alive(model: PurchaseModel, x: Whole, age: Whole, days: float) -> Floats:
    """The probability that a customer who has not left will not have left in so many days either."""
    total = model.a + model.b + x + model.first_chances
    z = days / (model.alpha + age + days)
    stays = (1 - z) ** model.a * hyp2f1(model.a + model.b + model.first_chances - model.r, model.a, total, z)
    most = np.ones(len(x))
    return _in_range(stays, model, x, age, most=most, given=lambda p, shape, time: (1 + p * days / time) ** -shape)


def days_to_next(model: PurchaseModel, x: Whole, age: Whole) -> Floats:
    """In how many days a customer who has not left will, as likely as not, have bought again."""
    return np.asarray((model.alpha + age) * np.expm1(np.log(2) / (model.r + x)))


def expected(model: PurchaseModel, histories: Histories, days: float) -> Floats:
    """How many purchase days the coming days will bring of a customer with each history."""
    x, age, place = by_pair(histories.x, histories.age)
    return alive(model, histories.x, histories.t_x, histories.age) * expected_if_alive(model, x, age, days)[place]


def mean_square(model: PurchaseModel, histories: Histories, days: float) -> Floats:
    """The mean square of the purchase days that the coming days bring of a customer with each history.

    Given his rate and his chance of leaving, p, the expected number of ordered pairs of purchases is
    2 (1 - p) / p^2 (1 - exp(-z) - z exp(-z)) with z = rate x p x days; their mean is taken over a fixed sample.
    """
    x, age, place = by_pair(histories.x, histories.age)
    pairs = _ordered_pairs(model, x, age, days)
    once = expected_if_alive(model, x, age, days)
    return alive(model, histories.x, histories.t_x, histories.age) * (pairs + once)[place]


def _ordered_pairs(model: PurchaseModel, x: Whole, age: Whole, days: float) -> Floats:
    random = np.random.default_rng(2005)
    samples = max(32, 400_000 // max(len(x), 1))
    found = np.empty(len(x))
    for start in range(0, len(x), 10_000):  # so that memory stays small
        part = slice(start, start + 10_000)
        shape = (len(x[part]), samples)
        mean_days = (days / (model.alpha + age[part]))[:, None]
        bought = random.gamma((model.r + x[part])[:, None], size=shape) * mean_days
        leaves = random.beta(model.a, (model.b + x[part] + model.first_chances)[:, None], size=shape)
        found[part] = (2 * (1 - leaves) * bought**2 * _remaining(bought * leaves)).mean(axis=1)
    return found


def _remaining(z: Floats) -> Floats:
    """(1 - exp(-z) - z exp(-z)) / z^2, which is 1/2 at 0."""
    safe = np.maximum(z, 1e-3)
    exact = (-np.expm1(-safe) - safe * np.exp(-safe)) / safe**2
    return np.where(z < 1e-3, 0.5 - z / 3, exact)


def _in_range(
    found: Floats,
    model: PurchaseModel,
    x: Whole,
    age: Whole,
    *,
    most: Floats,
    given: Callable[[Floats, float, float], Floats],
) -> Floats:
    """What was found, but where the series failed, as it does for odd parameters: there the mean, by quadrature, of
    what is `given` the chance of leaving, the shape and the time of the rate.
    """
    values = np.array(found)
    for place in np.flatnonzero(~((values >= 0) & (values <= most * (1 + 1e-6)))):
        stay = model.b + x[place] + model.first_chances
        nodes, weights = roots_sh_jacobi(100, model.a + stay - 1, model.a)
        values[place] = weights @ given(nodes, model.r + x[place], model.alpha + age[place]) / weights.sum()
    return values


def _sums(terms: Floats) -> Floats:
    """The sums of the first 0, 1, 2 ... terms."""
    return np.concatenate(([0.0], np.cumsum(terms)))


def _not_one(a: float) -> float:
    """The formula divides by a - 1; close to 1 it is as good a little beside it."""
    return a if abs(a - 1) > 1e-7 else 1 + 1e-7
