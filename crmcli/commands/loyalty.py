"""How content customers are, and how many will stay."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.costs import counts, percent
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.errors import Wrong
from crmcli.output.result import Column, Listing
from crmcli.questions.discount import WHOLE
from crmcli.questions.loyalty import BEST, FEW, GROUPS, Loyalty, answers, loyalty_rows, unhappy_buyers

app = words("How content customers are, and how many will stay.")

_GROUPS = (
    Column("group", "Group"),
    Column("contacts", "Contacts", "int"),
    Column("answers", "Answers", "int"),
    Column("few_answers", kind="flag", shown=False),
    Column("satisfaction", "Content", "rate"),
    Column("competition", "Competition", "rate"),
    Column("loyalty", "Loyal", "rate"),
    Column("drawn", "", "bar"),
    Column("unhappy", "Unhappy", "int"),
)
_UNHAPPY = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("phones", "Phones", "texts"),
    Column("owner", "Owner", shown=False),
    Column("channel", "Channel", shown=False),
    Column("rating", "Rating", "rate"),
    Column("rated_on", "On", "date"),
    Column("last_purchase_on", "Last purchase", "date"),
    Column("yearly_value", "A year", "money"),
)
_NOBODY = "No contact{} yet."
_ASK = "No rating in the last year: crmcli touch add CONTACT call --rating 4/5 logs one."


@command(
    app,
    "loyalty",
    [
        "crmcli loyalty",
        "crmcli loyalty --by owner --competition 90% --as-of 2026-07-01",
        "crmcli loyalty --unhappy --format json",
    ],
    ListWord,
)
def loyalty(
    by: Annotated[str, params.word("--by", of=GROUPS, help="One row for each")] = "all",
    competition: Annotated[
        int | None, params.share("--competition", help="How strongly competitors pull; the setting without it")
    ] = None,
    unhappy: Annotated[bool, typer.Option("--unhappy", help="Who is unhappy and still buys")] = False,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    segment: params.Segment = None,
) -> Listing:
    """Show how content contacts are (S, by their ratings), and what part stays loyal: L = 1 - r x (1 - S).

    r is how strongly competitors pull, from 0 (nowhere else to go) to 1 (setting competition, 0.4). The formula is
    often printed as L = S x r, which its own examples contradict: S 0.5 and r 0.4 give 80%, S 0.5 and r 0.9 give 55%,
    S 0.9 and r 0.9 give 91%. The form used here meets all three exactly.

    By segment a contact is in each saved segment that he fits, and in none that is not saved.

    Of each contact the latest rating of the last 365 days counts (touch add --rating 4/5). Unhappy: 50% or less.
    --unhappy lists those of them who buy all the same: they have not been silent for longer than their own period.
    """
    if unhappy and by != "all":
        raise Wrong("--unhappy lists customers: leave --by out")
    with current().reading() as connection:
        at = finding.as_of(as_of)
        segments = finding.members_of_segments(connection, at) if by == "segment" else None
        if by == "segment" and segments is None:
            return Listing(_GROUPS, [], 0, empty=finding.NO_SEGMENT)
        asked = Loyalty(at, by, finding.in_segment(connection, segment, at), segments)
        return _listed(connection, asked) if unhappy else _grouped(connection, asked, _pull(competition))


def _pull(given: int | None) -> Fraction:
    return Fraction(current().setting("competition")) if given is None else Fraction(given, WHOLE)


def _grouped(connection: Connection, asked: Loyalty, competition: Fraction) -> Listing:
    rows = loyalty_rows(finding.all_rows(connection, answers(asked)), competition)
    whole = loyalty_rows(finding.all_rows(connection, answers(replace(asked, by="all", segments=None))), competition)
    still_buy = finding.all_rows(connection, unhappy_buyers(asked))
    limit = current().flags.get("limit")
    shown = [{**row, "drawn": row["loyalty"]} for row in (rows[: int(limit)] if limit else rows)]
    return Listing(
        _GROUPS,
        shown,
        len(rows),
        remarks=_remarks(rows, whole, len(still_buy)),
        empty=_NOBODY.format("" if asked.among is None else " in this segment"),
    )


def _listed(connection: Connection, asked: Loyalty) -> Listing:
    rows, total = finding.fetched(connection, unhappy_buyers(asked))
    told = [{**row, "rating": row["rating"] / BEST} for row in finding.split_lists(rows, "phones")]
    return Listing(_UNHAPPY, told, total, empty="Nobody who buys is unhappy, as far as ratings tell.")


def _remarks(rows: list[dict[str, Any]], whole: list[dict[str, Any]], still_buy: int) -> list[str]:
    """How much the answers weigh, and whom to talk to; a contact may be in several rows, but once in the whole."""
    if not rows:
        return []
    asked, given = whole[0]["contacts"], whole[0]["answers"]
    if not given:
        return [_ASK]
    told = [f"{given} of {counts(asked, 'contact')} gave a rating in the last year ({percent(given / asked)})."]
    if few := [row for row in rows if row["few_answers"]]:
        listed = ", ".join(f"{row['group'] or 'nobody named'} {row['answers']}" for row in few)
        told.append(f"Fewer than {FEW} answers say little" + (f": {listed}." if len(rows) > 1 else "."))
    if sum(row["contacts"] for row in rows) > asked:
        told.append(finding.OVERLAPPING)
    if still_buy:
        told.append(f"{counts(still_buy, 'customer')} unhappy and still buying: crmcli loyalty --unhappy")
    return told
