"""The best customers, what part of the revenue they bring, and what they have in common."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.output.result import Column, Listing
from crmcli.output.values import for_people
from crmcli.questions import best as asked

app = words("The best customers, and what part of the revenue they bring.")

_COLUMNS = (
    Column("rank", kind="int", shown=False),
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("city", shown=False),
    Column("owner", shown=False),
    Column("channel", shown=False),
    Column("state", shown=False),
    Column("last_purchase_on", kind="date", shown=False),
    Column("purchases", "Sales", "int"),
    Column("mean_sale", kind="money", shown=False),
    Column("refunds", kind="money", shown=False),
    Column("revenue", "Revenue", "money"),
    Column("share", "Share", "rate"),
    Column("cumulative_share", "So far", "rate"),
    Column("class", "Class"),
    Column("bar", "", "bar"),
)
_PROFILE = (
    Column("group", "Customer"),
    Column("customers", "Of", "int"),
    Column("channel", "Channel"),
    Column("channel_share", kind="rate", shown=False),
    Column("city", "City"),
    Column("city_share", kind="rate", shown=False),
    Column("owner", "Owner"),
    Column("owner_share", kind="rate", shown=False),
    Column("first_product", "First product"),
    Column("first_product_share", kind="rate", shown=False),
    Column("purchases", "Sales", "int"),
    Column("mean_sale", "Mean sale", "money"),
    Column("period_days", "Days between", "int"),
    Column("revenue", "Revenue", "money"),
)
_MEANT = ("best: class A. Numbers are those of the customer in the middle, words what most of them have.",)
_NOBODY = "Nobody{} has bought yet."


@command(
    app,
    "best",
    ["crmcli best --limit 10", "crmcli best --profile", "crmcli best --as-of 2026-01-01 --format json"],
    ListWord,
)
def best(
    profile: Annotated[
        bool, typer.Option("--profile", help="What the typical and the best customer are like instead")
    ] = False,
    segment: params.Segment = None,
    as_of: Annotated[date | None, params.day("--as-of", help="Sales up to this day; today without it")] = None,
) -> Listing:
    """List the customers who bring most, each with the share of all revenue, alone and with those before.

    Revenue is all sales; refunds and sales without a customer stand apart. Class A brings the first 80 % of it, B the
    next 15 %, C the rest; who crosses a limit is still on its better side. --profile puts the typical customer (the
    middle one, or what most have) beside the best (the same of class A).
    """
    at = finding.as_of(as_of)
    with current().reading() as connection:
        question = asked.Best(at, finding.in_segment(connection, segment, at))
        answer = _profile if profile else _ranking
        return answer(connection, question, _NOBODY.format(finding.of_segment(segment)))


def _ranking(connection: Connection, question: asked.Best, empty: str) -> Listing:
    rows, total = finding.fetched(connection, asked.best_customers(question))
    classes = finding.all_rows(connection, asked.classes(question))
    bare = int(connection.execute(asked.unattributed(question)).scalar_one())
    highest = max((row["revenue"] for row in rows), default=0)
    told = [asked.best_row(row, highest) for row in rows]
    unlisted = sum(row["unlisted"] for row in classes)
    return Listing(_COLUMNS, told, total, unlisted, remarks=_remarks(classes, unlisted, bare), empty=empty)


def _profile(connection: Connection, question: asked.Best, empty: str) -> Listing:
    rows = asked.profiles(connection.execute(asked.customers(question)))
    limit = current().flags.get("limit")
    shown = rows[: int(limit)] if limit else rows
    return Listing(_PROFILE, shown, len(rows), remarks=_MEANT if rows else (), empty=empty)


def _remarks(classes: Sequence[dict[str, Any]], unlisted: int, bare: int) -> list[str]:
    customers, revenue, first, brought = (
        sum(row[key] for row in classes) for key in ("customers", "revenue", "best_customers", "best_revenue")
    )
    if not customers:
        return []
    remarks = [_best_part(first, brought / revenue)] if revenue and customers > 1 else []
    counts = ", ".join(f"{row['class']} {row['customers']}" for row in classes)
    remarks.append(f"Customers by class: {counts}; crmcli best --profile shows what the best have in common.")
    if unlisted:
        remarks.append(f"{unlisted} more, archived or deleted, have their rank and are not listed.")
    if bare:
        remarks.append(f"Sales without a customer stand apart: {_money(bare)}.")
    return remarks


def _best_part(customers: int, share: float) -> str:
    """What part of the revenue the best fifth brings."""
    percent = for_people(share, Column("share", kind="rate"), current().look)
    who = "1 customer, brings" if customers == 1 else f"{customers} customers, bring"
    return f"The best 20%, {who} {percent} of the revenue."


def _money(minor: int) -> str:
    look = current().look
    return f"{for_people(minor, Column('amount', kind='money'), look)} {look.currency}"
