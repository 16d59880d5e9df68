"""How good the forecasts are: told from the first part of the history, compared with what the last part brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from crmcli.forecast.arrays import Flags, Floats, Whole
from crmcli.forecast.customers import Customers
from crmcli.forecast.fitting import fit_amounts, fit_purchases
from crmcli.forecast.prediction import NAIVE, Prediction, by_models

FIT = "fit"
TENTHS = 10
_LEAST = 0.1
"""Nobody is taken to be further off than ten times."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was known of the customers so many days ago, and what each has bought since: purchase days, and
    sales less refunds in minor units.
    """

    known: Customers
    days: int
    bought: Whole
    revenue: Whole


@dataclass(frozen=True, slots=True)
class Score:
    """How near one forecast came. Errors are fractions of what was bought.

    purchases, revenue: the totals it expected; error, revenue_error: how much more (or less) than came.
    tenths_error: the sum of the differences in each tenth of the customers. ranking: of two customers of whom one
    bought and one did not, how often it expected more of the one who bought; half of the time by chance.
    """

    forecast: str
    purchases: float
    error: float
    tenths_error: float
    ranking: float | None
    revenue: float
    revenue_error: float | None

    @property
    def off(self) -> float:
        """How far off its next total of purchases is taken to be, either way, as a fraction of that total."""
        return _of_itself(self.error)

    @property
    def revenue_off(self) -> float:
        """The same of the revenue; that of purchases where they brought nothing."""
        return _of_itself(self.error if self.revenue_error is None else self.revenue_error)


def _of_itself(error: float) -> float:
    """Who expects half of what comes would have to double it: the error as a fraction of the smaller of the two."""
    return abs(error) / max(min(1.0, 1 + error), _LEAST)


@dataclass(frozen=True, slots=True)
class Trial:
    """The scores, the models' first; what each tenth of the customers was expected to buy and bought; the best.

    `model` is the name of the model that was tried; empty where it did not fit.
    """

    days: int
    customers: int
    bought: int
    revenue: int
    scores: tuple[Score, ...]
    tenths: tuple[Mapping[str, Any], ...]
    model: str

    @property
    def best(self) -> Score:
        """That with the smallest error by tenths; the models' where it is as small."""
        return min(self.scores, key=lambda score: score.tenths_error)


def tried(held: HeldOut, model: str) -> Trial:
    """The trial of the model of that name, none for an empty one, and of the forecasts that know no model."""
    predictions = _by_fit(held, model) if model else {}
    fitted = model if predictions else ""
    predictions |= {name: naive(held.known, held.days) for name, naive in NAIVE.items()}
    parts = _tenths(next(iter(predictions.values())).purchases)
    return Trial(
        held.days,
        len(held.known.ids),
        int(held.bought.sum()),
        int(held.revenue.sum()),
        tuple(_score(name, prediction, held, parts) for name, prediction in predictions.items()),
        tuple(_told(held, predictions, parts)),
        fitted,
    )


def _by_fit(held: HeldOut, name: str) -> dict[str, Prediction]:
    """What the model expects, fitted to what was known; nothing where it does not fit."""
    known = held.known
    fit, amounts = fit_purchases(known.histories, name), fit_amounts(known.purchase_days, known.revenue)
    if fit.trouble:
        return {}
    return {FIT: by_models(fit.model, None if amounts.trouble else amounts.model, known, held.days)}


def _score(name: str, prediction: Prediction, held: HeldOut, parts: Whole) -> Score:
    bought, revenue = float(held.bought.sum()), float(held.revenue.sum())
    gaps = np.bincount(parts, weights=prediction.purchases - held.bought)
    return Score(
        name,
        float(prediction.purchases.sum()),
        float(prediction.purchases.sum()) / bought - 1,
        float(np.abs(gaps).sum()) / bought,
        ranking(prediction.purchases, held.bought > 0),
        float(prediction.value.sum()),
        float(prediction.value.sum()) / revenue - 1 if revenue > 0 else None,
    )


def ranking(expected: Floats, bought: Flags) -> float | None:
    """Of all pairs of one who bought and one who did not, the share in which more was expected of the first.

    Equal ones count half. None where there is no pair.
    """
    buyers, others = int(bought.sum()), int((~bought).sum())
    if not buyers or not others:
        return None
    _, place, count = np.unique(expected, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    return float((middle[place][bought].sum() - buyers * (buyers + 1) / 2) / (buyers * others))


def _tenths(expected: Floats) -> Whole:
    """The tenth that each customer is in, 0 for those of whom most is expected; equal ones in their order."""
    places = np.empty(len(expected), dtype=np.int64)
    places[np.argsort(-expected, kind="stable")] = np.arange(len(expected))
    return places * TENTHS // len(expected)


def _told(held: HeldOut, predictions: Mapping[str, Prediction], parts: Whole) -> list[dict[str, Any]]:
    customers, bought = np.bincount(parts), np.bincount(parts, weights=held.bought)
    sums = {name: np.bincount(parts, weights=one.purchases) for name, one in predictions.items()}
    return [
        {"tenth": part + 1, "customers": int(customers[part]), "bought": int(bought[part])}
        | {name: float(total[part]) for name, total in sums.items()}
        for part in range(len(customers))
    ]
