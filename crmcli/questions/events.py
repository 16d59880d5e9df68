"""Touches, deals and purchases as lists, and as the one timeline of a contact's card.

What belongs to a contact in the trash is in none of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, aggregate_order_by, func, select

from crmcli.questions.contacts import SEPARATOR
from crmcli.schema import (
    channels,
    contact_points,
    contacts,
    deals,
    employees,
    not_deleted,
    products,
    purchase_lines,
    purchases,
    stage_moves,
    stages,
    touches,
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list of events is narrowed to; dates inclusive, None narrows nothing."""

    contact_id: int | None = None
    owner_id: int | None = None
    since: date | None = None
    until: date | None = None
    kind: str | None = None
    stage_id: int | None = None
    deal_id: int | None = None
    among: Select[Any] | None = None
    """The ids of their contacts, as of a segment."""


def touch_list(wanted: EventFilter) -> Select[Any]:
    """A row a touch, the latest first."""
    c = touches.c
    narrowed = _narrowed(wanted, c.contact_id, c.employee_id, c.happened_on)
    if wanted.kind:
        narrowed.append(c.kind == wanted.kind)
    if wanted.deal_id is not None:
        narrowed.append(c.deal_id == wanted.deal_id)
    return (
        select(
            c.id,
            c.contact_id,
            contacts.c.name.label("contact"),
            c.happened_on,
            c.happened_at,
            c.kind,
            c.direction,
            c.outcome,
            c.minutes,
            c.rating,
            c.text,
            employees.c.name.label("employee"),
            c.deal_id,
        )
        .join(contacts, contacts.c.id == c.contact_id)
        .outerjoin(employees, employees.c.id == c.employee_id)
        .where(*narrowed)
        .order_by(c.happened_on.desc(), c.id.desc())
    )


def deal_list(wanted: EventFilter) -> Select[Any]:
    """A row a deal, the latest opened first; `kind` of the filter is that of its stage: open, won or lost."""
    c = deals.c
    narrowed = _narrowed(wanted, c.contact_id, c.owner_id, c.opened_on)
    if wanted.kind:
        narrowed.append(stages.c.kind == wanted.kind)
    if wanted.stage_id is not None:
        narrowed.append(c.stage_id == wanted.stage_id)
    if wanted.deal_id is not None:
        narrowed.append(c.id == wanted.deal_id)
    return (
        select(
            c.id,
            c.title,
            c.contact_id,
            contacts.c.name.label("contact"),
            stages.c.name.label("stage"),
            stages.c.kind.label("state"),
            c.amount,
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            products.c.name.label("product"),
            c.opened_on,
            c.expected_on,
            c.closed_on,
            c.lost_reason,
        )
        .join(stages, stages.c.id == c.stage_id)
        .outerjoin(contacts, contacts.c.id == c.contact_id)
        .outerjoin(employees, employees.c.id == c.owner_id)
        .outerjoin(channels, channels.c.id == c.channel_id)
        .outerjoin(products, products.c.id == c.product_id)
        .where(*narrowed)
        .order_by(c.opened_on.desc(), c.id.desc())
    )


def purchase_list(wanted: EventFilter) -> Select[Any]:
    """A row a purchase, the latest first."""
    c = purchases.c
    narrowed = _narrowed(wanted, c.contact_id, c.owner_id, c.purchased_on)
    if wanted.kind:
        narrowed.append(c.kind == wanted.kind)
    return (
        select(
            c.id,
            c.contact_id,
            contacts.c.name.label("contact"),
            c.purchased_on,
            c.kind,
            c.amount,
            c.cost,
            _joined_products().label("products"),
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            c.deal_id,
            c.refund_of_id,
        )
        .outerjoin(contacts, contacts.c.id == c.contact_id)
        .outerjoin(employees, employees.c.id == c.owner_id)
        .outerjoin(channels, channels.c.id == c.channel_id)
        .where(*narrowed)
        .order_by(c.purchased_on.desc(), c.id.desc())
    )


def moves_of(deal_id: int) -> Select[Any]:
    """The way of a deal through the stages, in its order."""
    return (
        select(stage_moves.c.moved_on, stages.c.name.label("stage"), employees.c.name.label("employee"))
        .join(stages, stages.c.id == stage_moves.c.stage_id)
        .outerjoin(employees, employees.c.id == stage_moves.c.employee_id)
        .where(stage_moves.c.deal_id == deal_id)
        .order_by(stage_moves.c.id)
    )


def points_of(contact_id: int) -> Select[Any]:
    """A contact's points in their order; `value` is null where `raw` could not be parsed."""
    c = contact_points.c
    return select(c.id, c.kind, c.value, c.raw, c.label).where(c.contact_id == contact_id).order_by(c.position, c.id)


def _narrowed(wanted: EventFilter, contact: Any, owner: Any, on: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [not_deleted()]
    for column, value in ((contact, wanted.contact_id), (owner, wanted.owner_id)):
        if value is not None:
            conditions.append(column == value)
    if wanted.among is not None:
        conditions.append(contact.in_(wanted.among))
    if wanted.since is not None:
        conditions.append(on >= wanted.since)
    if wanted.until is not None:
        conditions.append(on <= wanted.until)
    return conditions


def _joined_products() -> Any:
    joined = aggregate_order_by(func.aggregate_strings(products.c.name, SEPARATOR), purchase_lines.c.id)
    return (
        select(joined)
        .join(purchase_lines, purchase_lines.c.product_id == products.c.id)
        .where(purchase_lines.c.purchase_id == purchases.c.id)
        .correlate(purchases)
        .scalar_subquery()
    )
