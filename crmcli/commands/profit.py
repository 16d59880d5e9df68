"""Who earns, and who costs more than he brings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.costs import counts, money, percent, service_costs, without_price
from crmcli.commands.periods import refuse_reversed
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.errors import Wrong
from crmcli.output.result import Column, Listing
from crmcli.questions.payback import GROUPS, paybacks, profit_groups
from crmcli.questions.profit import (
    Profit,
    WayOut,
    customer_profits,
    profit_sums,
    touches_without_price,
    unattributed,
    way_out,
)

app = words("Who earns, and who costs more than he brings.")
Row = Mapping[str, Any]

_SUMS = (
    Column("revenue", "Revenue", "money"),
    Column("refunds", "Refunds", "money"),
    Column("cost_of_goods", "Goods", "money"),
    Column("cost_of_service", "Service", "money"),
    Column("acquisition_cost", "To win", "money"),
    Column("profit", "Profit", "money"),
)
_CUSTOMERS = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("owner", "Owner", shown=False),
    Column("channel", "Channel", shown=False),
    Column("first_purchase_on", kind="date", shown=False),
    Column("sales", "Sales", "int", shown=False),
    Column("touches", "Touches", "int", shown=False),
    *_SUMS,
    Column("purchases_without_cost", kind="int", shown=False),
    Column("touches_without_cost", kind="int", shown=False),
    Column("more_sales", kind="int", shown=False),
    Column("fewer_touches", kind="int", shown=False),
    Column("higher_check", kind="money", shown=False),
    Column("way_out", "To break even"),
)
_GROUPS = (
    Column("group", "Group"),
    Column("customers", "Customers", "int"),
    Column("won", kind="int", shown=False),
    *(replace(column, shown=column.key in {"revenue", "profit"}) for column in _SUMS),
    Column("losing", "Lose money", "int"),
    Column("losing_share", kind="rate", shown=False),
    Column("lost", "Lost", "money", shown=False),
    Column("cost_of_leads", "On leads", "money", shown=False),
    Column("winning_cost", "Winning one", "money"),
    Column("keeping_cost", "Keeping one a year", "money"),
    Column("paid_back", "Paid back", "int"),
    Column("not_paid_back", "Not paid back", "int"),
    Column("payback_days", kind="int", shown=False),
    Column("payback_months", "Months it took", "quantity"),
    Column("purchases_without_cost", kind="int", shown=False),
    Column("customers_without_acquisition_cost", kind="int", shown=False),
)


@command(
    app,
    "profit",
    [
        "crmcli profit",
        "crmcli profit --loss --from 2026-01-01",
        "crmcli profit --by channel --as-of 2026-07-01 --format json",
    ],
    ListWord,
)
def profit(
    loss: Annotated[bool, typer.Option("--loss", help="Who loses money alone, and what would change that")] = False,
    by: Annotated[str | None, params.word("--by", of=GROUPS, help="Sums, what winning and keeping costs")] = None,
    since: Annotated[date | None, params.day("--from", help="From this day on")] = None,
    until: Annotated[date | None, params.day("--to", help="Up to this day")] = None,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    segment: params.Segment = None,
) -> Listing:
    """Show what each customer brings after all that he costs.

    Profit: revenue, less refunds, goods (purchases' costs; a refund gives its own back), service (touches at the
    settings cost_call, cost_meeting, ... and cost_minute) and, in the period of the first purchase, what winning a
    customer of his channel costs (channel edit NAME --cost). What is not known counts as nothing, and is said.

    --loss: who has not yet paid back what winning him cost, but earns with every sale, needs so many more of the same.
    Who loses without that cost, too, is to let go, unless fewer touches or a higher check turn it; the smaller change
    is named first.

    --by channel (the customer's, whatever that of a sale), segment, all: winning one: acquisition and all touches up to
    a first purchase, those with leads who never bought too, for each customer won; keeping one a year: what his touches
    after that cost. Months it took: how long half of those who have paid their acquisition cost back took for it.
    """
    if loss and by:
        raise Wrong("--loss lists customers: leave --by out")
    day = as_of or current().today
    last = min(day, until or day)
    refuse_reversed(since, last)
    with current().reading() as connection:
        among = finding.in_segment(connection, segment, finding.as_of(last))
        asked = Profit(last, since, service_costs(), among)
        answer = _by_group(connection, asked, by) if by else _by_customer(connection, asked, losing=loss)
    cut = [f"Counted up to {day}: what is to come after it is not known."] if until and until > day else []
    return replace(answer, remarks=[*answer.remarks, *cut])


def _by_customer(connection: Connection, asked: Profit, *, losing: bool) -> Listing:
    rows, total = finding.fetched(connection, customer_profits(asked, losing=losing))
    sums = finding.all_rows(connection, profit_sums(asked))
    told = [{**row, **_change(row)} for row in rows]
    empty = "Nobody loses money." if losing else "No customer bought or was touched."
    return Listing(_CUSTOMERS, told, total, remarks=_remarks(connection, asked, sums), empty=empty)


def _by_group(connection: Connection, asked: Profit, by: str) -> Listing:
    sums, paid = finding.all_rows(connection, profit_sums(asked)), finding.all_rows(connection, paybacks(asked))
    remarks = _remarks(connection, asked, sums)
    if by == "segment":
        segments = finding.members_of_segments(connection, finding.as_of(asked.until))
        if segments is None:
            return Listing(_GROUPS, [], 0, empty=finding.NO_SEGMENT)
        sums, paid = (finding.all_rows(connection, one(asked, segments)) for one in (profit_sums, paybacks))
        remarks = [finding.OVERLAPPING, *remarks]
    rows = profit_groups(sums, paid, by, service_known=asked.costs.are_known)
    if not sums and current().format == "table":
        rows = []
    limit = current().flags.get("limit")
    shown = rows[: int(limit)] if limit else rows
    return Listing(_GROUPS, shown, len(rows), remarks=remarks, empty="No customer bought or was touched.")


def _change(row: Row) -> dict[str, Any]:
    """What would keep the customer of a row from losing money."""
    if row["profit"] >= 0:
        return dict.fromkeys(("more_sales", "fewer_touches", "higher_check", "way_out"))
    out = way_out(row)
    return {**asdict(out), "way_out": _in_words(row, out)}


def _in_words(row: Row, out: WayOut) -> str:
    if out.more_sales is not None:
        return f"not paid back yet: {counts(out.more_sales, 'sale')} more like these"
    ways = []
    if out.fewer_touches is not None:
        ways.append(f"{out.fewer_touches} fewer of {counts(row['touches'], 'touch', 'touches')}")
    if out.higher_check is not None:
        share = f" (+{percent(out.higher_check * row['sales'] / row['revenue'])})" if row["revenue"] else ""
        ways.append(f"{money(out.higher_check)} more a sale{share}")
    ordered = ways if out.touches_first else ways[::-1]
    return ", or ".join(ordered) or "nothing: no sale, and more lost than touches cost"


def _remarks(connection: Connection, asked: Profit, sums: Sequence[Row]) -> list[str]:
    """The sums of all customers in words, and what they leave out."""
    if not sums:
        return []
    whole = profit_groups(sums, [], "all", service_known=asked.costs.are_known)[0]
    apart = finding.all_rows(connection, unattributed(asked))[0] if asked.among is None else None
    free = finding.all_rows(connection, touches_without_price(asked))
    left_out = [*_left_out(whole, sums), *without_price(free)]
    return [*_losses(whole, complete=not left_out), *_winning(whole), *_apart(apart), *left_out]


def _losses(whole: Row, *, complete: bool) -> list[str]:
    if not whole["customers"]:
        return []
    count = counts(whole["customers"], "customer")
    told = f"{count}, archived and deleted ones too: profit {money(whole['profit'])} of {money(whole['revenue'])}"
    if not whole["losing"]:
        return [f"{told}; nobody loses money{'' if complete else ', as far as costs are known'}."]
    return [f"{told}; {whole['losing']} ({percent(whole['losing_share'])}) lose {money(whole['lost'])} together."]


def _winning(whole: Row) -> list[str]:
    winning, keeping = whole["winning_cost"], whole["keeping_cost"]
    least = "at least " if whole["customers_without_acquisition_cost"] else ""
    if winning is None or keeping is None or (least and not winning):
        return []
    times = f": {winning / keeping:.1f} times as much" if keeping and winning and not least else ""
    return [f"Winning a customer costs {least}{money(winning)}, keeping one {money(keeping)} a year{times}."]


def _apart(apart: Row | None) -> list[str]:
    if apart is None or not (apart["revenue"] or apart["refunds"]):
        return []
    return [
        f"Apart from these: {money(apart['revenue'])} of sales to nobody known, {money(apart['refunds'])} refunded."
    ]


def _left_out(whole: Row, sums: Iterable[Row]) -> list[str]:
    """What counted as nothing because the base does not know it, and what to do about it."""
    told = []
    if unknown := whole["purchases_without_cost"]:
        how = "purchase add --cost, product add --cost, or import a sheet that has a column Cost"
        told.append(f"{counts(unknown, 'purchase')} counted without what the goods cost: {how}.")
    missing = {row["group"]: row["customers_without_acquisition_cost"] for row in sums}
    if nowhere := missing.pop(None, 0):
        how = "crmcli contact edit ID --channel NAME"
        told.append(f"{counts(nowhere, 'customer')} without a channel counted as won for nothing: {how}")
    if named := [(name, count) for name, count in sorted(missing.items()) if count]:
        listed = ", ".join(f"{name} {count}" for name, count in named)
        customers = counts(sum(count for _, count in named), "customer")
        how = f"crmcli channel edit '{named[0][0]}' --cost AMOUNT"
        told.append(f"{customers} counted as won for nothing ({listed}): {how}")
    return told
