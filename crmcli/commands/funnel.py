"""How many deals reach each stage, and where they are lost."""

from datetime import date
from typing import Annotated, Any

from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.finding import all_rows
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.output.result import Column, Listing
from crmcli.questions import activity
from crmcli.questions.funnel import (
    GROUPS,
    SMALL_SAMPLE,
    Funnel,
    deal_outcomes,
    funnel_rows,
    stage_stays,
    weakest_step,
)
from crmcli.questions.names import all_stages

app = words("How many deals reach each stage, and where they are lost.")

_STAGE = (Column("group", "Group"), Column("stage", "Stage"))
_PLACE = (Column("position", kind="int", shown=False), Column("kind", shown=False))
_RATES = (Column("conversion_step", "Of step before", "rate"), Column("conversion_total", "Of first", "rate"))
_REACHED = (
    *_STAGE,
    *_PLACE,
    Column("reached", "Reached", "int"),
    *_RATES,
    Column("lost_here", "Lost here", "int"),
    Column("open_here", "Open here", "int"),
    Column("amount", "Amount", "money"),
    Column("median_days", "Days in it", "int"),
)
_ACTIVITY = (*_STAGE, *_PLACE, Column("count", "Count", "int"), Column("amount", "Amount", "money"))


@command(
    app,
    "funnel",
    [
        "crmcli funnel",
        "crmcli funnel --from 2026-01-01 --by owner",
        "crmcli funnel --mode activity --from 2026-06-01 --to 2026-06-30",
    ],
    ListWord,
)
def funnel(
    mode: Annotated[str, params.word("--mode", of=("reached", "activity"), help="Which reading")] = "reached",
    by: Annotated[str | None, params.word("--by", of=GROUPS, help="One funnel for each")] = None,
    since: Annotated[date | None, params.day("--from", help="From this day on")] = None,
    until: Annotated[date | None, params.day("--to", help="Up to this day")] = None,
    segment: params.Segment = None,
) -> Listing:
    """Show the funnel.

    reached: of the deals opened in the period, how many reached each stage or a later one, lost deals among them;
    lost here: those whose last open stage it was. activity: what fell into the period: touches where a kind of touch
    enters the stage, moves into the others, sales for the won one.
    """
    with current().reading() as connection:
        asked = Funnel(since, until, by, finding.in_segment(connection, segment, finding.as_of(None)))
        rows = _reached(connection, asked) if mode == "reached" else _activity(connection, asked)
    limit = current().flags.get("limit")
    columns = _REACHED if mode == "reached" else _ACTIVITY
    shown = rows[: int(limit)] if limit else rows
    tells = mode == "reached" and by != "reason"  # a deal with a reason for its loss is lost at its last step
    return Listing(columns, shown, len(rows), remarks=_weakest(rows) if tells else ())


def _reached(connection: Connection, asked: Funnel) -> list[dict[str, Any]]:
    outcomes, stays = all_rows(connection, deal_outcomes(asked)), all_rows(connection, stage_stays(asked))
    return funnel_rows(all_rows(connection, all_stages()), outcomes, stays)


def _activity(connection: Connection, asked: Funnel) -> list[dict[str, Any]]:
    statements = (activity.touches_counted, activity.moves_counted, activity.sales_counted)
    counted = (all_rows(connection, statement(asked)) for statement in statements)
    steps = [step for step in all_rows(connection, all_stages()) if step["kind"] != "lost"]
    return activity.activity_rows(steps, *counted)


def _weakest(rows: list[dict[str, Any]]) -> list[str]:
    """Where the funnel leaks, in words."""
    step = weakest_step(rows)
    if step is None:
        return ["No deals were opened in this period."]
    whose = f" of {step.group}" if step.group else ""
    small = f" (a small sample: fewer than {SMALL_SAMPLE})" if step.deals < SMALL_SAMPLE else ""
    going_on = f"{step.rate * 100:.1f}% of {step.deals} deals go on{small}"
    return [f"The weakest step{whose}: {step.from_stage} to {step.to_stage}, {going_on}."]
