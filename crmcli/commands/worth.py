"""What the base would be worth to a buyer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, fitting, params
from crmcli.commands.costs import counts, percent
from crmcli.commands.fitting import Known
from crmcli.commands.forecast_figures import scores_part
from crmcli.commands.forecast_told import (
    amount_between,
    amounts_told,
    far_ahead_told,
    far_off_told,
    trials_told,
    tried_told,
)
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.output.result import Card, Column, Listing, Report
from crmcli.questions import forecast as question
from crmcli.questions import rfm

if TYPE_CHECKING:
    from crmcli.forecast.arrays import Whole
    from crmcli.forecast.customers import Customers
    from crmcli.forecast.fitting import Fit
    from crmcli.forecast.forecast import Evidence
    from crmcli.forecast.worth import Part, Terms
    from crmcli.values.purchase_model import PurchaseModel

app = words("What the base would be worth to a buyer.")

_COLUMNS = (
    Column("segment", "Segment"),
    Column("customers", "Customers", "int"),
    Column("living", "Living", "int"),
    Column("stay", kind="rate", shown=False),
    Column("low", "Low", "money", rough=True),
    Column("mid", "Worth", "money", rough=True),
    Column("high", "High", "money", rough=True),
    Column("share", "Of all", "rate"),
    Column("added_points", kind="rate", shown=False),
    Column("five_points", "+5 points", "money", rough=True),
    Column("bar", "", "bar"),
)
_SUMMARY = (
    Column("customers", "Customers", "int"),
    Column("living", "Living", "int"),
    Column("stay", "Of these stay a year", "rate"),
    Column("low", "Low", "money", rough=True),
    Column("mid", "Worth", "money", rough=True),
    Column("high", "High", "money", rough=True),
    Column("added_points", kind="rate", shown=False),
    Column("five_points", "Five points more would add", "money", rough=True),
    Column("horizon_months", "Months that count", "int"),
    Column("rate", "Discount a year", "rate"),
    Column("margin", "Left of what is kept", "rate"),
    Column("refund_share", "Given back", "rate"),
    Column("goods_share", "Goods, where known", "rate"),
    Column("cost_known_share", "Revenue whose goods are known", "rate"),
    Column("model", "Model"),
    Column("confirmed", kind="flag", shown=False),
    Column("trial", shown=False),
    Column("as_of", "On", "date"),
)
_MONTH = 365 / 12


@command(
    app,
    "worth",
    [
        "crmcli worth --as-of 2026-07-01",
        "crmcli worth --as-of 2026-07-01 --horizon 12 --rate 10%",
        "crmcli worth --as-of 2026-07-01 --format json --meta",
    ],
    ListWord,
)
def worth(
    horizon: Annotated[
        int, typer.Option("--horizon", min=1, max=120, metavar="MONTHS", help="How many months count")
    ] = 36,
    rate: Annotated[int | None, params.share("--rate", help="What a year takes off; 20% without it")] = None,
    segment: params.Segment = None,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
) -> Listing | Report:
    """Say what the base would be worth to a buyer: what today's customers will bring, in money of today.

    The margin of the purchases that are to be expected of those who are still customers, over the coming months,
    discounted by the day: what comes in a year counts as 1 / 1.2 of it with a rate of 20%. Margin: revenue, less what
    is given back, less the goods, as far as their cost is known; the shares are those of all sales so far. Costs of
    touches and new customers are not in it. By the segments of rfm, or of those asked for with --segment.

    Low and high: for 95 of 100 cases, as far as the fit of the models goes and what they were off by in trials on
    several stretches of the history, as crmcli forecast has them; that times change is not in them. Where the models
    could not be tried, or a naive forecast came nearer, that is said at once. Five points more: what it would add if of
    100 customers of a segment who are left at the beginning of a year 5 more than otherwise were left at its end, all
    of them at most, and bought like the others.

    The fit is kept with the base, as crmcli forecast keeps it: reactivate shows by it who is alive.
    """
    fitting.refuse_without_numpy()
    at = finding.as_of(as_of)
    with current().reading() as connection:
        asked = question.Forecast(at.day, round(horizon * _MONTH), finding.in_segment(connection, segment, at))
        known = fitting.known(connection, asked)
        if not (evidence := known.evidence) or not (fit := evidence.fit):
            return _nothing(asked, known)
        shares = question.shares(dict(connection.execute(question.margins(at.day)).mappings().one()))
        names, group = _grouped(connection, at.day, known, segment)
    yearly = 0.2 if rate is None else rate / 10_000
    rows, whole = _valued(known.customers, evidence, fit, (names, group), _terms(asked.days, yearly, shares, evidence))
    terms = {"as_of": at.day, "horizon_months": horizon, "rate": yearly, **shares, "model": fit.model.name}
    tried = {"confirmed": evidence.confirmed, "trial": tried_told(evidence)}
    summary = Card(_summary_columns(rows, whole), whole | terms | tried)
    by = f"By {fit.model.name} ({evidence.choice.reason})."
    listing = Listing(
        _columns(rows),
        rows[: _limit()],
        len(rows),
        known.left_out,
        title=f"{known.doubt} {_worth_told(summary.row)} {by} {tried['trial']}".lstrip(),
        remarks=[*_assumed(asked.days, evidence, shares), *known.remarks, *fitting.keep(known, at.day)],
        summary=replace(summary, sections={"hold_out": scores_part(evidence)}),
    )
    return Report([listing, summary]) if current().format == "table" else listing


def _nothing(asked: question.Forecast, known: Known) -> Listing:
    """Why there is no answer."""
    reason = known.lacking
    if known.evidence:
        reason = f"No model fits these purchases, so nobody knows who is alive: {known.evidence.choice.reason}."
    kept, told = fitting.keep(known, asked.day), fitting.no_answer(asked, reason)
    return Listing(_COLUMNS, [], 0, known.left_out, remarks=kept, empty=reason, summary=told)


def _terms(days: int, yearly: float, shares: Mapping[str, float], evidence: "Evidence") -> "Terms":
    from crmcli.forecast.worth import Terms

    return Terms(days, yearly, shares["margin"], evidence.fit_off.revenue)


def _worth_told(row: Mapping[str, Any]) -> str:
    """What they are worth, in a sentence."""
    who = counts(row["customers"], "customer")
    if not row["margin"]:
        return f"Worth of {who}: nothing, as nothing is left of what customers pay."
    amount = amount_between(row["mid"], row["low"], row["high"])
    months = counts(row["horizon_months"], "month")
    return (
        f"Worth of {who}: {amount}, the margin of {months} to come; money a year off counts as 1/{1 + row['rate']:g}."
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Where in some group fewer than five points are left, the heading does not promise them."""
    label = "All stay" if _all_stay(rows) else "+5 points" if min(map(_points, rows)) == 5 else "Up to +5"
    return [replace(column, label=label) if column.key == "five_points" else column for column in _COLUMNS]


