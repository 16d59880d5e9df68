"""The whole job: is there enough to go by, do the models fit, do they beat the naive forecasts, what do they say."""

from collections.abc import Sequence
from dataclasses import dataclass

from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.customers import Customers
from crmcli.forecast.fitting import Choice, Fit, choose, fit_amounts
from crmcli.forecast.prediction import NAIVE, PACE, Prediction, by_models
from crmcli.forecast.spread import Spread, spread
from crmcli.forecast.total import Bounded, naive_totals, totals
from crmcli.forecast.trial import FIT, HeldOut, Score, Trial, tried
from crmcli.values.purchase_model import PurchaseModel

RETURNED = 30
"""How many customers have to have come back for a forecast: fewer do not tell how customers differ."""

HELD_OUT = 28
"""How many days are held out at least: what a few of them bring is chance, and a weekday's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The models fitted to all customers, and how they did when they were tried on the last days; None where they could
    not be, which `untried` tells. `earlier`: the trials on shorter stretches, for the bounds.
    """

    choice: Choice
    amounts: Fit[AmountModel]
    trial: Trial | None
    untried: str = ""
    earlier: tuple[Trial, ...] = ()

    @property
    def fit(self) -> Fit[PurchaseModel] | None:
        """The model of purchases, None where none fits."""
        return self.choice.taken

    @property
    def sound_amounts(self) -> Fit[AmountModel] | None:
        """The model of amounts, None where it does not fit."""
        return None if self.amounts.trouble else self.amounts

    @property
    def score(self) -> Score | None:
        """How the forecast that is used did when it was tried; None where it could not be."""
        return _score(self.trial, self.naive or FIT)

    @property
    def off(self) -> Spread:
        """How far off the total of the forecast that is used is taken to be."""
        return self._spread(self.naive or FIT)

    @property
    def fit_off(self) -> Spread:
        """The same of the models, used or not."""
        return self._spread(FIT)

    @property
    def fit_score(self) -> Score | None:
        """How the models did, used or not; None where they could not be tried."""
        return _score(self.trial, FIT)

    def _spread(self, name: str) -> Spread:
        return spread([score for trial in self.earlier if (score := _score(trial, name))])

    @property
    def longest(self) -> int:
        """The most days that the forecast that is used was tried on; 0 where it was not tried."""
        return self._longest(self.naive or FIT)

    @property
    def fit_longest(self) -> int:
        """The same of the models, used or not."""
        return self._longest(FIT)

    def _longest(self, name: str) -> int:
        return max((trial.days for trial in (self.trial, *self.earlier) if trial and _score(trial, name)), default=0)

    @property
    def used_fit(self) -> Fit[PurchaseModel] | None:
        """The model of purchases where it is what is used, None where a naive forecast is."""
        return None if self.naive else self.fit

    @property
    def confirmed(self) -> bool:
        """Whether the models were tried, and did better than the naive forecasts."""
        return not self.naive and self.trial is not None

    @property
    def naive(self) -> str:
        """The naive forecast that is used; empty where the models are.

        The models have to have done better when they were tried; where nothing could be tried they have to fit.
        """
        if self.trial is None:
            return "" if self.fit else PACE
        best = self.trial.best.forecast
        if best not in NAIVE and self.fit:
            return ""
        return min((score for score in self.trial.scores if score.forecast in NAIVE), key=_by_tenths).forecast


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the coming days will bring, by customer and of all."""

    prediction: Prediction
    purchases: Bounded
    value: Bounded


def too_little(customers: Customers) -> str:
    """Why there is not enough to go by, in words; empty where there is."""
    returned = customers.returned
    if returned >= RETURNED:
        return ""
    who = "nobody has" if not returned else "1 customer has" if returned == 1 else f"{returned} customers have"
    return f"{who} come back for a second purchase day so far, and it takes {RETURNED} to tell how customers differ"


def days_held_out(history: int, days: int) -> int:
    """How much of the history is held out: as many days as are asked about, 28 at least, a third of it at most; none
    of it where a third is less than 28.
    """
    most = history // 3
    return min(max(days, HELD_OUT), most) if most >= HELD_OUT else 0


def gathered(customers: Customers, held: HeldOut, earlier: Sequence[HeldOut] = ()) -> Evidence:
    """The fits, and the trials where enough is left after holding out, and something was bought in that time."""
    untried = _untried(held)
    choice = choose(customers.histories)
    amounts = fit_amounts(customers.purchase_days, customers.revenue)
    model = choice.taken.model.name if choice.taken else ""
    trial = None if untried else tried(held, model)
    same = [trial if one is held else tried(one, model) for one in earlier if not _untried(one)]
    return Evidence(choice, amounts, trial, untried, tuple(one for one in same if one))


def _untried(held: HeldOut) -> str:
    """Why nothing can be tried on what is held out, in words; empty where it can."""
    if not held.days or too_little(held.known):
        return "too little history to hold some of it out"
    return "" if held.bought.any() else f"nobody who was known before bought in the last {held.days} days"


def groundless(evidence: Evidence) -> str:
    """Why there is nothing to tell a forecast by, in words: no model fits, and nothing was tried; empty otherwise."""
    return "" if evidence.fit or evidence.trial else f"{evidence.choice.reason}; and {evidence.untried}"


def forecast(evidence: Evidence, customers: Customers, days: int) -> Forecast:
    """What the coming days will bring, by the forecast that did best."""
    if evidence.fit is None or evidence.naive:
        prediction = NAIVE[evidence.naive](customers, days)
        return Forecast(prediction, *naive_totals(prediction, evidence.off))
    amounts = evidence.sound_amounts
    prediction = by_models(evidence.fit.model, amounts.model if amounts else None, customers, days)
    return Forecast(prediction, *totals(evidence.fit, amounts, customers, days, evidence.off))


def _score(trial: Trial | None, name: str) -> Score | None:
    return next((score for score in (trial.scores if trial else ()) if score.forecast == name), None)


def _by_tenths(score: Score) -> float:
    return score.tenths_error
