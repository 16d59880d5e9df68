"""Whom to call today and why: customers who have been silent for longer than their own period."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from crmcli.questions.alive import alive_of
from crmcli.questions.contacts import external_ref, joined_points
from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.schema import channels, contacts, employees
from crmcli.schema.functions import days_between
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


def to_reactivate(asked: Reactivation) -> Select[Any]:
    """A row a customer, most valuable first, or of whom most is at risk, then by id."""
    states = contact_states(asked.at)
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
        .where(*_silent(asked, states))
        .order_by(worth.desc().nulls_last(), contacts.c.id)
    )
    return statement if asked.include_touched else statement.where(~_touched(asked, states))


def touched_count(asked: Reactivation) -> Select[Any]:
    """How many customers are silent but were touched a short while ago."""
    states = contact_states(asked.at)
    counted = select(func.count()).select_from(contacts).join(states, states.c.contact_id == contacts.c.id)
    return counted.where(*_silent(asked, states), _touched(asked, states))


def at_risk(row: Mapping[str, Any], model: PurchaseModel | None) -> dict[str, Any]:
    """alive, the probability that this customer has not left, and value_at_risk, in minor units; null without a model.

    At risk: the yearly value, at most what he has brought so far, x alive x (1 - alive): a call saves only who has not
    left, and is needed the more the likelier he has. A single day's purchase, a year of which may seem to be worth many
    times as much, counts once.
    """
    if model is None:
        return {"alive": None, "value_at_risk": None}
    alive = model.alive(row["purchase_days"], row["span_days"], row["age_days"])
    value = row["yearly_value"] and min(row["yearly_value"], row["revenue"])
    return {"alive": alive, "value_at_risk": round(value * alive * (1 - alive)) if value else None}


def reason(row: Mapping[str, Any]) -> str:
    """Why this customer is on the list, in words."""
    silent, period = _days(row["silent_days"]), _days(row["period_days"])
    if row["period_source"] == "base":
        return f"bought once, {silent} ago; others come back every {period}"
    return f"buys every {period}, silent for {row['silent_days']}"


def _silent(asked: Reactivation, states: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [states.c.state.in_(asked.states), contacts.c.archived_at.is_(None)]
    if asked.owner_id is not None:
        conditions.append(contacts.c.owner_id == asked.owner_id)
    if asked.channel_id is not None:
        conditions.append(contacts.c.channel_id == asked.channel_id)
    if asked.min_value is not None:
        conditions.append(states.c.value >= asked.min_value)
    if asked.among is not None:
        conditions.append(contacts.c.id.in_(asked.among))
    return conditions


def _touched(asked: Reactivation, states: Any) -> ColumnElement[bool]:
    since = days_between(literal(asked.at.day), states.c.last_touch_on)
    return func.coalesce(since, asked.touched_days + 1) <= asked.touched_days


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
