"""Who gets too many touches, who none, which leads wait."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from crmcli.commands import finding, params
from crmcli.commands.costs import counts, money, service_costs
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.errors import Wrong
from crmcli.output.result import Column, Listing, Row
from crmcli.questions.attention import FINDINGS, Attention, attention_list, attention_rows, attention_sums, why

app = words("Who gets too many touches, who none, which leads wait.")

_NOBODY = "Nobody stands out: no lead who asked waits, no good customer is left alone, and nobody gets too much."
_PEOPLE = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("phones", "Phones", "texts"),
    Column("owner", "Owner", shown=False),
    Column("channel", "Channel", shown=False),
    Column("finding", "Finding"),
    Column("touches", kind="int", shown=False),
    Column("norm", kind="int", shown=False),
    Column("cost_of_service", kind="money", shown=False),
    Column("worth", "Worth", "money"),
    Column("last_touch_on", kind="date", shown=False),
    Column("silent_days", kind="int", shown=False),
    Column("stage", "Stage", shown=False),
    Column("why", "Why"),
)
_KINDS = (
    Column("kind", "Contacts"),
    Column("contacts", "Count", "int"),
    Column("touches", "Touches", "int"),
    Column("touches_per_year", "Each a year", "quantity"),
    Column("norm", "Norm", "int"),
    Column("below_norm", "Below it", "int"),
    Column("without_touch", "None at all", "int"),
    Column("cost_of_service", "Cost", "money"),
    Column("revenue", "Brought", "money"),
    Column("money_per_touch", "A touch brings", "money"),
)


@command(
    app,
    "attention",
    [
        "crmcli attention",
        "crmcli attention --only waiting --silent 30",
        "crmcli attention --sums --as-of 2026-07-01 --format json",
    ],
    ListWord,
)
def attention(
    only: Annotated[str | None, params.word("--only", of=FINDINGS, help="One finding")] = None,
    silent: Annotated[
        int, typer.Option("--silent", metavar="DAYS", min=0, max=10_000, help="A lead waits after so many days")
    ] = 14,
    sums: Annotated[bool, typer.Option("--sums", help="Touches a year of customers and leads, money a touch")] = False,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    segment: params.Segment = None,
) -> Listing:
    """List who gets too much attention or too little, and why: by the touches of the last 365 days.

    waiting: leads who wrote or called, or have an open deal, and were not touched for more than 14 days (--silent);
    not those who refused or whose next contact is planned. untouched: customers without a touch, of the quarter that is
    worth most a year. overserved: customers of the quarter with most touches, above the norm, and of the quarter that
    is worth least. Worth: what a year of this customer brings, see reactivate; of a lead, his open deal.

    --sums: touches a year against the norms (settings attention_customer, attention_lead), and what one brings.
    """
    if sums and only:
        raise Wrong("--sums is about everybody: leave --only out")
    session, at = current(), finding.as_of(as_of)
    with session.reading() as connection:
        asked = Attention(
            at,
            session.setting("attention_customer"),
            session.setting("attention_lead"),
            silent,
            service_costs(),
            only,
            finding.in_segment(connection, segment, at),
        )
        kinds = attention_rows(finding.all_rows(connection, attention_sums(asked)), asked)
        if sums:
            if session.format == "table" and not any(row["contacts"] for row in kinds):
                kinds = []
            nobody = f"No contact{finding.of_segment(segment)} yet."
            return Listing(_KINDS, kinds[: session.limit], len(kinds), empty=nobody)
        rows, total = finding.fetched(connection, attention_list(asked))
    told = [{**row, "why": why(row)} for row in finding.split_lists(rows, "phones")]
    return Listing(_PEOPLE, told, total, remarks=_in_words(kinds), empty=_NOBODY)


def _in_words(kinds: Sequence[Row]) -> list[str]:
    """How often customers and leads are touched, against the norm."""
    return [_line(row) for row in kinds if row["contacts"]]


def _line(row: Row) -> str:
    each = f"{row['touches_per_year'] / 1000:.1f} touches each in a year, the norm is {row['norm']}"
    brought = f"; a touch brings {money(row['money_per_touch'])}" if row["money_per_touch"] else ""
    return f"{counts(row['contacts'], row['kind'])}: {each}; {row['below_norm']} below it{brought}."
