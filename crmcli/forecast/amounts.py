"""What a purchase day is worth: the Gamma-Gamma model.

Fader, Hardie, "The Gamma-Gamma Model of Monetary Value" (2013): amounts of one customer are gamma distributed with
shape p, and the rates of customers with shape q and rate v. How much and how often one buys is taken to be independent.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln

from crmcli.forecast.arrays import Floats, Whole


@dataclass(frozen=True, slots=True)
class AmountModel:
    """The parameters; v is in minor units."""

    p: float
    q: float
    v: float


class Amounts:
    """What customers have brought: the number of purchase days, and the revenue of all of them, above nothing."""

    def __init__(self, days: Whole, revenue: Floats) -> None:
        self.days, self.revenue = days, revenue
        self.numbers, self.customers = np.unique(days, return_counts=True)
        logs = np.log(revenue)
        self.log_mean = float((logs - np.log(days)).sum())
        self.day_logs = float(days @ logs)

    def log_likelihood(self, model: AmountModel) -> tuple[float, Floats]:
        """The log-likelihood of the mean amounts, and its gradient by p, q and v."""
        p, q, v = model.p, model.q, model.v
        shapes, total = p * self.numbers, len(self.days)
        logs = np.log(v + self.revenue)
        day_logs, all_logs = float(self.days @ logs), float(logs.sum())
        value = self.customers @ (gammaln(shapes + q) - gammaln(shapes)) - total * (gammaln(q) - q * np.log(v))
        value += p * (self.day_logs - day_logs) - q * all_logs - self.log_mean
        by_shape = digamma(shapes + q)
        gradient = [
            (self.customers * self.numbers) @ (by_shape - digamma(shapes)) + self.day_logs - day_logs,
            self.customers @ by_shape - total * (digamma(q) - np.log(v)) - all_logs,
            total * q / v - ((p * self.days + q) / (v + self.revenue)).sum(),
        ]
        return float(value), np.array(gradient)


def expected_amount(model: AmountModel, days: Whole, revenue: Floats) -> Floats:
    """What a purchase day of a customer is worth: his own mean, drawn towards that of all, the more the fewer days.

    Nothing of who has paid nothing so far: the model is of those who pay.
    """
    return np.where(revenue > 0, model.p * (model.v + revenue) / (model.p * days + model.q - 1), 0.0)


def mean_square_rate(model: AmountModel, days: Whole, revenue: Floats) -> Floats:
    """The mean of 1 / rate^2 of a customer: p (p + 1) times it is the mean square of an amount.

    0 of who has paid nothing so far.
    """
    shape = model.p * days + model.q
    return np.where(revenue > 0, (model.v + revenue) ** 2 / ((shape - 1) * (shape - 2)), 0.0)
