"""Which contacts there are: filtered, searched, and found from what was typed."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    aggregate_order_by,
    and_,
    exists,
    false,
    func,
    or_,
    select,
)

from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.questions.search import ids_matching, name_matches, text_matches
from crmcli.schema import (
    changes,
    channels,
    contact_points,
    contact_tags,
    contacts,
    employees,
    external_refs,
    not_deleted,
    operations,
)
from crmcli.values.points import e164
from crmcli.values.text import search_key

SEPARATOR = "\n"
"""Between the values of `phones`, `emails` and `tags`; no stored value has it."""


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What a list of contacts is narrowed to; what is None or empty narrows nothing."""

    text: str = ""
    owner_id: int | None = None
    channel_id: int | None = None
    tags: tuple[str, ...] | None = None
    cities: tuple[str, ...] | None = None
    states: tuple[str, ...] = ()
    has_phone: bool | None = None
    next_by: date | None = None
    archived: bool = False
    among: Select[Any] | None = None
    """Their ids, as of a segment."""


def contact_list(at: AsOf, wanted: ContactFilter) -> Select[Any]:
    """A row a contact, by name: the fields of the card, its rhythm as of `at`, phones, emails and tags joined."""
    ids = _searched(wanted)
    states = contact_states(at, ids)
    conditions = _conditions(wanted, ids)
    if wanted.states:
        conditions.append(states.c.state.in_(wanted.states))
    return _records(states).where(*conditions).order_by(contacts.c.search_key, contacts.c.id)


def contact_count(wanted: ContactFilter) -> Select[Any] | None:
    """How many rows `contact_list` has; None where that depends on the states wanted."""
    if wanted.states:
        return None
    return select(func.count()).select_from(contacts).where(not_deleted(), *_conditions(wanted, _searched(wanted)))


def contact_record(at: AsOf, contact_id: int) -> Select[Any]:
    """The same row of one contact, archived or not; none where it is in the trash."""
    return _records(contact_states(at, [contact_id])).where(contacts.c.id == contact_id)


def contacts_meant_by(text: str, country: str) -> Select[Any]:
    """Rows of id and name that a CONTACT argument means: an id, a phone, an e-mail or part of a name.

    Where a name is met exactly, those alone. Archived contacts are found by id alone, those in the trash not at all;
    no text means nobody.
    """
    found = select(contacts.c.id, contacts.c.name).where(not_deleted()).order_by(contacts.c.id)
    typed = text.strip()
    if re.fullmatch(r"\d{1,9}", typed):
        return found.where(contacts.c.id == int(typed))
    if "@" in typed:
        condition: ColumnElement[bool] = _has_point(contact_points.c.value == typed.lower())
    elif typed.startswith("+") or len(re.sub(r"\D", "", typed)) >= 10:
        condition = or_(_has_point(_is_phone(typed, country)), _name_meant(search_key(typed)))
    else:
        condition = _name_meant(search_key(typed))
    return found.where(condition, contacts.c.archived_at.is_(None))


def contacts_reached_at(values: list[str]) -> Select[Any]:
    """Rows of id, name, value and deleted_at: who has one of these phones or e-mails already, in the trash or not."""
    return (
        select(contacts.c.id, contacts.c.name, contact_points.c.value, contacts.c.deleted_at)
        .join(contact_points, contact_points.c.contact_id == contacts.c.id)
        .where(contact_points.c.value.in_(values))
        .order_by(contacts.c.id)
    )


def deleted_contacts() -> Select[Any]:
    """Rows of id, name, deleted_at (UTC), deleted_by, reason, purged: the trash, the last deleted first."""
    c = contacts.c
    by = (
        select(operations.c.actor)
        .join(changes, changes.c.operation_id == operations.c.id)
        .where(changes.c.row_id == c.id, changes.c.table_name == contacts.name, operations.c.at == c.deleted_at)
        .limit(1)
    )
    return (
        select(
            c.id,
            c.name,
            c.deleted_at,
            by.correlate(contacts).scalar_subquery().label("deleted_by"),
            c.deleted_reason.label("reason"),
            c.purged_at.is_not(None).label("purged"),
        )
        .where(~not_deleted())
        .order_by(c.deleted_at.desc(), c.id)
    )


def known_cities() -> Select[Any]:
    """The cities that contacts have, each as it was written."""
    return select(contacts.c.city).where(contacts.c.city.is_not(None)).distinct()


def known_tags() -> Select[Any]:
    """The tags that contacts have, each as it was written."""
    return select(contact_tags.c.tag).distinct()


