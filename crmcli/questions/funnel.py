"""Where the funnel leaks: of the deals opened in a period, how many reached each stage or a later one.

Deals, touches and moves of contacts in the trash count nowhere; sales always do: the money came in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, Text, and_, case, cast, func, null, select

from crmcli.schema import channels, contacts, deals, employees, not_deleted, products, stage_moves, stages
from crmcli.schema.functions import days_between, month_of, total

GROUPS = ("owner", "channel", "month", "product", "reason")
SMALL_SAMPLE = 30
"""With fewer deals behind a step its conversion says little."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Funnel:
    """The period, inclusive, None where it is open; `by` one of GROUPS or None."""

    since: date | None = None
    until: date | None = None
    by: str | None = None
    among: Select[Any] | None = None
    """The ids of the contacts whose deals count, all without it."""


@dataclass(frozen=True, slots=True)
class Step:
    """The step from one stage to the next: `deals` reached the first, `rate` of them the second."""

    group: str | None
    from_stage: str
    to_stage: str
    deals: int
    rate: float


def deal_outcomes(asked: Funnel) -> Select[Any]:
    """Rows of group, reached (the furthest position that is not lost), at_position and at_kind (the present stage),
    last_open (the position of the last open stage), deals, amount: how many deals went this way.

    A deal that was in no open stage counts as having reached the first one, and as lost there.
    """
    ways = _ways(asked)
    return select(
        ways.c.group,
        ways.c.reached,
        ways.c.last_open,
        ways.c.at_position,
        ways.c.at_kind,
        func.count().label("deals"),
        total(ways.c.amount).label("amount"),
    ).group_by(ways.c.group, ways.c.reached, ways.c.last_open, ways.c.at_position, ways.c.at_kind)


def stage_stays(asked: Funnel) -> Select[Any]:
    """Rows of group, position, days, stays: how many stays of these deals in a stage, now left, took so many days.

    Moves follow each other as they were recorded; one that is dated back ends a stay of no days.
    """
    following = func.lead(stage_moves.c.moved_on).over(partition_by=stage_moves.c.deal_id, order_by=stage_moves.c.id)
    moves = (
        select(
            group_column(asked.by, deals.c.opened_on).label("group"),
            stages.c.position,
            stage_moves.c.moved_on,
            following.label("left_on"),
        )
        .select_from(_grouped_deals().join(stage_moves, stage_moves.c.deal_id == deals.c.id))
        .join(stages, stages.c.id == stage_moves.c.stage_id)
        .where(not_deleted(), *within(asked, deals.c.opened_on))
        .subquery()
    )
    days = case((moves.c.left_on > moves.c.moved_on, days_between(moves.c.left_on, moves.c.moved_on)), else_=0)
    stays = select(moves.c.group, moves.c.position, days.label("days")).where(moves.c.left_on.is_not(None)).subquery()
    c = stays.c
    return select(c.group, c.position, c.days, func.count().label("stays")).group_by(c.group, c.position, c.days)


def funnel_rows(steps: Sequence[Row], outcomes: Iterable[Row], stays: Iterable[Row]) -> list[dict[str, Any]]:
    """The funnel, a row a group and stage, from the stages in order, `deal_outcomes` and `stage_stays`.

    conversion_step and conversion_total are fractions, null where there is nothing to divide by (and for the first
    stage's step); median_days is the lower median of the stays that have ended. The lost stage is no step: those who
    are lost stand in lost_here of the stage they were in last.
    """
    open_or_won = [step for step in steps if step["kind"] != "lost"]
    by_group: dict[str | None, list[Row]] = defaultdict(list)
    for outcome in outcomes:
        by_group[outcome["group"]].append(outcome)
    medians = _medians(stays)
    if not by_group:
        by_group[None] = []
    return [
        row
        for group in sorted(by_group, key=lambda name: (name is None, name or ""))
        for row in _group_rows(group, open_or_won, by_group[group], medians)
    ]


def weakest_step(rows: Sequence[Row]) -> Step | None:
    """The step with the lowest conversion, of all groups; the one with most deals where several are as low.

    A step with fewer than SMALL_SAMPLE deals counts only where there is no other.
    """
    steps = [
        Step(row["group"], before["stage"], row["stage"], before["reached"], row["conversion_step"])
        for before, row in pairwise(rows)
        if before["group"] == row["group"] and row["conversion_step"] is not None
    ]
    large = [step for step in steps if step.deals >= SMALL_SAMPLE]
    return min(large or steps, key=lambda step: (step.rate, -step.deals), default=None)


def rate(part: int, whole: int) -> float | None:
    """The fraction to four places, None where there is nothing to divide by."""
    return round(part / whole, 4) if whole else None


