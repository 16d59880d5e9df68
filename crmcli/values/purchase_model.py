"""A fitted model of who buys again, as the base keeps it."""

from dataclasses import dataclass
from datetime import date
from math import exp, log

BG, MBG = "BG/NBD", "MBG/NBD"
LARGEST = 700.0
"""The exponential of more is no number."""


@dataclass(frozen=True, slots=True)
class PurchaseModel:
    """A model of how customers buy until they leave, and its parameters; time is in days.

    Customers buy at rates that are gamma distributed (shape r, rate alpha), and leave after a purchase with chances
    that are beta distributed (a, b). With BG/NBD nobody leaves after his first purchase, with MBG/NBD he may.
    """

    name: str
    r: float
    alpha: float
    a: float
    b: float

    @property
    def first_chances(self) -> int:
        """How often who has bought once could have left so far."""
        return 1 if self.name == MBG else 0

    def alive(self, purchase_days: int, recency: int, age: int) -> float | None:
        """The probability that a customer has not left: days from his first purchase to the last, and to now.

        1 / (1 + a / (b + chances - 1) x ((alpha + age) / (alpha + recency)) ^ (r + x)), with x purchase days after the
        first; None of whom the model gives no chance to have left, as BG/NBD does of who has bought once.
        """
        x = purchase_days - 1
        before_last = self.b + x + self.first_chances - 1
        if x + self.first_chances == 0:
            return None
        log_odds = (self.r + x) * log((self.alpha + age) / (self.alpha + recency)) + log(self.a / before_last)
        return 1 / (1 + exp(min(log_odds, LARGEST)))


@dataclass(frozen=True, slots=True)
class KeptFit:
    """A model that a base keeps, the day up to which it knows the purchases, and whether a trial confirmed it: told
    from a part of the history, it came nearer to the rest than the naive forecasts.
    """

    model: PurchaseModel
    as_of: date
    confirmed: bool


@dataclass(frozen=True, slots=True)
class NoFit:
    """That no model was found by the purchases up to a day."""

    as_of: date
