"""What the revenue would be with more buyers, a larger mean sale, or more sales per buyer."""

from fractions import Fraction
from typing import Annotated, Any

from sqlalchemy import Connection, Select

from crmcli.commands import finding, params
from crmcli.commands.finding import all_rows
from crmcli.commands.revenue import AsOfDay, From, Until, whole_period
from crmcli.commands.revenue_tables import shown_money
from crmcli.commands.session import current
from crmcli.commands.word import command, words
from crmcli.output.result import Card, Column, Listing
from crmcli.questions.logarithmic_mean import Factors
from crmcli.questions.revenue import Revenue, revenue_counted
from crmcli.questions.what_if import Plan, lever_rows, planned
from crmcli.values.periods import Period

app = words("What the revenue would be.")

_COLUMNS = (
    Column("period", "Period"),
    Column("revenue", "Revenue", "money"),
    Column("new_revenue", "New revenue", "money"),
    Column("change", "Change", "money"),
    Column("buyers", "Buyers", "int"),
    Column("new_buyers", "New buyers", "number"),
    Column("mean_sale", "Mean sale", "money"),
    Column("new_mean_sale", "New mean sale", "money"),
    Column("sales_per_buyer", "Sales per buyer", "number"),
    Column("new_sales_per_buyer", "New sales per buyer", "number"),
)
_LEVERS = (
    Column("lever", "Lever"),
    Column("change", "Moves by", "rate"),
    Column("brings_alone", "Brings alone", "money"),
    Column("brings_together", "Of all together", "money"),
    Column("brings_per_percent", "One percent", "money"),
)


@command(
    app,
    "revenue what-if",
    [
        "crmcli revenue what-if --buyers +5% --check +3% --repeat -2%",
        "crmcli revenue what-if --repeat +10% --as-of 2026-06-30",
        "crmcli revenue what-if --from 2026-01-01 --to 2026-06-30 --format json",
    ],
)
def what_if(
    buyers: Annotated[Any, params.percent("--buyers", help="So many more buyers")] = Fraction(0),
    check: Annotated[Any, params.percent("--check", help="A mean sale larger by so much")] = Fraction(0),
    repeat: Annotated[Any, params.percent("--repeat", help="So many more sales per buyer")] = Fraction(0),
    since: From = None,
    until: Until = None,
    as_of: AsOfDay = None,
    segment: params.Segment = None,
) -> Card | Listing:
    """Show what the revenue of the last twelve months would have been, had buyers, mean sale or repeat been others.

    Brings alone: what a lever brings where the others stay. Of all together: its part where all move; these parts add
    up to the change. One percent: what one percent more of it than today brings, once the others have moved.
    """
    plan, period = Plan(buyers, check, repeat), whole_period(since, until, as_of)
    with current().reading() as connection:
        present = _present(connection, period, finding.in_segment(connection, segment, finding.as_of(period.until)))
    nothing = f"No revenue from customers in {period}: nothing to move."
    if not present.revenue and current().format == "table":
        return Listing(_COLUMNS, [], 0, empty=nothing)
    row, levers = planned(present, plan), lever_rows(present, plan)
    return Card(
        _COLUMNS,
        {"period": str(period), **row},
        sections={"levers": Listing(_LEVERS, levers, len(levers))},
        remark=_in_words(row),
    )


def _present(connection: Connection, period: Period, among: Select[Any] | None) -> Factors:
    rows = all_rows(connection, revenue_counted(Revenue([period], among=among)))
    found = [Factors(row["buyers"], row["sales"], row["revenue"]) for row in rows if row["attributed"]]
    return found[0] if found else Factors()


def _in_words(row: dict[str, Any]) -> str:
    new, old, change = (shown_money(row[key]) for key in ("new_revenue", "revenue", "change"))
    return f"{new} instead of {old}: {change} more." if row["change"] >= 0 else f"{new} instead of {old}: {change}."
