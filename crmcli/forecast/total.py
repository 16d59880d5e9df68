"""What the base will bring as a whole, and within which bounds."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from scipy.special import gammaincinv

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel, mean_square_rate
from crmcli.forecast.arrays import Floats
from crmcli.forecast.customers import Customers
from crmcli.forecast.fitting import PARAMETERS, Fit
from crmcli.forecast.prediction import Prediction, amounts_of
from crmcli.forecast.spread import SURE, Spread
from crmcli.values.purchase_model import PurchaseModel

_WIDEST = 4.0
"""Beyond so many means of standard deviation the upper bound of a gamma distribution falls again."""
Model = TypeVar("Model", PurchaseModel, AmountModel)


@dataclass(frozen=True, slots=True)
class Bounded:
    """An expected amount or number, and the bounds it lies between 95 times of 100."""

    mean: float
    low: float
    high: float


def totals(
    fit: Fit[PurchaseModel], amounts: Fit[AmountModel] | None, customers: Customers, days: int, off: Spread
) -> tuple[Bounded, Bounded]:
    """The purchase days of all customers in the coming days, and their value in minor units.

    The variance has three parts: that of the parameters, from the curvature of the likelihood at its maximum (observed
    information, delta method), that of customers who buy by chance, and the square of what totals were off when they
    were tried, as no model is quite true. The bounds are those of a gamma distribution with this mean and variance.
    """
    histories = customers.histories
    amount_model = amounts.model if amounts else None
    each = amounts_of(amount_model, customers)
    worth = np.bincount(histories.group, weights=each)
    expected = purchases.expected(fit.model, histories, days)

    def both(model: PurchaseModel) -> Floats:
        one = purchases.expected(model, histories, days)
        return np.array([one @ histories.count, one @ worth])

    variance = np.diag(variance_of(fit, both)).copy()
    square = purchases.mean_square(fit.model, histories, days)
    variance[0] += (square - expected**2) @ histories.count
    variance[1] += _value_spread(amount_model, customers, expected[histories.group], square[histories.group], each)
    if amounts:
        by_customer = expected[histories.group]
        variance[1] += variance_of(amounts, lambda model: by_customer @ amounts_of(model, customers))[0, 0]
    means = both(fit.model)
    variance += (means * [off.purchases, off.revenue]) ** 2
    return bounded(means[0], variance[0]), bounded(means[1], variance[1])


def naive_totals(prediction: Prediction, off: Spread) -> tuple[Bounded, Bounded]:
    """The same of a forecast that knows no model: as far off as when it was tried, and chance besides."""
    count, value = float(prediction.purchases.sum()), float(prediction.value.sum())
    amounts = np.divide(
        prediction.value, prediction.purchases, out=np.zeros_like(prediction.value), where=prediction.purchases > 0
    )
    chance = float((prediction.value * amounts).sum())
    return bounded(count, (count * off.purchases) ** 2 + count), bounded(value, (value * off.revenue) ** 2 + chance)


def variance_of(fit: Fit[Model], answer: Callable[[Model], Floats]) -> Floats:
    """The covariance of an answer that follows from the parameters: the delta method, on their logs."""
    step = 1e-3
    names = PARAMETERS[type(fit.model)]
    slopes = [
        (answer(_moved(fit.model, name, step)) - answer(_moved(fit.model, name, -step))) / (2 * step) for name in names
    ]
    jacobian = np.atleast_2d(np.array(slopes).T)
    return np.asarray(jacobian @ fit.covariance @ jacobian.T)


def bounded(mean: float, variance: float) -> Bounded:
    """The bounds of what is never below nothing: those of a gamma distribution, never nearer for a larger variance."""
    if mean <= 0 or variance <= 0:
        return Bounded(float(mean), float(mean), float(mean))
    shape = max(mean**2 / variance, _WIDEST**-2)
    low, high = (float(gammaincinv(shape, part) * mean / shape) for part in ((1 - SURE) / 2, (1 + SURE) / 2))
    return Bounded(float(mean), low, high)


def _moved(model: Model, name: str, by: float) -> Model:
    return replace(model, **{name: getattr(model, name) * float(np.exp(by))})


def _value_spread(
    model: AmountModel | None, customers: Customers, expected: Floats, square: Floats, each: Floats
) -> float:
    """The variance of what all bring, the parameters being known; without a model amounts do not vary."""
    if model is None:
        return float(((square - expected**2) * each**2).sum())
    rate = mean_square_rate(model, customers.purchase_days, customers.revenue)
    return float((expected * model.p * rate + square * model.p**2 * rate - (expected * each) ** 2).sum())
