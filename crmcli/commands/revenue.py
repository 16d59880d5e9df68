"""What moved the revenue: buyers, mean sale, sales per buyer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sqlalchemy import Connection

from crmcli.commands import params
from crmcli.commands.finding import all_rows
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.errors import Wrong
from crmcli.output.result import Column, Listing, Report
from crmcli.output.values import for_people
from crmcli.questions.revenue import (
    GROUPINGS,
    Compared,
    Revenue,
    first_purchase_day,
    revenue_counted,
    revenue_rows,
)
from crmcli.values.dates import add_months
from crmcli.values.periods import (
    MONTHS,
    Period,
    calendar_part,
    is_cut,
    last_twelve_months,
    months_earlier,
    name_of_part,
    one_before,
    parts_of,
)

app = words("What moved the revenue.")

_SHOWN = {"month": 12, "quarter": 8, "year": 5}
"""How many periods are shown where none is named."""
_COLUMNS = (
    Column("period", "Period"),
    Column("group", "Group"),
    Column("buyers", "Buyers", "int"),
    Column("sales", "Sales", "int"),
    Column("revenue", "Revenue", "money"),
    Column("mean_sale", "Mean sale", "money"),
    Column("sales_per_buyer", "Sales each", "number"),
    Column("refunds", "Refunds", "money"),
    Column("change", "Change", "money"),
    Column("change_from_buyers", "From buyers", "money"),
    Column("change_from_mean_sale", "From mean sale", "money"),
    Column("change_from_sales_per_buyer", "From sales each", "money"),
)
_MADE_OF = ("buyers", "mean_sale", "sales_per_buyer", "revenue", "bar", "refunds")
_MOVED_BY = ("revenue", "change", "change_from_buyers", "change_from_mean_sale", "change_from_sales_per_buyer")
_BAR = Column("bar", " ", "bar")
Row = dict[str, Any]
From = Annotated[date | None, params.day("--from", help="From this day on")]
Until = Annotated[date | None, params.day("--to", help="Up to this day")]
AsOfDay = Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is shown: a period, as a whole, by the parts of the calendar, or by groups; and what it is compared with."""

    whole: Period
    by: str | None
    compare: str | Period

    @property
    def grouped(self) -> bool:
        """Whether there is a row a group."""
        return self.by in GROUPINGS

    @property
    def compared(self) -> list[Compared]:
        """The periods that are shown, in their order."""
        if self.by not in MONTHS:
            return [self.as_a_whole]
        months = 12 if self.compare == "year-ago" else MONTHS[self.by]
        parts = parts_of(self.whole, self.by)
        return [Compared(name_of_part(part.since, self.by), part, months_earlier(part, months)) for part in parts]

    @property
    def as_a_whole(self) -> Compared:
        """All of it as one period."""
        before = self.compare if isinstance(self.compare, Period) else one_before(self.whole)
        before = months_earlier(self.whole, 12) if self.compare == "year-ago" else before
        return Compared(str(self.whole), self.whole, before)


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
    by: Annotated[str | None, params.word("--by", of=(*MONTHS, *GROUPINGS), help="A row for each")] = None,
    compare: Annotated[Any, params.comparison("--compare", help="What each is compared with")] = None,
    since: From = None,
    until: Until = None,
    as_of: AsOfDay = None,
) -> Listing | Report:
    """Show revenue as buyers x mean sale x sales per buyer, and what of its change came from each of the three.

    Without options: the last twelve months, each against the month before. By quarter there are eight, by year five.
    With --by owner, channel or product, or a period alone, the period is one: the last twelve months unless --from and
    --to say otherwise, against the one before it. A month that is not over is compared with the same days of the other.

    The parts of a change add up to it exactly. They are split by the logarithmic mean (LMDI, Ang 2005); where a period
    had no revenue all of the change came from the buyers, or from the mean sale where all was given away.

    Refunds stand apart and are not taken off. Sales without a customer stand apart, too: for programs in rows of the
    group "unattributed", without buyers. By product the amounts of the lines count, and who buys two products is a
    buyer of both: buyers do not add up, neither over products nor over months.
    """
    asked = _asked(by, compare, since, until, as_of)
    with current().reading() as connection:
        first = connection.execute(first_purchase_day()).scalar()
        if first is None or first > asked.whole.until:
            return Listing(_COLUMNS, [], 0, empty=f"No purchases up to {asked.whole.until}.")
        shown = [one for one in asked.compared if asked.by not in MONTHS or one.period.until >= first]
        rows = _answered(connection, asked, shown)
        whole = _answered(connection, Asked(asked.whole, None, asked.compare), [asked.as_a_whole])
    if current().format != "table":
        return Listing(_COLUMNS, _some(rows, latest=not asked.grouped), len(rows))
    return _for_people(asked, shown, rows, whole)