def _summary_columns(rows: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]) -> list[Column]:
    """The label says how many points more there are on the whole."""
    label = f"{_points(whole):g} points more{', as nearly all stay already,' if _all_stay(rows) else ''} would add"
    return [replace(column, label=label) if column.key == "five_points" else column for column in _SUMMARY]


def _all_stay(rows: Sequence[Mapping[str, Any]]) -> bool:
    return all(round(row["stay"] + row["added_points"], 9) == 1 for row in rows)


def _points(row: Mapping[str, Any]) -> float:
    points: float = row["added_points"]
    return round(100 * points, 1)


def _limit() -> int | None:
    """Few segments are all shown, unless told otherwise."""
    return int(current().flags["limit"]) if "limit" in current().flags else None


def _grouped(connection: Connection, day: date, known: Known, among: list[str] | None) -> "tuple[list[str], Whole]":
    """The names of the groups, and which of them each customer is in."""
    import numpy as np

    if among:
        return [" and ".join(among)], np.zeros(len(known.customers.ids), dtype=np.int64)
    asked = rfm.Rfm(day)
    found = rfm.scores(asked, connection.execute(rfm.measures(asked)).all())
    places = {name: place for place, name in enumerate(rfm.NAMES)}
    return list(rfm.NAMES), np.array([places[rfm.segment_of(score, asked.bins)] for score in found])


def _valued(
    customers: "Customers",
    evidence: "Evidence",
    fit: "Fit[PurchaseModel]",
    groups: "tuple[list[str], Whole]",
    terms: "Terms",
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A row a group that has anybody, and one of all."""
    from crmcli.forecast.worth import worths

    names, group = groups
    parts, whole = worths(fit, evidence.sound_amounts, customers, group, terms)
    told = [
        {"segment": name, **_row(part), **_share(part, whole)}
        for name, part in zip(names, parts, strict=False)
        if part.customers
    ]
    points = sum(part.living * part.added_points for part in parts) / max(whole.living, 1e-300)
    return told, _row(whole) | {"added_points": points}


def _row(part: "Part") -> dict[str, Any]:
    return {
        "customers": part.customers,
        "living": round(part.living),
        "stay": part.stay,
        "low": round(part.worth.low),
        "mid": round(part.worth.mean),
        "high": round(part.worth.high),
        "added_points": part.added_points,
        "five_points": round(part.five_points),
    }


def _share(part: "Part", whole: "Part") -> dict[str, float | None]:
    share = part.worth.mean / whole.worth.mean if whole.worth.mean else None
    return {"share": share, "bar": share or 0.0}


def _assumed(days: int, evidence: "Evidence", shares: dict[str, Any]) -> list[str]:
    """What is taken for granted."""
    stays = "Who stays is still a customer in a year; crmcli retention counts as lost whoever did not buy in one."
    bounds = f"Low and high rest on {trials_told(evidence, evidence.fit_off)}."
    doubts = [*far_off_told(evidence.fit_score), *far_ahead_told(days, evidence.fit_longest)]
    return [_margin_told(shares), stays, bounds, *doubts, *amounts_told(evidence)]


def _margin_told(shares: dict[str, Any]) -> str:
    back = f"{percent(shares['refund_share'])} of revenue was given back, each customer's taken off his own"
    if not shares["cost_known_share"]:
        return f"Taken for granted: {back}; what goods cost is not known, so all the rest counts as margin."
    return (
        f"Taken for granted: {back}, goods cost {percent(shares['goods_share'])} of the rest (known of "
        f"{percent(shares['cost_known_share'])} of revenue), so {percent(shares['margin'])} of it is left."
    )
