"""What moved the revenue: buyers, mean sale, sales per buyer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from sqlalchemy import Connection, Select

from crmcli.commands import finding, params
from crmcli.commands.finding import all_rows
from crmcli.commands.periods import refuse_reversed
from crmcli.commands.revenue_tables import COLUMNS, NONE, Row, some, tables
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.errors import Wrong
from crmcli.output.result import Listing, Report
from crmcli.questions.comparison import PREVIOUS, Compared, Comparison
from crmcli.questions.revenue import (
    GROUPINGS,
    Grouping,
    Revenue,
    by_segment,
    first_purchase_day,
    revenue_counted,
    revenue_rows,
)
from crmcli.questions.revenue_kept import purchase_days, revenue_kept
from crmcli.questions.rhythm import AsOf
from crmcli.values.dates import add_months
from crmcli.values.periods import MONTHS, Period, calendar_part, last_twelve_months, months_up_to

app = words("What moved the revenue.")

_SHOWN = {"month": 12, "quarter": 8, "year": 5}
"""How many periods are shown where none is named."""
From = Annotated[date | None, params.day("--from", help="From this day on")]
Until = Annotated[date | None, params.day("--to", help="Up to this day")]
AsOfDay = Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")]


@command(
    app,
    "revenue",
    [
        "crmcli revenue",
        "crmcli revenue --by owner --compare year-ago",
        "crmcli revenue --from 2026-01-01 --to 2026-06-30 --format json",
    ],
    ListWord,
)
def revenue(
    by: Annotated[str | None, params.word("--by", of=(*MONTHS, *GROUPINGS, "segment"), help="A row for each")] = None,
    compare: Annotated[Any, params.comparison("--compare", help="What each is compared with")] = None,
    since: From = None,
    until: Until = None,
    as_of: AsOfDay = None,
    segment: params.Segment = None,
) -> Listing | Report:
    """Show revenue as buyers x mean sale x sales per buyer, and what of its change came from each of the three.

    Without options: the last twelve months, each against the month before. By quarter there are eight, by year five.
    With --by owner, channel or product, or a period alone, the period is one: the last twelve months unless --from and
    --to say otherwise, against the one before it. A month that is not over is compared with the same days of the other.

    The parts of a change add up to it exactly. They are split by the logarithmic mean (LMDI, Ang 2005); where a period
    had no revenue all of the change came from the buyers, or from the mean sale where all was given away.

    Refunds stand apart and are not taken off. Sales without a customer stand apart, too: for programs in rows of the
    group "unattributed", without buyers. By product the amounts of the lines count, and who buys two products is a
    buyer of both: buyers do not add up, neither over products nor over months. By segment a customer is in each saved
    segment that he fits on the period's last day. A sale counts for who sold it and for its own channel; where it names
    none, for that of the customer. A group of yours that is called unattributed has buyers.
    """
    asked = _asked(by, compare, since, until, as_of)
    with current().reading() as connection:
        at = finding.as_of(asked.whole.until)
        among = finding.in_segment(connection, segment, at)
        grouping = _grouping(connection, by, at)
        if by == "segment" and grouping is None:
            return Listing(COLUMNS, [], 0, empty=finding.NO_SEGMENT)
        first = connection.execute(first_purchase_day(among)).scalar()
        if first is None or first > asked.whole.until:
            return Listing(
                COLUMNS, [], 0, empty=f"No purchases{finding.of_segment(segment)} up to {asked.whole.until}."
            )
        shown = [one for one in asked.shown if asked.by not in MONTHS or one.period.until >= first]
        rows = _answered(connection, shown, grouping, among)
        if rows and current().format == "table":
            whole = _answered(connection, [asked.as_a_whole], None, among) if asked.by else rows
            trends = _trends(connection, asked, grouping, among) if grouping else {}
            return Report(tables(asked, shown, _with_trends(rows, trends), whole))
    return Listing(COLUMNS, some(rows, latest=not asked.grouped), len(rows), empty=NONE)


def whole_period(since: date | None, until: date | None, as_of: date | None) -> Period:
    """The period named; the twelve months that end with it, or with today, where it has no beginning. Raises Wrong."""
    last = until or as_of or current().today
    whole = Period(since, last) if since else last_twelve_months(last)
    refuse_reversed(whole.since, whole.until)
    return whole


def _asked(by: str | None, compare: Any, since: date | None, until: date | None, as_of: date | None) -> Comparison:
    if not (by or compare or since or until):
        by = "month"
    if by in MONTHS and isinstance(compare, Period):
        raise Wrong(f"--compare {compare} is one period: leave --by {by} out, or compare with previous or year-ago")
    whole = whole_period(since, until, as_of)
    if by in MONTHS and since is None:
        first = calendar_part(whole.until, by).since
        whole = Period(add_months(first, -MONTHS[by] * (_SHOWN[by] - 1)), whole.until)
    return Comparison(whole, by, compare or PREVIOUS)


def _grouping(connection: Connection, by: str | None, at: AsOf) -> Grouping | None:
    """What purchases are grouped by; by segment, the saved ones as they are on that day; None where there are none."""
    if by != "segment":
        return GROUPINGS.get(by or "")
    members = finding.members_of_segments(connection, at)
    return None if members is None else by_segment(members)


def _answered(
    connection: Connection, shown: Sequence[Compared], grouping: Grouping | None, among: Select[Any] | None
) -> list[Row]:
    periods = [period for one in shown for period in (one.period, one.before)]
    if grouping is None and among is None:
        bought = Period(*connection.execute(purchase_days()).one())
        counted = all_rows(connection, revenue_kept(periods, bought))
    else:
        counted = all_rows(connection, revenue_counted(Revenue(periods, grouping, among)))
    return revenue_rows(shown, counted, grouped=grouping is not None)


def _trends(
    connection: Connection, asked: Comparison, grouping: Grouping, among: Select[Any] | None
) -> dict[str | None, list[int]]:
    """The revenue of each group in the last months of the period, twelve at most."""
    months = months_up_to(asked.whole, 12)
    counted = all_rows(connection, revenue_counted(Revenue(months, grouping, among))) if months else []
    found: dict[str | None, list[int]] = defaultdict(lambda: [0] * len(months))
    for row in counted:
        if row["attributed"]:
            found[row["group"]][months.index(Period(row["since"], row["until"]))] = row["revenue"]
    return found


def _with_trends(rows: Iterable[Row], trends: Mapping[str | None, list[int]]) -> list[Row]:
    return [{**row, "trend": trends.get(row["group"])} for row in rows]
