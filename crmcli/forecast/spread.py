"""How far off the next total is taken to be: from trials on several stretches of the history, one before another.

What a total is off by, as a fraction, is much the same for a month and for a year, on the data that this was tried on:
so the stretches are the same whatever is asked, and no bounds are narrower for a longer time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from crmcli.forecast.trial import Score

SURE = 0.95
"""How often the truth is to lie within an interval."""
LENGTH, SHORTEST = 90, 28
"""Days of a stretch: a sixth of the history between these."""
TRIALS, TRIALS_OF_MANY, MANY = 5, 2, 100_000
"""How many trials there are at most, and of so many customers, as each takes seconds then."""
ENOUGH, UNKNOWN = 3, 0.25
"""With fewer trials than enough, those missing count as off by a quarter: a lucky one alone would tell nothing."""

TIMES_AHEAD = 4
"""So many times what was tried errors were seen to stay much the same, a year after trials of 90 days."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The standard deviations of purchases and revenue, fractions of their totals, and on how many trials they rest."""

    purchases: float
    revenue: float
    trials: int


def stretches(history: int, customers: int) -> tuple[int, int]:
    """How many days each stretch has, and how many of them there are: before the first, one is left to be fitted."""
    days = min(max(history // (TRIALS + 1), SHORTEST), LENGTH)
    return days, min(max(history // days - 1, 0), TRIALS if customers < MANY else TRIALS_OF_MANY)


def spread(scores: Sequence[Score]) -> Spread:
    """That of the forecast with these scores, one a trial."""
    purchases, revenue = _deviation([one.off for one in scores]), _deviation([one.revenue_off for one in scores])
    return Spread(purchases, revenue, len(scores))


def _deviation(off: Sequence[float]) -> float:
    """The root mean square, times by how much Student's t with so few degrees of freedom is wider than the normal."""
    counted = max(len(off), ENOUGH)
    square = (sum(one**2 for one in off) + (counted - len(off)) * UNKNOWN**2) / counted
    sure = (1 + SURE) / 2
    return float(np.sqrt(square) * stdtrit(counted, sure) / ndtri(sure))