def _ways(asked: Funnel) -> Subquery:
    """A row a deal: the group, the furthest and the last open position, the present stage, the amount."""
    first = select(func.min(stages.c.position)).where(stages.c.kind != "lost").scalar_subquery()
    at = stages.alias("at")
    reached = _of_moves(func.max(stages.c.position), stages.c.kind != "lost")
    return (
        select(
            group_column(asked.by, deals.c.opened_on).label("group"),
            func.coalesce(reached, first).label("reached"),
            func.coalesce(_last_open(), first).label("last_open"),
            at.c.position.label("at_position"),
            at.c.kind.label("at_kind"),
            deals.c.amount,
        )
        .select_from(_grouped_deals().join(at, at.c.id == deals.c.stage_id))
        .where(not_deleted(), *within(asked, deals.c.opened_on))
        .subquery()
    )


def _of_moves(what: Any, condition: ColumnElement[bool]) -> Any:
    moves = stage_moves.join(stages, stages.c.id == stage_moves.c.stage_id)
    mine = and_(stage_moves.c.deal_id == deals.c.id, condition)
    return select(what).select_from(moves).where(mine).correlate(deals).scalar_subquery()


def _last_open() -> Any:
    moves = stage_moves.join(stages, stages.c.id == stage_moves.c.stage_id)
    latest = (
        select(stages.c.position)
        .select_from(moves)
        .where(stage_moves.c.deal_id == deals.c.id, stages.c.kind == "open")
        .order_by(stage_moves.c.id.desc())
        .limit(1)
    )
    return latest.correlate(deals).scalar_subquery()


def _grouped_deals() -> Any:
    """Deals with all that they can be grouped by."""
    return (
        deals.outerjoin(contacts, contacts.c.id == deals.c.contact_id)
        .outerjoin(employees, employees.c.id == deals.c.owner_id)
        .outerjoin(channels, channels.c.id == func.coalesce(deals.c.channel_id, contacts.c.channel_id))
        .outerjoin(products, products.c.id == deals.c.product_id)
    )


def group_column(by: str | None, on: Any) -> Any:
    """What rows are grouped by: a name, or the month of the date `on`; one group, null, without `by`."""
    columns: dict[str | None, Any] = {
        "owner": employees.c.name,
        "channel": channels.c.name,
        "month": month_of(on),
        "product": products.c.name,
        "reason": deals.c.lost_reason,
    }
    return columns.get(by, cast(null(), Text))


def within(asked: Funnel, on: Any) -> list[ColumnElement[bool]]:
    """The conditions that the date `on` lies in the period, and the contact is among those asked about."""
    conditions: list[ColumnElement[bool]] = []
    if asked.since:
        conditions.append(on >= asked.since)
    if asked.until:
        conditions.append(on <= asked.until)
    if asked.among is not None:
        conditions.append(contacts.c.id.in_(asked.among))
    return conditions


def _group_rows(
    group: str | None, steps: Sequence[Row], outcomes: Sequence[Row], medians: Mapping[tuple[str | None, int], int]
) -> Iterator[dict[str, Any]]:
    reached = [sum(o["deals"] for o in outcomes if o["reached"] >= step["position"]) for step in steps]
    for number, step in enumerate(steps):
        position = step["position"]
        yield {
            "group": group,
            "stage": step["name"],
            "position": position,
            "kind": step["kind"],
            "reached": reached[number],
            "conversion_step": rate(reached[number], reached[number - 1]) if number else None,
            "conversion_total": rate(reached[number], reached[0]),
            "lost_here": sum(o["deals"] for o in outcomes if o["at_kind"] == "lost" and o["last_open"] == position),
            "open_here": sum(o["deals"] for o in outcomes if o["at_kind"] == "open" and o["at_position"] == position),
            "amount": sum(o["amount"] for o in outcomes if o["reached"] >= position),
            "median_days": medians.get((group, position)),
        }


def _medians(stays: Iterable[Row]) -> dict[tuple[str | None, int], int]:
    """The lower median of the days by group and position."""
    counted: dict[tuple[str | None, int], list[tuple[int, int]]] = defaultdict(list)
    for stay in stays:
        counted[stay["group"], stay["position"]].append((stay["days"], stay["stays"]))
    return {where: _lower_median(sorted(days)) for where, days in counted.items()}


def _lower_median(counted: Sequence[tuple[int, int]]) -> int:
    middle, seen = (sum(count for _, count in counted) - 1) // 2, 0
    for days, count in counted:
        seen += count
        if seen > middle:
            return days
    raise ValueError("no days were counted")
