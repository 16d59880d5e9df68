"""Revenue for people: what it is made of, what moved it, and what stands apart."""

from collections.abc import Iterable, Sequence
from typing import Any

from crmcli.commands.session import current
from crmcli.output.result import Column, Listing
from crmcli.output.values import for_people
from crmcli.questions.comparison import PREVIOUS, Compared, Comparison
from crmcli.values.periods import MONTHS, is_cut

COLUMNS = (
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
_PICTURES = (Column("bar", "Size", "bar"), Column("trend", "By month", "line"))
_BY_KEY = {column.key: column for column in (*COLUMNS, *_PICTURES)}
_MADE_OF = ("buyers", "mean_sale", "sales_per_buyer", "revenue", "bar")
_MOVED_BY = ("change", "change_from_buyers", "change_from_mean_sale", "change_from_sales_per_buyer")
_OF_PERIODS = (("period", *_MADE_OF, "refunds"), ("period", "revenue", *_MOVED_BY))
_OF_GROUPS = (("group", *_MADE_OF), ("group", "trend", *_MOVED_BY))
NONE = "No purchases in this period."
Row = dict[str, Any]


def some(rows: list[Row], *, latest: bool) -> list[Row]:
    """As many as are wanted: of periods the latest, of groups the largest."""
    limit = current().limit
    if limit is None:
        return rows
    return rows[-limit:] if latest else rows[:limit]


def tables(asked: Comparison, shown: Sequence[Compared], rows: list[Row], whole: list[Row]) -> list[Listing]:
    """Two tables of the rows of a period each, or of a group with its trend; `whole` is said under the first."""
    attributed = [row for row in rows if row["buyers"] is not None]
    most = max((row["revenue"] for row in attributed), default=0)
    told = [_drawn(row, asked, most) for row in some(attributed, latest=not asked.grouped)]
    made_of, moved_by = ([_BY_KEY[key] for key in keys] for keys in (_OF_GROUPS if asked.grouped else _OF_PERIODS))
    title = f"Revenue = buyers x mean sale x sales each, {asked.whole}" if len(shown) == 1 else ""
    remarks = [*_of_all(whole), *_unattributed(rows)]
    against = f"What moved it, against {_before(asked, shown)}"
    factors = Listing(made_of, told, len(attributed), title=title, remarks=remarks, empty=NONE)
    return [
        factors,
        Listing(moved_by, told, len(told), title=against, remarks=[*_moved(asked, whole), *_cut(asked, shown)]),
    ][: 1 + bool(told)]


def shown_money(minor: int) -> str:
    """The amount as a remark says it."""
    return for_people(minor, Column("amount", kind="money"), current().look)


def _drawn(row: Row, asked: Comparison, most: int) -> Row:
    """The row with a bar beside that of the most revenue; what has no group is told, too."""
    group = row["group"] or f"(no {asked.by})" if asked.grouped else None
    return {**row, "group": group, "bar": row["revenue"] / most if most else 0}


def _before(asked: Comparison, shown: Sequence[Compared]) -> str:
    if asked.by in MONTHS:
        return f"the {asked.by} before" if asked.against == PREVIOUS else "a year ago"
    return str(shown[0].before)


def _of_all(whole: Iterable[Row]) -> list[str]:
    """The whole period, whose buyers are not the sum of those of its parts."""
    row = next(row for row in whole if row["buyers"] is not None)
    if not row["buyers"]:
        return []
    buyers, mean_sale = _counted(row["buyers"], "buyer"), shown_money(row["mean_sale"])
    revenue = shown_money(row["revenue"])
    refunds = f" Given back and not taken off: {shown_money(row['refunds'])}." if row["refunds"] else ""
    return [f"All together: {buyers} x {mean_sale} x {row['sales_per_buyer']} sales each = {revenue}.{refunds}"]


def _moved(asked: Comparison, whole: Iterable[Row]) -> list[str]:
    """What moved the revenue of the whole period; it is a row already where nothing parts it."""
    row = next(row for row in whole if row["buyers"] is not None)
    if asked.by is None or row["change"] == row["revenue"]:
        return []
    change, *parts = (shown_money(row[key]) for key in _MOVED_BY)
    reasons = "{} from buyers, {} from the mean sale, {} from sales each".format(*parts)
    return [f"All together {change} against {asked.as_a_whole.before}: {reasons}."]


def _unattributed(rows: Iterable[Row]) -> list[str]:
    found = [row for row in rows if row["buyers"] is None]
    count, amount, refunds = (sum(row[key] for row in found) for key in ("sales", "revenue", "refunds"))
    if not count and not refunds:
        return []
    given_back = f", and {shown_money(refunds)} given back" if refunds else ""
    return [f"Apart from these: {_counted(count, 'sale')} without a customer, {shown_money(amount)}{given_back}."]


def _cut(asked: Comparison, shown: Sequence[Compared]) -> list[str]:
    last = shown[-1]
    if asked.by not in MONTHS or not is_cut(last.period, asked.by):
        return []
    return [f"{last.name} up to {last.period.until} is compared with the same days, {last.before}."]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
