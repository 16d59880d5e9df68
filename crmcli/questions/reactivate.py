"""Whom to call today and why: customers who have been silent for longer than their own period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from crmcli.questions.alive import alive_of
from crmcli.questions.contacts import external_ref, joined_points
from crmcli.questions.most_valuable import most_valuable
from crmcli.questions.rhythm import AsOf, contact_states, counts_at, known_median
from crmcli.schema import channels, contact_rhythm, contacts, employees
from crmcli.schema.functions import days_between, total
from crmcli.schema.rhythm import DUE, FIRST_DAY, ONCE
from crmcli.values.purchase_model import PurchaseModel


@dataclass(frozen=True, slots=True)
class Reactivation:
    """Who is wanted: states, owner, channel, and at least `min_value` minor units a year.

    Contacts touched `touched_days` days ago or later are left out unless `include_touched`.
    """

    at: AsOf
    states: tuple[str, ...] = ("due", "dormant")
    owner_id: int | None = None
    channel_id: int | None = None
    min_value: int | None = None
    touched_days: int = 7
    include_touched: bool = False
    among: Select[Any] | None = None
    """The ids of those looked at, all without it."""
    by_risk: PurchaseModel | None = None
    """With it those come first of whom most may be lost and can be saved, by their chances of being alive by it."""


def to_reactivate(asked: Reactivation, limit: int | None = None) -> Select[Any]:
    """A row a customer, most valuable first, or of whom most is at risk, then by id; `limit` of them at most."""
    median = known_median(asked.at)
    states = contact_states(asked.at, _first(asked, median, limit), median=median)
    worth: ColumnElement[Any] = states.c.value
    if asked.by_risk:
        alive = alive_of(asked.by_risk, states, asked.at.day)
        worth = case((worth > states.c.revenue, states.c.revenue), else_=worth) * alive * (1 - alive)
    statement = (
        select(
            contacts.c.id.label("contact_id"),
            contacts.c.name,
            external_ref().label("external_ref"),
            joined_points("phone").label("phones"),
            joined_points("email").label("emails"),
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            states.c.state,
            states.c.last_on.label("last_purchase_on"),
            states.c.silent_days,
            states.c.period_days,
            states.c.period_source,
            states.c.purchase_days,
            states.c.revenue,
            states.c.value.label("yearly_value"),
            states.c.last_touch_on,
            states.c.span_days,
            days_between(literal(asked.at.day), states.c.first_on).label("age_days"),
        )
        .join(states, states.c.contact_id == contacts.c.id)
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .where(*_wanted(asked, states))
        .order_by(worth.desc().nulls_last(), contacts.c.id)
    )
    return statement.limit(limit)


def silent_count(asked: Reactivation) -> Select[Any]:
    """How many customers are silent, touched or not."""
    if not _is_counted(asked):
        states = contact_states(asked.at)
        return select(func.count()).select_from(states).where(*_silent(asked, states))
    today = (asked.at.day - FIRST_DAY).days
    due, once = counts_at(asked.at, DUE), counts_at(asked.at, ONCE)
    are_due = select(total(due.c.contacts)).where(due.c.number <= today)
    bought_once = select(total(once.c.contacts)).where(today - once.c.number > known_median(asked.at))
    found = (one.correlate(None).scalar_subquery() for one in (are_due, bought_once))
    return select(sum(found, literal(0)))


def touched_count(asked: Reactivation) -> Select[Any]:
    """How many customers are silent but were touched a short while ago."""
    if asked.at.is_stored and _is_counted(asked):
        return select(func.count()).where(*_stored_as_touched(asked))
    states = contact_states(asked.at)
    counted = select(func.count()).select_from(states)
    return counted.where(*_silent(asked, states), states.c.last_touch_on >= _touched_since(asked))


def at_risk(row: Mapping[str, Any], model: PurchaseModel | None) -> dict[str, Any]:
    """alive, the probability that this customer has not left, and value_at_risk, in minor units; null where no
    model tells.

    At risk: the yearly value, at most what he has brought so far, x alive x (1 - alive): a call saves only who has not
    left, and is needed the more the likelier he has. A single day's purchase, a year of which may seem to be worth many
    times as much, counts once.
    """
    alive = model.alive(row["purchase_days"], row["span_days"], row["age_days"]) if model else None
    if alive is None:
        return {"alive": None, "value_at_risk": None}
    value = row["yearly_value"] and min(row["yearly_value"], row["revenue"])
    return {"alive": alive, "value_at_risk": round(value * alive * (1 - alive)) if value else None}


def reason(row: Mapping[str, Any]) -> str:
    """Why this customer is on the list, in words."""
    silent, period = _days(row["silent_days"]), _days(row["period_days"])
    if row["period_source"] == "base":
        return f"bought once, {silent} ago; others come back every {period}"
    return f"buys every {period}, silent for {row['silent_days']}"


def _first(asked: Reactivation, median: ColumnElement[int], limit: int | None) -> CompoundSelect[Any] | None:
    """The few among whom those wanted are, where they are found by the values alone."""
    if limit is None or asked.by_risk or asked.among is not None or not {"due", "dormant"}.issuperset(asked.states):
        return None
    return most_valuable(asked.at, median, partial(_wanted, asked), limit)


def _is_counted(asked: Reactivation) -> bool:
    """Whether it is all who are due on the day that is kept, of whom there is a count."""
    unfiltered = (asked.owner_id, asked.channel_id, asked.min_value, asked.among) == (None,) * 4
    factor = min(asked.at.due_factor, asked.at.dormant_factor)
    return unfiltered and factor == 1 and {"due", "dormant"} == set(asked.states)


def _stored_as_touched(asked: Reactivation) -> list[ColumnElement[bool]]:
    """The conditions that the index of last touches tells alone."""
    c, day = contact_rhythm.c, asked.at.day
    silent_since = date.fromordinal(max(day.toordinal() - (asked.at.median or 0), 1))
    once = and_(c.mean_sale.is_not(None), c.last_on < silent_since) if asked.at.median else false()
    return [c.last_touch_on >= _touched_since(asked), ~c.archived, or_(func.coalesce(c.due_on <= day, false()), once)]


def _wanted(asked: Reactivation, states: Any) -> list[ColumnElement[bool]]:
    conditions = _silent(asked, states)
    return conditions if asked.include_touched else [*conditions, _untouched(asked, states)]


def _silent(asked: Reactivation, states: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [states.c.state.in_(asked.states), ~states.c.archived]
    his = contacts.alias("his")
    for column, wanted in ((his.c.owner_id, asked.owner_id), (his.c.channel_id, asked.channel_id)):
        if wanted is not None:
            conditions.append(exists().where(his.c.id == states.c.contact_id, column == wanted))
    if asked.min_value is not None:
        conditions.append(states.c.value >= asked.min_value)
    if asked.among is not None:
        conditions.append(states.c.contact_id.in_(asked.among))
    return conditions


def _untouched(asked: Reactivation, states: Any) -> ColumnElement[bool]:
    return func.coalesce(states.c.last_touch_on < _touched_since(asked), true())  # so written, no index is left for it


def _touched_since(asked: Reactivation) -> date:
    return date.fromordinal(max(asked.at.day.toordinal() - asked.touched_days, 1))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
