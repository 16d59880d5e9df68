"""Finding the parameters under which what happened is most likely, or saying why there are none."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri

from crmcli.forecast.amounts import AmountModel, Amounts
from crmcli.forecast.arrays import Floats, Histories, Whole
from crmcli.forecast.purchases import log_likelihood
from crmcli.values.purchase_model import BG, MBG, PurchaseModel

Model = TypeVar("Model", PurchaseModel, AmountModel)
PARAMETERS: dict[type, tuple[str, ...]] = {PurchaseModel: ("r", "alpha", "a", "b"), AmountModel: ("p", "q", "v")}
_WIDTH = np.log(1e4)
"""How far from its natural scale the log of a parameter is looked for: beyond, the model is another one."""
_NEAR = 1e-3
"""So near to a bound, in logs, is on it."""
_VAGUE = 3.0
"""A parameter whose log is known no better than by this standard deviation, a factor of 20 either way, is not known."""
_CLEARLY = 2.0
"""By how much the log-likelihood of BG/NBD has to be higher for it to be taken."""


@dataclass(frozen=True, slots=True)
class Fit(Generic[Model]):
    """The model found, its log-likelihood, and the covariance of the logs of its parameters.

    trouble: why it is no answer, in words; empty where it is one.
    """

    model: Model
    log_likelihood: float
    covariance: Floats
    trouble: str = ""

    def bounds(self, sure: float) -> dict[str, tuple[float, float]]:
        """Between what each parameter lies, so often: by the normal distribution of its log."""
        names = PARAMETERS[type(self.model)]
        width = np.exp(ndtri((1 + sure) / 2) * np.sqrt(np.diag(self.covariance)))
        values = [getattr(self.model, name) for name in names]
        return {name: (value / by, value * by) for name, value, by in zip(names, values, width.tolist(), strict=True)}


@dataclass(frozen=True, slots=True)
class Choice:
    """Both models of buying, the one that is taken, and why; or why none is."""

    fits: tuple[Fit[PurchaseModel], Fit[PurchaseModel]]
    taken: Fit[PurchaseModel] | None
    reason: str


def fit_purchases(histories: Histories, name: str) -> Fit[PurchaseModel]:
    """The most likely model of that name."""
    purchases, days = float(histories.x @ histories.count), float(histories.age @ histories.count)
    pause = max(days, 1.0) / max(purchases, 1.0)
    starts = [[1.0, pause, 1.0, 3.0], [1.0, pause, 0.05, 0.5]]  # all leave some day; some at once, the others never

    def likelihood(values: Floats) -> tuple[float, Floats]:
        return log_likelihood(histories, PurchaseModel(name, *values))

    values, height, covariance, trouble = _maximum(likelihood, starts, PARAMETERS[PurchaseModel], histories.customers)
    return Fit(PurchaseModel(name, *values), height, covariance, trouble)


def choose(histories: Histories) -> Choice:
    """MBG/NBD where anybody has bought once alone: with BG/NBD he counts as surely alive, however long ago.

    Otherwise, too, unless BG/NBD describes the purchases clearly better, by 2 or more of log-likelihood: they have
    equally many parameters. Where MBG/NBD does not fit, BG/NBD if that does.
    """
    fits = bg, mbg = fit_purchases(histories, BG), fit_purchases(histories, MBG)
    sound = [fit for fit in fits if not fit.trouble]
    if not sound:
        return Choice(fits, None, _join(fits))
    if len(sound) == 1:
        (other,) = (fit for fit in fits if fit.trouble)
        return Choice(fits, sound[0], f"{_join([other])}")
    ahead = bg.log_likelihood - mbg.log_likelihood
    words = f"log-likelihood {bg.log_likelihood:.1f} with BG/NBD, {mbg.log_likelihood:.1f} with MBG/NBD"
    returned = bool(histories.x.min(initial=1) > 0)
    return Choice(fits, bg if returned and ahead >= _CLEARLY else mbg, words)


def fit_amounts(days: Whole, revenue: Floats) -> Fit[AmountModel]:
    """The most likely model of amounts, of customers who have brought anything at all."""
    paid = revenue > 0
    if not paid.any():
        return Fit(AmountModel(1, 3, 1), 0.0, np.zeros((3, 3)), "Gamma-Gamma: every purchase was for nothing")
    amounts = Amounts(days[paid], revenue[paid])
    middle = float(np.exp(amounts.log_mean / paid.sum()))  # the mean itself may be that of a few large ones

    def likelihood(values: Floats) -> tuple[float, Floats]:
        return amounts.log_likelihood(AmountModel(*values))

    names = PARAMETERS[AmountModel]
    values, height, covariance, trouble = _maximum(likelihood, [[2.0, 3.0, middle]], names, int(paid.sum()))
    model = AmountModel(*values)
    if not trouble and (model.q <= 1 or model.p + model.q <= 2):
        trouble = "amounts differ too much for a mean"
    return Fit(model, height, covariance, f"Gamma-Gamma: {trouble}" if trouble else "")


def _join(fits: "tuple[Fit[PurchaseModel], ...] | list[Fit[PurchaseModel]]") -> str:
    return "; ".join(f"{fit.model.name}: {fit.trouble}" for fit in fits)


Found = tuple[list[float], float, Floats, str]
"""The parameters, the log-likelihood there, the covariance of their logs, and what is wrong with them."""


def _maximum(
    likelihood: Callable[[Floats], tuple[float, Floats]],
    starts: list[list[float]],
    names: tuple[str, ...],
    customers: int,
) -> Found:
    """The highest point that is found; another start is tried where one has led to nothing sound."""
    best: Found | None = None
    for start in starts:
        found = _climbed(likelihood, start, names, customers)
        best = found if best is None or found[1] > best[1] else best
        if not best[3]:
            break
    assert best  # noqa: S101 - there is a start
    return best


def _climbed(
    likelihood: Callable[[Floats], tuple[float, Floats]], scale: list[float], names: tuple[str, ...], customers: int
) -> Found:

    def loss(logs: Floats) -> tuple[float, Floats]:
        values = np.exp(logs)
        height, gradient = likelihood(values)
        return -height / customers, -gradient * values / customers

    start = np.log(scale)
    bounds = list(zip(start - _WIDTH, start + _WIDTH, strict=True))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=_OPTIONS)
    slope = customers * np.asarray(found.jac)
    curvature = customers * _curvature(loss, found.x, found.jac)
    trouble = _on_a_bound(found.x, bounds, names) or _not_at_the_top(slope, curvature)
    covariance: Floats = np.full_like(curvature, np.nan) if trouble else np.linalg.inv(curvature).astype(np.float64)
    return [float(value) for value in np.exp(found.x)], -float(found.fun) * customers, covariance, trouble


_OPTIONS = {"maxiter": 500, "maxfun": 1000, "ftol": 1e-12, "gtol": 1e-9}


def _curvature(loss: Callable[[Floats], tuple[float, Floats]], at: Floats, slope: Floats) -> Floats:
    """The second derivatives, from the exact first ones."""
    step = 1e-5
    rows = np.array([(loss(at + one)[1] - slope) / step for one in step * np.eye(len(at))])
    return np.asarray((rows + rows.T) / 2)


def _on_a_bound(at: Floats, bounds: list[tuple[float, float]], names: tuple[str, ...]) -> str:
    ended = [
        name for name, log, (low, high) in zip(names, at, bounds, strict=True) if not low + _NEAR < log < high - _NEAR
    ]
    return f"{' and '.join(ended)} ended on a bound" if ended else ""


def _not_at_the_top(slope: Floats, curvature: Floats) -> str:
    """Why this is no maximum: it is flat there, or there is more than 0.001 of log-likelihood to be gained nearby."""
    highest = np.linalg.eigvalsh(curvature)
    if highest[0] <= 1e-9 * highest[-1] or np.diag(np.linalg.inv(curvature)).max() > _VAGUE**2:
        return "the data do not tell its parameters apart"
    return "it did not converge" if slope @ np.linalg.solve(curvature, slope) > 2e-3 else ""
