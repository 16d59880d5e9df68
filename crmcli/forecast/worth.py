"""What the customers of today will bring over years to come, in money of today."""

from collections.abc import Callable
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
_STEPS = np.linspace(0, 1, 11) ** 2
"""Points of a year between which who is left and what he brings are told apart: closer where most leave, at first."""


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
    of those of a group who are left at the beginning of a year 0.05 more than otherwise are left at its end, all of
    them at most, and they buy like the others.
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
    more = base.added(fit.model, base.placed(each))
    counts = np.bincount(group, minlength=groups)
    parts = [
        Part(int(counts[g]), float(living[g]), float(stay[g]), bounded(worth[g], variance[g, g]), float(more[g]))
        for g in range(groups)
    ]
    whole = bounded(float(worth.sum()), float(variance.sum()))
    share = float(living @ stay / max(float(living.sum()), 1e-300))
    return parts, Part(len(group), float(living.sum()), share, whole, float(more.sum()))


def _slower(kept: Floats, days: float) -> Floats:
    """What part of the force of leaving remains where so many are kept in that time, and five points a year more."""
    more = np.minimum(kept + FIVE_POINTS * days / YEAR, 1)
    return np.divide(np.log(more), np.log(kept), out=np.ones_like(kept), where=kept < 1)


class _Base:
    """The customers by group and history; expected purchases are found once for each x and age."""

    def __init__(self, histories: Histories, group: Whole, groups: int, terms: Terms) -> None:
        self.histories, self.group, self.groups, self.terms = histories, group, groups, terms
        self.x, self.age, self.place = by_pair(histories.x, histories.age)
        nodes, weights = np.polynomial.legendre.leggauss(_NODES)
        self.times, self.weights = terms.days * (nodes + 1) / 2, terms.days * weights / 2
        self.force = np.log1p(terms.yearly_rate) / YEAR

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

    def discounted(self, model: PurchaseModel, values: Floats) -> Floats:
        """By group: what purchases will bring, discounted by the day.

        With E(t) expected up to t, the integral of exp(-d t) dE(t) is exp(-d H) E(H) + d x that of exp(-d t) E(t) dt.
        """
        times = np.append(self.times, self.terms.days)
        expected = self._of_the_living(model, values) @ self._curves(purchases.expected_if_alive, model, times)
        left = np.exp(-self.force * times)
        return np.asarray(left[-1] * expected[:, -1] + self.force * ((left * expected)[:, :-1] @ self.weights))

    def added(self, model: PurchaseModel, values: Floats) -> Floats:
        """By group: how much more it would be with five points more of those who are left each year.

        Whenever a year has them leave, they do so at a smaller part of the force: never more are left than before.
        """
        more, ahead = np.zeros(self.groups), np.ones(self.groups)
        present = self._of_the_living(model, self.placed(np.ones(len(self.group))))
        brings = self._of_the_living(model, values)
        for start in np.arange(0.0, self.terms.days, YEAR):
            times = start + min(YEAR, self.terms.days - start) * _STEPS
            left = np.maximum(present @ self._curves(purchases.stays_if_alive, model, times), 1e-300)
            within = left / left[:, :1]
            times_as_many = ahead[:, None] * within ** (_slower(within[:, -1], times[-1] - start) - 1)[:, None]
            worth = times_as_many * np.exp(-self.force * times) - np.exp(-self.force * times)
            bought = np.diff(brings @ self._curves(purchases.expected_if_alive, model, times), axis=1)
            more += ((worth[:, 1:] + worth[:, :-1]) / 2 * bought).sum(axis=1)
            ahead = times_as_many[:, -1]
        return more

    def _curves(self, answer: Callable[..., Floats], model: PurchaseModel, times: Floats) -> Floats:
        """By x and age what is answered for each time."""
        return np.array([answer(model, self.x, self.age, float(time)) for time in times]).T

    def _of_the_living(self, model: PurchaseModel, values: Floats) -> Floats:
        """The values of those who have not left, by group and x and age."""
        living = values * purchases.alive(model, self.histories.x, self.histories.t_x, self.histories.age)
        return np.array([np.bincount(self.place, weights=row, minlength=len(self.x)) for row in living])
