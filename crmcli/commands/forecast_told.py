"""What a forecast says in words: what all will bring, by which model and why, and what is to be known of the bounds."""

from typing import TYPE_CHECKING

from crmcli.commands.costs import counts, percent
from crmcli.commands.session import current
from crmcli.output.result import Column
from crmcli.output.values import for_people
from crmcli.questions.forecast import Forecast as Asked

if TYPE_CHECKING:
    from crmcli.forecast.forecast import Evidence, Forecast
    from crmcli.forecast.spread import Spread
    from crmcli.forecast.trial import Score, Trial


def total_told(asked: Asked, customers: int, evidence: "Evidence", answer: "Forecast") -> str:
    """What all of so many will bring, by which model, and why not by another."""
    who, until = counts(customers, "customer"), f"In {counts(asked.days, 'day')}, up to {asked.last_day}"
    if not answer.purchases.mean:
        return f"{until}, nothing is to be expected of {who}: nobody came back in the last year. {_by(evidence)}"
    count, value = answer.purchases, answer.value
    days = "about 0 purchases" if count.mean < 0.5 else counts(round(count.mean), "purchase")
    return (
        f"{until}, {who} will make {days} ({count.low:.0f} to {count.high:.0f}) for "
        f"{amount_between(value.mean, value.low, value.high)}; new customers come on top. {_by(evidence)}"
    )


def amount_between(minor: float, low: float, high: float) -> str:
    """An amount with its bounds, of which no more than whole units are known."""
    return f"{_about(minor)} {current().look.currency} ({_about(low)} to {_about(high)})" if high else "nothing"


def remarks_on(asked: Asked, evidence: "Evidence") -> list[str]:
    """What the models are, and what is to be known before the total is believed."""
    ahead = far_ahead_told(asked.days, evidence.longest)
    return [*_bounds_told(evidence), *ahead, *_model_told(evidence), *_nearer_total(evidence)]


def tried_told(evidence: "Evidence") -> str:
    """Whether the models were confirmed when they were tried, for those who use them anyway."""
    if evidence.trial is None:
        why = evidence.untried
    elif evidence.fit_score is None:
        why = f"it did not fit what was known {counts(evidence.trial.days, 'day')} ago"
    elif evidence.naive:
        return f"The model is not confirmed: when it was tried, {evidence.naive} came nearer{_off(evidence.fit_score)}."
    else:
        return f"When it was tried, the model came nearer than the naive forecasts{_off(evidence.fit_score)}."
    return f"The model is not confirmed, it could not be tried: {why}."


def trials_told(evidence: "Evidence", off: "Spread") -> str:
    """On how many trials bounds rest, and what stands in for those that are missing."""
    from crmcli.forecast.spread import ENOUGH, UNKNOWN

    told = f"{counts(off.trials, 'trial')} of {evidence.earlier[0].days} days" if off.trials else "no trial"
    missing = ENOUGH - off.trials
    return f"{told}; {missing} more to make {ENOUGH} count as {percent(UNKNOWN)} off" if missing > 0 else told


def _off(score: "Score") -> str:
    error = score.revenue_error
    return "" if error is None else f" (the model's revenue was {percent(abs(error))} off)"


def amounts_told(evidence: "Evidence") -> list[str]:
    """What stands in for the model of amounts where it does not fit."""
    trouble = evidence.amounts.trouble
    return [f"{trouble}: a purchase day brings what those of the customer brought so far."] if trouble else []


def _by(evidence: "Evidence") -> str:
    """Which forecast is used, and why not another."""
    used, trial = evidence.naive or (evidence.fit.model.name if evidence.fit else ""), evidence.trial
    if trial is None:
        return f"By {used}, which could not be tried: {evidence.untried}."
    return f"By {used}, {_why(evidence, trial)}: tried on the last {trial.days} days, {_compared(trial)}."


def _why(evidence: "Evidence", trial: "Trial") -> str:
    if evidence.fit is None:
        return "as no model fits these purchases, so nobody knows who is alive"
    if not trial.model:
        return f"as the model did not fit what was known {trial.days} days ago, and who is alive is not told"
    return "which came nearest, and who is alive is not told" if evidence.naive else "which came nearest"


def _compared(trial: "Trial") -> str:
    """How far off every forecast was, the nearest first."""
    nearest, *others = sorted(trial.scores, key=lambda score: score.tenths_error)
    told = [f"{_named(score, trial)} {percent(score.tenths_error)}" for score in others]
    return ", ".join([f"{_named(nearest, trial)} was {percent(nearest.tenths_error)} off by tenths", *told])


def _named(score: "Score", trial: "Trial") -> str:
    return trial.model if score.forecast == "fit" else score.forecast


def _bounds_told(evidence: "Evidence") -> list[str]:
    """What is in the bounds; and that they are of no use where the forecast was off by more than all that came."""
    known = "chance" if evidence.naive else "chance, what the fit leaves open"
    rest = f"They rest on {trials_told(evidence, evidence.off)}"
    told = f"The bounds are for 95 of 100 cases: {known}, and how far off trials were are in them. {rest}."
    return [told, *far_off_told(evidence.score)]


def far_off_told(score: "Score | None") -> list[str]:
    """That a forecast is of no use which was off by more than all that came."""
    if score is None or max(score.off, score.revenue_off) <= 1:
        return []
    return ["When it was tried it was off by more than the whole: do not rely on this."]


def far_ahead_told(days: int, tried: int) -> list[str]:
    """That nobody knows how good a forecast is so far ahead, many times what it was tried on; untried ones say more."""
    from crmcli.forecast.spread import TIMES_AHEAD

    if days <= TIMES_AHEAD * tried or not tried:
        return []
    return [f"This looks {days} days ahead, and no more than {tried} could be tried: how far off it may be is unknown."]


def _model_told(evidence: "Evidence") -> list[str]:
    """The models of purchases and amounts, or why there are none."""
    if evidence.fit is None:
        return [f"No model fits these purchases ({evidence.choice.reason})."]
    model = evidence.fit.model
    parameters = f"r {model.r:.3g}, alpha {model.alpha:.4g} days, a {model.a:.3g}, b {model.b:.3g}"
    surely = "" if model.first_chances else "; whether who bought once is alive is not known"
    if evidence.naive:
        return []
    return [f"{model.name}: {parameters} ({evidence.choice.reason}{surely}).", *amounts_told(evidence)]


def _nearer_total(evidence: "Evidence") -> list[str]:
    """That a naive forecast came nearer to the total, though not to who bought, where the fit is used."""
    trial, fit = evidence.trial, evidence.fit_score
    if trial is None or fit is None or evidence.naive:
        return []
    nearer = [score for score in trial.scores if abs(score.error) < abs(fit.error)]
    return [
        f"When tried, {score.forecast} came nearer to the total, but not to who bought: the fit is used."
        for score in nearer[:1]
    ]


def _about(minor: float) -> str:
    return for_people(minor, Column("amount", kind="money", rough=True), current().look)
