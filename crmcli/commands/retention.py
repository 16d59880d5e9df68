"""How many customers come back, and how many are lost."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.deal import Rate
from crmcli.commands.periods import refuse_reversed
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.output.result import Card, Column, Listing, Report
from crmcli.questions import retention as question
from crmcli.questions.names import all_channels
from crmcli.questions.retention import PERIODS, Retention
from crmcli.questions.revenue_kept import purchase_days

app = words("How many customers come back, and how many are lost.")

_COHORT = (
    Column("cohort", "First bought"),
    Column("period", kind="int"),
    Column("customers", "New", "int"),
    Column("active", kind="int"),
    Column("rate", kind="heat"),
)
_SUMMARY = (
    Column("customers", "Customers so far", "int"),
    Column("came_back", "Of them came back", "int"),
    Column("came_back_rate", "Share that came back", "rate"),
    Column("back_in_30_days", "Within 30 days", "rate"),
    Column("back_in_90_days", "Within 90 days", "rate"),
    Column("back_in_365_days", "Within a year", "rate"),
    Column("customers_year_ago", "Bought in the year before last", "int"),
    Column("lost_in_year", "Of them not since", "int"),
    Column("loss_rate", "Share lost in a year", "rate"),
    Column("half_life_months", "Months until half are gone", "quantity"),
    Column("customers_now", "Bought in the last year", "int"),
    Column("five_points_worth", "Keeping 5 of 100 more brings a year", "money"),
    Column("left_unpaid", "Left before paying back", "int"),
    Column("unpaid_amount", "What these lack together", "money"),
)
_UNPAID = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("channel", "Channel"),
    Column("last_purchase_on", "Last purchase", "date"),
    Column("brought", "Brought", "money"),
    Column("acquisition_cost", "Cost to win", "money"),
    Column("missing", "Missing", "money"),
)
_UNPRICED = "What winning a customer costs is not known: crmcli channel edit NAME --cost AMOUNT says it."
_SHOWN = 12
"""Periods that the heat map has."""
_SMALL = 10
"""Cohorts with fewer customers do not say how dark a rate is to be: one of one is all or nothing."""


@command(
    app,
    "retention",
    [
        "crmcli retention --as-of 2026-07-01 --by quarter",
        "crmcli retention --as-of 2026-07-01 --acquisition Сайт=50k --unpaid",
        "crmcli retention --as-of 2026-07-01 --format json --meta",
    ],
    ListWord,
)
def retention(
    by: Annotated[str, params.word("--by", of=tuple(PERIODS), help="What new customers are put together by")] = "month",
    since: Annotated[date | None, params.day("--from", help="Who first bought on this day or later")] = None,
    until: Annotated[date | None, params.day("--to", help="Who first bought up to this day")] = None,
    acquisition: Annotated[
        list[Any] | None,
        params.named_amounts(
            "--acquisition",
            metavar="CHANNEL=AMOUNT",
            help="What winning a customer costs; else see channel edit",
        ),
    ] = None,
    unpaid: Annotated[
        bool, typer.Option("--unpaid", help="List who left before paying back what winning them cost")
    ] = False,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    segment: params.Segment = None,
    rate: Rate = None,
) -> Listing | Report:
    """Show how many customers come back: by when they first bought, the share that buys again in each later period.

    Blank: that period has not ended. Within 30 days: the share with a second purchase day so soon, of those who first
    bought at least 30 days ago. Share lost in a year: of those who had bought in the year before the last one, the
    share without a purchase in the last year. Half are gone after 12 x ln 0.5 / ln(1 - that share) months, if every
    year loses as many.

    Keeping 5 of 100 more brings a year: 0.05 x customers of the last year x what one that was kept brought in it. It is
    revenue, not profit, and takes those 5 to buy like the others; where fewer are lost, those. Left before paying back:
    a year without a purchase, and sales less refunds and cost of goods below the cost to win. Archived and deleted
    customers count, but are not listed.

    Machine formats have a row a cohort and period; --meta adds the rest as summary.
    """
    refuse_reversed(since, until)
    with current().reading() as connection:
        day = as_of or current().today
        among = finding.in_segment(connection, segment, finding.as_of(day))
        asked = Retention(day, by, since, until, among)
        costs = _costs(connection, acquisition or ())
        if unpaid and not costs:
            return Listing(_UNPAID, [], 0, empty=_UNPRICED)
        if unpaid:
            rows, total = finding.fetched(connection, question.unpaid(asked, costs))
            return Listing(_UNPAID, rows, total, empty="Nobody left before paying back.")
        rows = list(question.cohort_rows(asked, _active(connection, asked)))
        summary = _summary(connection, asked, costs)
    if not rows:
        return Listing(_COHORT, [], 0, empty=_nobody(asked), summary=summary)
    if current().format == "table":
        return Report([summary, _heat_map(asked, rows)])
    return Listing(_COHORT, rows[: current().limit], len(rows), summary=summary)


def _costs(connection: Connection, named: Iterable[tuple[str, int]]) -> dict[int, int]:
    """What winning a customer costs, by channel: as the channels have it, but for those that are named."""
    known = {row.id: row.acquisition_cost for row in connection.execute(all_channels()) if row.acquisition_cost}
    return known | {finding.channel_id(connection, name): amount for name, amount in named}


def _active(connection: Connection, asked: Retention) -> list[dict[str, Any]]:
    """How many of each cohort bought in each later period."""
    last_on = connection.execute(purchase_days()).one().last_on
    statement = question.active_kept if question.is_kept(asked, last_on) else question.active_counted
    return finding.all_rows(connection, statement(asked))


def _nobody(asked: Retention) -> str:
    who = "Nobody" if asked.among is None else "Nobody in this segment"
    return f"{who} first bought in this time." if asked.since or asked.until else f"{who} has bought yet."


def _summary(connection: Connection, asked: Retention, costs: dict[int, int]) -> Card:
    back, year = (
        finding.all_rows(connection, statement(asked))[0] for statement in (question.comebacks, question.yearly)
    )
    lacking = finding.all_rows(connection, question.unpaid_total(asked, costs))[0] if costs else {}
    return Card(_SUMMARY, question.summary(back, year) | lacking)


def _heat_map(asked: Retention, rows: Sequence[dict[str, Any]]) -> Listing:
    """A row a cohort, the last ones where there are many; a column a period after the first."""
    cohorts: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        cohorts[row["cohort"]] |= {"cohort": row["cohort"], "customers": row["customers"], row["period"]: row["rate"]}
    last = max(row["period"] for row in rows)
    later = range(1, min(last, _SHOWN) + 1)
    telling = [row for row in rows if row["period"] in later and row["rate"]]
    large = [row for row in telling if row["customers"] >= _SMALL] or telling
    darkest = max((row["rate"] for row in large), default=1)
    columns = [_COHORT[0], _COHORT[2], *(Column(str(period), str(period), "heat", full=darkest) for period in later)]
    shown = [{str(key): value for key, value in row.items()} for row in cohorts.values()]
    title = f"New customers who bought again, by {asked.by}s since, on {asked.day}"
    remarks = [f"{last - _SHOWN} later {asked.by}s are in the other formats."] if last > _SHOWN else []
    return Listing(columns, shown[-(current().limit or 0) :], len(shown), title=title, remarks=remarks)