def whole_period(since: date | None, until: date | None, as_of: date | None) -> Period:
    """The period named; the twelve months that end with it, or with today, where it has no beginning. Raises Wrong."""
    last = until or as_of or current().today
    whole = Period(since, last) if since else last_twelve_months(last)
    if whole.until < whole.since:
        raise Wrong(f"the period ends on {whole.until}, before it begins: --from {whole.since}")
    return whole


def _asked(by: str | None, compare: Any, since: date | None, until: date | None, as_of: date | None) -> Asked:
    if not (by or compare or since or until):
        by = "month"
    if by in MONTHS and isinstance(compare, Period):
        raise Wrong(f"--compare {compare} is one period: leave --by {by} out, or compare with previous or year-ago")
    whole = whole_period(since, until, as_of)
    if by in MONTHS and since is None:
        first = calendar_part(whole.until, by).since
        whole = Period(add_months(first, -MONTHS[by] * (_SHOWN[by] - 1)), whole.until)
    return Asked(whole, by, compare or "previous")


def _answered(connection: Connection, asked: Asked, shown: Sequence[Compared]) -> list[Row]:
    periods = [period for one in shown for period in (one.period, one.before)]
    counted = all_rows(connection, revenue_counted(Revenue(periods, GROUPINGS.get(asked.by or ""))))
    return revenue_rows(shown, counted, grouped=asked.grouped)


def _some(rows: list[Row], *, latest: bool) -> list[Row]:
    """As many as are wanted: of periods the latest, of groups the largest."""
    limit = current().limit
    if limit is None:
        return rows
    return rows[-limit:] if latest else rows[:limit]


def _for_people(asked: Asked, shown: Sequence[Compared], rows: list[Row], whole: list[Row]) -> Listing | Report:
    """Two tables: what the revenue is made of, and what moved it."""
    attributed = [row for row in rows if row["buyers"] is not None]
    some = _some(attributed, latest=not asked.grouped)
    if asked.grouped:
        some = [{**row, "group": row["group"] or f"(no {asked.by})"} for row in some]
    most = max((row["revenue"] for row in some), default=0)
    drawn = [{**row, "bar": row["revenue"] / most if most else 0} for row in some]
    by_key = {column.key: column for column in (*_COLUMNS, _BAR)}
    first = by_key["group" if asked.grouped else "period"]
    before = _before(asked, shown)
    made_of, moved_by = ([first, *(by_key[key] for key in keys)] for keys in (_MADE_OF, _MOVED_BY))
    title = f"Revenue = buyers x mean sale x sales each, {asked.whole}" if len(shown) == 1 else ""
    remarks = [*_of_all(whole), *_unattributed(rows)]
    return Report([
        Listing(made_of, drawn, len(attributed), title=title, remarks=remarks, empty="No purchases in this period."),
        Listing(moved_by, some, len(some), title=f"What moved it, against {before}", remarks=_cut(asked, shown)),
    ])  # fmt: skip


def _before(asked: Asked, shown: Sequence[Compared]) -> str:
    if asked.by in MONTHS:
        return f"the {asked.by} before" if asked.compare == "previous" else "a year ago"
    return str(shown[0].before)


def _of_all(whole: Iterable[Row]) -> list[str]:
    """The whole period, whose buyers are not the sum of those of its parts."""
    row = next(row for row in whole if row["buyers"] is not None)
    if not row["buyers"]:
        return []
    factors = (
        f"{_counted(row['buyers'], 'buyer')} x {shown_money(row['mean_sale'])} x {row['sales_per_buyer']} sales each"
    )
    return [f"All together: {factors} = {shown_money(row['revenue'])}."]


def _unattributed(rows: Iterable[Row]) -> list[str]:
    found = [row for row in rows if row["buyers"] is None and row["sales"]]
    if not found:
        return []
    count, amount = sum(row["sales"] for row in found), sum(row["revenue"] for row in found)
    return [f"Apart from these: {_counted(count, 'sale')} without a customer, {shown_money(amount)}."]


def _cut(asked: Asked, shown: Sequence[Compared]) -> list[str]:
    last = shown[-1]
    if asked.by not in MONTHS or not is_cut(last.period, asked.by):
        return []
    return [f"{last.name} up to {last.period.until} is compared with the same days, {last.before}."]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def shown_money(minor: int) -> str:
    """The amount as a remark says it."""
    return for_people(minor, Column("amount", kind="money"), current().look)
