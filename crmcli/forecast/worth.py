"""What the customers of today will bring over years to come, in money of today."""

from dataclasses import dataclass

import numpy as np

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.arrays import Floats, Histories, Whole, by_pair
from crmcli.forecast.customers import YEAR, Customers
from crmcli.forecast.fitting import Fit
from crmcli.forecast.prediction import amounts_of
from crmcli.forecast.total import Bounded, bounded, variance_of
from crmcli.values.purchase_model import PurchaseModel

FIVE_POINTS = 0.05
_NODES = 16
"""Points in time at which the expected purchases are found: between them they are as smooth as a polynomial."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How many days count, what a year takes off (0.2: 20 %), what part of the revenue is left as margin, and by what
    fraction the models were off when they were tried.
    """

    days: float
    yearly_rate: float
    margin: float
    off: float = 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the customers: how many, how many of them live, the share of these that will in a year, what they are
    worth in minor units, and how much five points more of that share would add, or the points (0.05) that there are.
    """

    customers: int
    living: float
    stay: float
    worth: Bounded
    five_points: float

    @property
    def added_points(self) -> float:
        """How many more of those who live would stay: 0.05, or all that would leave."""
        return min(FIVE_POINTS, 1 - self.stay)


def worths(
    fit: Fit[PurchaseModel],
    amounts: Fit[AmountModel] | None,
    customers: Customers,
    group: Whole,
    terms: Terms,
) -> tuple[list[Part], Part]:
    """The worth of each group (0, 1 ...), and of all: the discounted margin of the purchases that are to be expected.

    The bounds have the variance of the parameters (observed information, delta method), and that of being off by such
    a fraction as the models were when they were tried; of all groups alike. Five points more:
    every year (stay + 0.05) / stay times as many of a group are left as otherwise, and they buy like the others.
    """
    histories, groups = customers.histories, int(group.max(initial=0)) + 1
    base = _Base(histories, group, groups, terms)
    amount_model = amounts.model if amounts else None
    each = amounts_of(amount_model, customers) * terms.margin

    def by_purchases(model: PurchaseModel) -> Floats:
        return base.discounted(model, base.placed(each))

    def by_amounts(model: AmountModel) -> Floats:
        return base.discounted(fit.model, base.placed(amounts_of(model, customers) * terms.margin))

    variance = variance_of(fit, by_purchases)
    if amounts:
        variance = variance + variance_of(amounts, by_amounts)
    worth = by_purchases(fit.model)
    variance = variance + terms.off**2 * np.outer(worth, worth)
    living, stay = base.living(fit.model)
    more = base.discounted(fit.model, base.placed(each), kept=np.minimum(stay + FIVE_POINTS, 1) / stay) - worth
    counts = np.bincount(group, minlength=groups)
    parts = [
        Part(int(counts[g]), float(living[g]), float(stay[g]), bounded(worth[g], variance[g, g]), float(more[g]))
        for g in range(groups)
    ]
    whole = bounded(float(worth.sum()), float(variance.sum()))
    share = float(living @ stay / max(float(living.sum()), 1e-300))
    return parts, Part(len(group), float(living.sum()), share, whole, float(more.sum()))


class _Base:
    """The customers by group and history; expected purchases are found once for each x and age."""

    def __init__(self, histories: Histories, group: Whole, groups: int, terms: Terms) -> None:
        self.histories, self.group, self.groups, self.terms = histories, group, groups, terms
        self.x, self.age, self.place = by_pair(histories.x, histories.age)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        self.times, self.weights = terms.days * (nodes + 1) / 2, terms.days * weights / 2

    def placed(self, values: Floats) -> Floats:
        """The sums of a value of each customer, by group and history."""
        width = len(self.histories.x)
        sums = np.bincount(self.group * width + self.histories.group, weights=values, minlength=self.groups * width)
        return np.asarray(sums.reshape(self.groups, width), dtype=np.float64)

    def living(self, model: PurchaseModel) -> tuple[Floats, Floats]:
        """By group how many live, and what share of these will in a year."""
        present = self._of_the_living(model, self.placed(np.ones(len(self.group))))
        later = present @ purchases.stays_if_alive(model, self.x, self.age, YEAR)
        living = present.sum(axis=1)
        return living, np.divide(later, living, out=np.ones_like(later), where=living > 0)

    def discounted(self, model: PurchaseModel, values: Floats, kept: Floats | float = 1.0) -> Floats:
        """By group: what purchases will bring, discounted by the day; `kept`: how many times as much every year.

        With E(t) expected up to t, the integral of exp(-d t) dE(t) is exp(-d H) E(H) + d x that of exp(-d t) E(t) dt.
        """
        force = (np.log1p(self.terms.yearly_rate) - np.log(np.broadcast_to(kept, (self.groups,)))) / YEAR
        times = np.append(self.times, self.terms.days)
        curves = [purchases.expected_if_alive(model, self.x, self.age, time) for time in times]
        expected = self._of_the_living(model, values) @ np.array(curves).T
        left = np.exp(-force[:, None] * times)
        return np.asarray(left[:, -1] * expected[:, -1] + force * ((left * expected)[:, :-1] @ self.weights))

    def _of_the_living(self, model: PurchaseModel, values: Floats) -> Floats:
        """The values of those who have not left, by group and x and age."""
        living = values * purchases.alive(model, self.histories.x, self.histories.t_x, self.histories.age)
        return np.array([np.bincount(self.place, weights=row, minlength=len(self.x)) for row in living])
