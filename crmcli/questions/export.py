"""Whole rows for an export, by id, and what belongs to those of a range of ids.

Contacts in the trash are left out, with all that belongs to them.
"""

from typing import Any

from sqlalchemy import Select, Text, and_, cast, select

from crmcli.schema import (
    channels,
    contact_points,
    contact_tags,
    contacts,
    deals,
    employees,
    external_refs,
    not_deleted,
    products,
    purchase_lines,
    purchases,
    stage_moves,
    stages,
    touches,
)

Ids = Select[Any] | None
"""Which rows: a statement of their ids, None for all."""


def whole_contacts(ids: Ids = None) -> Select[Any]:
    """A row a contact, with the names of what it leads to."""
    c, company, referrer = contacts.c, contacts.alias("company"), contacts.alias("referrer")
    statement = (
        select(
            c.id,
            c.name,
            c.kind,
            company.c.id.label("company_id"),
            company.c.name.label("company"),
            c.city,
            c.birthday,
            c.tax_id,
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            referrer.c.id.label("referred_by_id"),
            referrer.c.name.label("referred_by"),
            c.note,
            c.created_at,
            c.next_contact_on,
            c.archived_at,
            c.extra,
        )
        .outerjoin(company, and_(company.c.id == c.company_id, not_deleted(company)))
        .outerjoin(referrer, and_(referrer.c.id == c.referred_by_id, not_deleted(referrer)))
        .outerjoin(employees, employees.c.id == c.owner_id)
        .outerjoin(channels, channels.c.id == c.channel_id)
    )
    return _of(statement, c.id, ids)


def custom_fields(ids: Ids = None) -> Select[Any]:
    """The different sets of custom fields that contacts have, each as the text of a JSON object."""
    extra = cast(contacts.c.extra, Text)
    statement = select(extra).where(extra != "{}", not_deleted()).distinct()
    return statement if ids is None else statement.where(contacts.c.id.in_(ids))


def whole_purchases(ids: Ids = None) -> Select[Any]:
    """A row a purchase, with the names of what it leads to."""
    c = purchases.c
    statement = (
        select(
            c.id,
            c.purchased_on,
            c.contact_id,
            contacts.c.name.label("contact"),
            c.kind,
            c.amount,
            c.cost,
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            c.deal_id,
            c.refund_of_id,
        )
        .outerjoin(contacts, contacts.c.id == c.contact_id)
        .outerjoin(employees, employees.c.id == c.owner_id)
        .outerjoin(channels, channels.c.id == c.channel_id)
    )
    return _of(statement, c.id, ids)


def whole_deals(ids: Ids = None) -> Select[Any]:
    """A row a deal, with the names of what it leads to."""
    c = deals.c
    statement = (
        select(
            c.id,
            c.title,
            c.contact_id,
            contacts.c.name.label("contact"),
            c.amount,
            stages.c.name.label("stage"),
            stages.c.kind.label("state"),
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
    )
    return _of(statement, c.id, ids)


def whole_touches(ids: Ids = None) -> Select[Any]:
    """A row a touch, with the names of what it leads to."""
    c = touches.c
    statement = (
        select(
            c.id,
            c.happened_on,
            c.happened_at,
            c.contact_id,
            contacts.c.name.label("contact"),
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
    )
    return _of(statement, c.id, ids)


def whole_products() -> Select[Any]:
    """A row a product."""
    c = products.c
    return select(c.id, c.name, c.sku, c.price, c.cost).order_by(c.id)


def points_between(first: int, last: int) -> Select[Any]:
    """The points of the contacts with these ids, in their order."""
    c = contact_points.c
    mine = select(c.contact_id.label("of"), c.kind, c.value, c.raw, c.label).where(c.contact_id.between(first, last))
    return mine.order_by(c.contact_id, c.position, c.id)


def tags_between(first: int, last: int) -> Select[Any]:
    """The tags of the contacts with these ids, by their text."""
    c = contact_tags.c
    return select(c.contact_id.label("of"), c.tag).where(c.contact_id.between(first, last)).order_by(c.tag)


def refs_between(table: str, first: int, last: int) -> Select[Any]:
    """The keys by which other systems know the rows with these ids."""
    c = external_refs.c
    mine = select(c.row_id.label("of"), c.source, c.ref).where(c.table_name == table, c.row_id.between(first, last))
    return mine.order_by(c.id)


def lines_between(first: int, last: int) -> Select[Any]:
    """The lines of the purchases with these ids, in their order."""
    c = purchase_lines.c
    return (
        select(
            c.purchase_id.label("of"), products.c.name.label("product"), products.c.sku, c.quantity, c.amount, c.cost
        )
        .join(products, products.c.id == c.product_id)
        .where(c.purchase_id.between(first, last))
        .order_by(c.id)
    )


def moves_between(first: int, last: int) -> Select[Any]:
    """The moves of the deals with these ids, in their order."""
    c = stage_moves.c
    return (
        select(c.deal_id.label("of"), c.moved_on, stages.c.name.label("stage"), employees.c.name.label("employee"))
        .join(stages, stages.c.id == c.stage_id)
        .outerjoin(employees, employees.c.id == c.employee_id)
        .where(c.deal_id.between(first, last))
        .order_by(c.id)
    )


def _of(statement: Select[Any], key: Any, ids: Ids) -> Select[Any]:
    return (statement if ids is None else statement.where(key.in_(ids))).where(not_deleted()).order_by(key)