def joined_points(kind: str) -> Any:
    """The values of a contact's phones or e-mails in their order, joined; as typed where they could not be parsed."""
    shown = func.coalesce(contact_points.c.value, contact_points.c.raw)
    joined = aggregate_order_by(
        func.aggregate_strings(shown, SEPARATOR), contact_points.c.position, contact_points.c.id
    )
    mine = and_(contact_points.c.contact_id == contacts.c.id, contact_points.c.kind == kind)
    return select(joined).where(mine).correlate(contacts).scalar_subquery()


def external_ref() -> Any:
    """The key that a sheet or another system knows the contact by; the first where there are several."""
    mine = and_(external_refs.c.table_name == "contacts", external_refs.c.row_id == contacts.c.id)
    first = select(external_refs.c.ref).where(mine).order_by(external_refs.c.id).limit(1)
    return first.correlate(contacts).scalar_subquery()


def id_or_text_matches(text: str) -> ColumnElement[bool]:
    """Whether the contact's id is `text`, or, where that is no id, part of its name, phone or e-mail."""
    typed = text.strip()
    return contacts.c.id == int(typed) if re.fullmatch(r"\d{1,9}", typed) else text_matches(search_key(text))


def _records(states: Subquery) -> Select[Any]:
    company = contacts.alias("company")
    referrer = contacts.alias("referrer")
    return (
        select(
            contacts.c.id,
            contacts.c.name,
            contacts.c.kind,
            company.c.name.label("company"),
            joined_points("phone").label("phones"),
            joined_points("email").label("emails"),
            contacts.c.city,
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            _joined_tags().label("tags"),
            states.c.state,
            states.c.last_on.label("last_purchase_on"),
            states.c.silent_days,
            states.c.period_days,
            states.c.period_source,
            states.c.purchase_days,
            states.c.revenue,
            states.c.refunds,
            states.c.value.label("yearly_value"),
            states.c.last_touch_on,
            contacts.c.next_contact_on,
            external_ref().label("external_ref"),
            referrer.c.name.label("referred_by"),
            contacts.c.birthday,
            contacts.c.tax_id,
            contacts.c.note,
            contacts.c.extra,
            contacts.c.archived_at.is_not(None).label("archived"),
        )
        .join(states, states.c.contact_id == contacts.c.id)
        .outerjoin(company, and_(company.c.id == contacts.c.company_id, not_deleted(company)))
        .outerjoin(referrer, and_(referrer.c.id == contacts.c.referred_by_id, not_deleted(referrer)))
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
    )


def _searched(wanted: ContactFilter) -> Select[Any] | None:
    """The ids of those the text finds, looked up once for all places of a statement; None without one."""
    key = search_key(wanted.text)
    return select(ids_matching(key).cte().c[0]) if key else None


def _conditions(wanted: ContactFilter, ids: Select[Any] | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    conditions.append(contacts.c.archived_at.is_not(None) if wanted.archived else contacts.c.archived_at.is_(None))
    if ids is not None:
        conditions.append(contacts.c.id.in_(ids))
    if wanted.owner_id is not None:
        conditions.append(contacts.c.owner_id == wanted.owner_id)
    if wanted.channel_id is not None:
        conditions.append(contacts.c.channel_id == wanted.channel_id)
    if wanted.tags is not None:
        tagged = select(contact_tags.c.contact_id).where(contact_tags.c.tag.in_(wanted.tags))
        conditions.append(contacts.c.id.in_(tagged))
    if wanted.cities is not None:
        conditions.append(contacts.c.city.in_(wanted.cities))
    if wanted.has_phone is not None:
        reached = _has_point(contact_points.c.kind == "phone")
        conditions.append(reached if wanted.has_phone else ~reached)
    if wanted.next_by is not None:
        conditions.append(contacts.c.next_contact_on <= wanted.next_by)
    if wanted.among is not None:
        conditions.append(contacts.c.id.in_(wanted.among))
    return conditions


def _is_phone(typed: str, country: str) -> ColumnElement[bool]:
    """Whether a point is that number; what is no number, as it was typed."""
    value, raw = contact_points.c.value, contact_points.c.raw
    return or_(value == (e164(typed, country) or typed), and_(value.is_(None), raw == typed))


def _name_meant(key: str) -> ColumnElement[bool]:
    if not key:
        return false()
    exact = and_(contacts.c.search_key == key, contacts.c.archived_at.is_(None))
    other = contacts.alias("other")
    met = exists().where(other.c.search_key == key, other.c.archived_at.is_(None), not_deleted(other))
    return or_(exact, and_(~met, name_matches(key)))


def _has_point(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a point of the contact's is so: looked up among the points, not for each contact."""
    return contacts.c.id.in_(select(contact_points.c.contact_id).where(condition))


def _joined_tags() -> Any:
    joined = aggregate_order_by(func.aggregate_strings(contact_tags.c.tag, SEPARATOR), contact_tags.c.tag)
    return select(joined).where(contact_tags.c.contact_id == contacts.c.id).correlate(contacts).scalar_subquery()
