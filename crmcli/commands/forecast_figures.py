"""The figures that a forecast gives besides the customers: its models, and how near they came when they were tried."""

from dataclasses import replace
from math import log
from typing import TYPE_CHECKING, Any

from crmcli.commands.costs import counts
from crmcli.commands.session import current
from crmcli.output.result import Card, Column, Listing
from crmcli.questions.forecast import Forecast as Asked

if TYPE_CHECKING:
    from crmcli.forecast.amounts import AmountModel
    from crmcli.forecast.fitting import Fit
    from crmcli.forecast.forecast import Evidence, Forecast
    from crmcli.forecast.total import Bounded
    from crmcli.forecast.trial import Score, Trial
    from crmcli.values.purchase_model import PurchaseModel

_MODELS = (
    Column("model", "Model"),
    Column("taken", kind="flag"),
    *(Column(f"{name}{end}", kind="number") for name in ("r", "alpha_days", "a", "b") for end in ("", "_low", "_high")),
    Column("log_likelihood", kind="number"),
    Column("trouble"),
)
_AMOUNTS = (
    Column("model"),
    *(Column(key, kind="number") for key in ("p", "q", "v")),
    Column("log_likelihood", kind="number"),
    Column("trouble"),
)
_SCORES = (
    Column("forecast", "Forecast"),
    Column("purchases", "Purchases", "int"),
    Column("error", "Error", "rate"),
    Column("tenths_error", "By tenths", "rate"),
    Column("ranking", "Ranking", "rate"),
    Column("revenue", "Revenue", "money", rough=True),
    Column("revenue_error", "Error", "rate"),
)
_TENTHS = (
    Column("tenth", "Tenth", "int"),
    Column("customers", "Customers", "int"),
    Column("bought", "Bought", "int"),
    Column("fit", "The fit", "number"),
    Column("last_year_pace", "Last year's pace", "number"),
    Column("everybody_alike", "Everybody alike", "number"),
)
_SUMMARY = (
    Column("as_of", kind="date"),
    Column("days", kind="int"),
    Column("until", kind="date"),
    Column("used"),
    Column("reason"),
    Column("sure", kind="rate"),
    Column("expected_purchases", kind="number"),
    Column("expected_purchases_low", kind="number"),
    Column("expected_purchases_high", kind="number"),
    Column("expected_value", kind="money"),
    Column("expected_value_low", kind="money"),
    Column("expected_value_high", kind="money"),
    Column("held_out_days", kind="int"),
    Column("held_out_customers", kind="int"),
    Column("held_out_purchases", kind="int"),
    Column("held_out_revenue", kind="money"),
)


def trial_parts(evidence: "Evidence", whose: str = "") -> list[Listing]:
    """How near the forecasts came when they were tried: a table of all, and one of the tenths."""
    trial = evidence.trial
    if trial is None:
        return []
    title = f"The last {counts(trial.days, 'day')}, foretold from what was known before{whose}"
    scores, tenths = _scores(trial), _tenths(trial)
    met = [column for column in _TENTHS if any(row.get(column.key) is not None for row in tenths)]
    columns = [replace(column, kind="int") for column in met]
    whole = [{key: round(value) for key, value in row.items()} for row in tenths]
    return [
        Listing(_SCORES, scores, len(scores), title=title),
        Listing(columns, whole, len(tenths), title=f"By tenths of the customers: purchases{whose}"),
    ]


def summary(asked: Asked, evidence: "Evidence", answer: "Forecast", paying: int) -> Card:
    """The total, the parameters (time in days, amounts in whole units of the currency), and the figures of the trial,
    for programs; so many customers have paid anything.
    """
    from crmcli.forecast.spread import SURE

    trial = evidence.trial
    row: dict[str, Any] = {
        "as_of": asked.day,
        "days": asked.days,
        "until": asked.last_day,
        "used": evidence.naive or (evidence.fit.model.name if evidence.fit else None),
        "reason": evidence.choice.reason,
        "sure": SURE,
        **{key: round(value, 4) for key, value in _bounds("expected_purchases", answer.purchases).items()},
        **{key: round(value) for key, value in _bounds("expected_value", answer.value).items()},
    }
    if trial:
        row |= {"held_out_days": trial.days, "held_out_customers": trial.customers}
        row |= {"held_out_purchases": trial.bought, "held_out_revenue": trial.revenue}
    sections = {
        "models": _models(evidence),
        "amounts": _amounts(evidence.amounts, paying),
        "hold_out": scores_part(evidence),
        "tenths": Listing(_TENTHS, _tenths(trial) if trial else [], 0),
    }
    return Card(_SUMMARY, row, sections=sections)


def scores_part(evidence: "Evidence") -> Listing:
    """What every forecast was off by when it was tried, for programs."""
    return Listing(_SCORES, _scores(evidence.trial)[1:] if evidence.trial else [], 0)


def _scores(trial: "Trial") -> list[dict[str, Any]]:
    """What was bought, and then a row a forecast."""
    bought = {"forecast": "bought", "purchases": trial.bought, "revenue": trial.revenue}
    return [bought, *(_score(score, trial) for score in trial.scores)]


def _score(score: "Score", trial: "Trial") -> dict[str, Any]:
    return {
        "forecast": trial.model if score.forecast == "fit" else score.forecast,
        "purchases": round(score.purchases),
        "error": score.error,
        "tenths_error": score.tenths_error,
        "ranking": score.ranking,
        "revenue": round(score.revenue),
        "revenue_error": score.revenue_error,
    }


def _tenths(trial: "Trial") -> list[dict[str, Any]]:
    names = {"fit": "fit", "last year's pace": "last_year_pace", "everybody alike": "everybody_alike"}
    return [{names.get(key, key): round(value, 4) for key, value in row.items()} for row in trial.tenths]


def _bounds(name: str, told: "Bounded") -> dict[str, float]:
    return {name: told.mean, f"{name}_low": told.low, f"{name}_high": told.high}


def _models(evidence: "Evidence") -> Listing:
    rows = [
        {
            "model": fit.model.name,
            "taken": fit is evidence.fit,
            **_parameters(fit),
            "log_likelihood": fit.log_likelihood,
            "trouble": fit.trouble or None,
        }
        for fit in evidence.choice.fits
    ]
    return Listing(_MODELS, rows, len(rows))


def _parameters(fit: "Fit[PurchaseModel]") -> dict[str, float]:
    """The parameters and their bounds; no bounds where they are no answer."""
    from crmcli.forecast.spread import SURE

    names = {"r": "r", "alpha": "alpha_days", "a": "a", "b": "b"}
    found = {told: getattr(fit.model, name) for name, told in names.items()}
    if not fit.trouble:
        for name, (low, high) in fit.bounds(SURE).items():
            found |= {f"{names[name]}_low": low, f"{names[name]}_high": high}
    return found


def _amounts(fit: "Fit[AmountModel]", paying: int) -> Listing:
    """The model of amounts; in larger units every customer's mean amount is that much denser."""
    unit = 10 ** current().currency_digits
    row = {
        "model": "Gamma-Gamma",
        "p": fit.model.p,
        "q": fit.model.q,
        "v": fit.model.v / unit,
        "log_likelihood": fit.log_likelihood + paying * log(unit),
        "trouble": fit.trouble or None,
    }
    return Listing(_AMOUNTS, [row], 1)
