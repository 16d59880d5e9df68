"""What a forecast says besides the customers: the total, the model, and how good it was when it was tried."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crmcli.commands.costs import counts, money, percent
from crmcli.commands.fitting import Known
from crmcli.commands.session import current
from crmcli.output.result import Card, Column, Listing
from crmcli.questions.forecast import Forecast as Asked

if TYPE_CHECKING:
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
    *(Column(key, kind="number") for key in ("p", "q")),
    Column("v", kind="money"),
    Column("log_likelihood", kind="number"),
    Column("trouble"),
)
_SCORES = (
    Column("forecast", "Forecast"),
    Column("purchases", "Purchases", "int"),
    Column("error", "Error", "rate"),
    Column("tenths_error", "By tenths", "rate"),
    Column("ranking", "Ranking", "rate"),
    Column("revenue", "Revenue", "money"),
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


def remarks_on(known: Known) -> list[str]:
    """How the total was found, and what is to be known before it is believed."""
    assert known.evidence  # noqa: S101 - there is an answer
    told = [*_bounds_told(known.evidence), *_how(known.evidence)]
    if known.left_out:
        told.append(f"{counts(known.left_out, 'customer')} left out: archived, or not in the segment.")
    return told


def trial_parts(evidence: "Evidence") -> list[Listing]:
    """How near the forecasts came when they were tried: a table of all, and one of the tenths."""
    trial = evidence.trial
    if trial is None:
        return []
    title = f"The last {counts(trial.days, 'day')}, foretold from what was known before"
    scores, tenths = _scores(trial), _tenths(trial)
    met = [column for column in _TENTHS if any(row.get(column.key) is not None for row in tenths)]
    columns = [replace(column, kind="int") for column in met]
    whole = [{key: round(value) for key, value in row.items()} for row in tenths]
    return [
        Listing(_SCORES, scores, len(scores), title=title),
        Listing(columns, whole, len(tenths), title="By tenths of the customers: purchases"),
    ]


def summary(asked: Asked, evidence: "Evidence", answer: "Forecast") -> Card:
    """The total, the parameters (time in days), and the figures of the trial, for programs."""
    from crmcli.forecast.total import SURE

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
        "amounts": _amounts(evidence),
        "hold_out": scores_part(evidence),
        "tenths": Listing(_TENTHS, _tenths(trial) if trial else [], 0),
    }
    return Card(_SUMMARY, row, sections=sections)


def scores_part(evidence: "Evidence") -> Listing:
    """What every forecast was off by when it was tried, for programs."""
    return Listing(_SCORES, _scores(evidence.trial)[1:] if evidence.trial else [], 0)


def tried_told(evidence: "Evidence") -> str:
    """Whether the models were confirmed when they were tried, for those who use them anyway."""
    if evidence.trial is None:
        why = evidence.untried
    elif evidence.fit_score is None:
        why = f"none fitted what was known {counts(evidence.trial.days, 'day')} ago"
    elif evidence.naive:
        off = f"revenue {percent(evidence.fit_score.revenue_off)} off, which is in low and high"
        return f"The model is not confirmed: when it was tried, {evidence.naive} came nearer ({off})."
    else:
        off = percent(evidence.fit_score.revenue_off)
        return f"When it was tried, the model came nearer than the naive forecasts: revenue {off} off, in low and high."
    return f"The model is not confirmed, it could not be tried: {why}. Low and high are too near each other."


def total_told(asked: Asked, known: Known, answer: "Forecast") -> str:
    """What all of them will bring, in a sentence."""
    count, value = answer.purchases, answer.value
    who = counts(len(known.customers.ids), "customer")
    return (
        f"In {counts(asked.days, 'day')}, up to {asked.last_day}, {who} will buy on {counts(round(count.mean), 'day')} "
        f"({count.low:.0f} to {count.high:.0f}) for {_about(value.mean)} {current().look.currency} "
        f"({_about(value.low)} to {_about(value.high)}); new customers come on top."
    )


def _bounds_told(evidence: "Evidence") -> list[str]:
    """What is in the bounds; and that they are of no use where the forecast was off by more than all that came."""
    score = evidence.score
    if score is None:
        return ["The bounds know of chance and of what the fit leaves open, and of no trial: they are too narrow."]
    known = "chance" if evidence.naive else "chance, what the fit leaves open"
    off = f"purchases {percent(score.off)}, value {percent(score.revenue_off)}"
    cases = "The bounds are for 95 of 100 cases, as far as one trial tells"
    told = [f"{cases}: {known}, and being as far off as when it was tried ({off}) are in them."]
    if max(score.off, score.revenue_off) > 1:
        told.append("When it was tried it was off by more than the whole: do not rely on this.")
    return told


def _about(minor: float) -> str:
    """An amount of which no more than whole units are known."""
    unit: int = 10 ** current().currency_digits
    return money(round(minor / unit) * unit)


def _how(evidence: "Evidence") -> list[str]:
    """Which forecast is used, and why."""
    told = [_model(evidence)]
    if evidence.amounts.trouble and not evidence.naive:
        told.append(f"{evidence.amounts.trouble}: a purchase day brings what those of the customer brought so far.")
    if evidence.trial is None:
        told.append(f"How good this is could not be tried: {evidence.untried}.")
    else:
        told += _nearest(evidence, evidence.trial)
    return told


def _model(evidence: "Evidence") -> str:
    if evidence.fit is None:
        return f"No model fits these purchases, so nobody knows who is alive ({evidence.choice.reason})."
    model = evidence.fit.model
    parameters = f"r {model.r:.3g}, alpha {model.alpha:.4g} days, a {model.a:.3g}, b {model.b:.3g}"
    surely = "" if model.first_chances else "; who bought once counts as alive"
    return f"{model.name}: {parameters} ({evidence.choice.reason}{surely})."


def _nearest(evidence: "Evidence", trial: "Trial") -> list[str]:
    """Where a naive forecast came nearer, that it did, and whether it is used."""
    best, fit = trial.best, next((score for score in trial.scores if score.forecast == "fit"), None)
    if fit is None:
        off = percent(best.tenths_error)
        before = f"No model fitted what was known before the last {trial.days} days, so none could be tried"
        return [f"{before}: used is {best.forecast}, which was {off} off by tenths."]
    if evidence.naive:
        off = f"{percent(best.tenths_error)} off by tenths, the fit {percent(fit.tenths_error)}"
        return [f"When tried, {best.forecast} came nearer than the fit ({off}), so it is used, and alive is not told."]
    other = [] if evidence.fit and evidence.fit.model.name == trial.model else [f"Tried was {trial.model}."]
    nearer = [score for score in trial.scores if abs(score.error) < abs(fit.error)]
    return other + [
        f"When tried, {score.forecast} came nearer to the total, but not to who bought: the fit is used."
        for score in nearer[:1]
    ]


def _scores(trial: "Trial") -> list[dict[str, Any]]:
    """What was bought, and then a row a forecast."""
    bought = {"forecast": "bought", "purchases": trial.bought, "revenue": trial.revenue}
    return [bought, *(_score(score, trial) for score in trial.scores)]


def _score(score: "Score", trial: "Trial") -> dict[str, Any]:
    return {
        "forecast": f"the fit ({trial.model})" if score.forecast == "fit" else score.forecast,
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
    from crmcli.forecast.total import SURE

    names = {"r": "r", "alpha": "alpha_days", "a": "a", "b": "b"}
    found = {told: getattr(fit.model, name) for name, told in names.items()}
    if not fit.trouble:
        for name, (low, high) in fit.bounds(SURE).items():
            found |= {f"{names[name]}_low": low, f"{names[name]}_high": high}
    return found


def _amounts(evidence: "Evidence") -> Listing:
    fit = evidence.amounts
    row = {
        "model": "Gamma-Gamma",
        "p": fit.model.p,
        "q": fit.model.q,
        "v": round(fit.model.v),
        "log_likelihood": fit.log_likelihood,
        "trouble": fit.trouble or None,
    }
    return Listing(_AMOUNTS, [row], 1)
