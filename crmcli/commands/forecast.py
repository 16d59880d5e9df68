"""Who will buy again, when and for how much."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, fitting, params
from crmcli.commands.forecast_figures import summary, trial_parts
from crmcli.commands.forecast_told import remarks_on, total_told
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.output.result import Column, Listing, Report
from crmcli.questions import forecast as question
from crmcli.values.purchase_model import PurchaseModel

if TYPE_CHECKING:
    from crmcli.forecast.customers import Customers
    from crmcli.forecast.prediction import Prediction

app = words("Who will buy again, when and for how much.")

_COLUMNS = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("purchase_days", "Days bought", "int"),
    Column("recency_days", kind="int", shown=False),
    Column("age_days", kind="int", shown=False),
    Column("alive", "Alive", "rate", rough=True),
    Column("expected_purchases", "Purchases", "number", rough=True),
    Column("expected_value", "Value", "money", rough=True),
    Column("next_purchase_on", "Next", "date"),
)


@command(
    app,
    "forecast",
    [
        "crmcli forecast --as-of 2026-07-01",
        "crmcli forecast --as-of 2026-07-01 --days 365 --limit 5",
        "crmcli forecast --as-of 2026-07-01 --format json --meta",
    ],
    ListWord,
)
def forecast(
    days: Annotated[int, typer.Option("--days", min=1, max=3650, metavar="N", help="How many days ahead")] = 90,
    segment: params.Segment = None,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
) -> Listing | Report:
    """Say who will buy again: whether each customer is still one, how often he will buy, for how much, and when next.

    Alive: the probability that he has not left for good. Purchases: the days on which he will buy, as is to be
    expected: purchases of one day count as one; value: what they bring, if they bring as much as so
    far; refunds are taken off. Next: by then he has, as likely as not, bought again, if he is alive; blank where
    he has more likely left. Most valuable first; archived customers are left out, and new ones are not foretold.

    How: MBG/NBD for purchases, Gamma-Gamma for amounts. MBG/NBD lets a customer leave after his first purchase. BG/NBD,
    with which nobody does, is used where nobody has bought once alone and it describes the purchases better by 2 of
    log-likelihood, or where MBG/NBD does not fit: then alive is blank of who has bought once.
    The bounds of the total are for 95 of 100 cases: chance, what the fit leaves open, and how far off totals were in
    trials are in them. These are up to five (two of 100,000 customers and more), on stretches of the history of 28 to
    90 days, one before another, each foretold from what was known before. With fewer than three the missing ones count
    as off by a quarter, and that is said.

    How good: the last days (as many as are asked about, 28 at least, a third of the history at most) are held out and
    foretold from the rest, beside two naive forecasts: last year's pace, that everybody buys on as many
    days as in the last year, the first of his life not counted (or, who is newer, at that pace since then), and
    everybody alike. By tenths: what was
    expected less what was bought in each of ten equal groups of customers, taken together, as a part of all that was
    bought; the forecast with the smallest is used. Ranking: of one customer who bought and one who did not, how often
    more was expected of the first; 50% is chance.

    The fit is kept with the base, in the place of the one before, or that none fits: reactivate shows by it who is
    alive, from the day on that it was asked for. One of a past day is not kept in the place of a later one. All
    customers make it, with --segment too. Where a naive forecast is used, alive is not told: it would not agree with
    the rest.

    Machine formats: recency_days is from the first purchase day to the last, age_days from the first to today.
    """
    fitting.refuse_without_numpy()
    from crmcli.forecast.forecast import forecast as foretold

    at = finding.as_of(as_of)
    with current().reading() as connection:
        asked = question.Forecast(at.day, days, finding.in_segment(connection, segment, at))
        known = fitting.known(connection, asked)
        if not (evidence := known.evidence):
            empty, told = known.lacking, fitting.no_answer(asked, known.lacking)
            kept = fitting.keep(known, at.day)
            return Listing(_COLUMNS, [], 0, known.left_out, remarks=kept, empty=empty, summary=told)
        answer = foretold(evidence, known.customers, days)
        model = evidence.used_fit.model if evidence.used_fit else None
        rows = _rows(connection, asked, known.customers, answer.prediction, model)
    people = Listing(
        _COLUMNS,
        rows,
        len(known.customers.ids),
        known.left_out,
        title=f"{known.doubt} {total_told(asked, len(known.customers.ids), evidence, answer)}".lstrip(),
        remarks=[*remarks_on(asked, evidence), *known.remarks, *fitting.keep(known, at.day)],
        summary=summary(asked, evidence, answer, known.everybody.paying),
    )
    return (
        Report([people, *trial_parts(evidence, ", of all customers" if segment else "")])
        if current().format == "table"
        else people
    )


def _rows(
    connection: Connection,
    asked: question.Forecast,
    customers: "Customers",
    prediction: "Prediction",
    model: PurchaseModel | None,
) -> list[dict[str, Any]]:
    """The rows that are shown, most valuable first, then by id."""
    import numpy as np

    values = np.rint(prediction.value).astype(np.int64)
    first = np.lexsort((customers.ids, -prediction.purchases, -values))[: current().limit]
    people = customers.those(first)
    names = _named(connection, people.ids.tolist(), everybody=current().limit is None)
    columns = zip(
        people.ids.tolist(),
        people.purchase_days.tolist(),
        people.recency.tolist(),
        people.age.tolist(),
        prediction.purchases[first].tolist(),
        values[first].tolist(),
        prediction.next_in[first].tolist(),
        strict=True,
    )
    return [
        {
            **names[contact_id],
            "purchase_days": days,
            "recency_days": recency,
            "age_days": age,
            "alive": None if model is None else model.alive(days, recency, age),
            "expected_purchases": round(expected, 4),
            "expected_value": value,
            "next_purchase_on": _day_after(asked.day, wait),
        }
        for contact_id, days, recency, age, expected, value, wait in columns
    ]


def _named(connection: Connection, ids: Sequence[int], *, everybody: bool) -> dict[int, dict[str, Any]]:
    statements = [question.named(None)] if everybody else [question.named(list(some)) for some in _parts(ids)]
    rows = (row for statement in statements for row in connection.execute(statement).mappings())
    return {row["contact_id"]: dict(row) for row in rows}


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    """As many at a time as a statement may name."""
    return [ids[start : start + 5_000] for start in range(0, len(ids), 5_000)]


def _day_after(day: date, wait: float) -> date | None:
    """The day so many days later, counted as whole ones; None for no number, or beyond the calendar."""
    if not 0 <= wait < (date.max - day).days:
        return None
    return day + timedelta(days=max(1, -int(-wait // 1)))
