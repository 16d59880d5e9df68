"""Adding, changing, tagging and archiving contacts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from crmcli.actions.trash import told
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import contact_points, contact_tags, contacts, not_deleted
from crmcli.values.points import Point
from crmcli.values.text import search_key


def add(writer: Writer, name: str, kind: str, points: Sequence[Point] = (), **fields: Any) -> int:
    """Adds a contact and returns its id; `fields` are columns of `contacts`. CrmError where the name is empty."""
    row = {"name": _name(name), "search_key": search_key(name), "kind": kind, "created_at": writer.now, "extra": {}}
    made = insert(contacts).values(row | fields).returning(contacts.c.id)
    contact_id = int(writer.connection.execute(made).scalar_one())
    add_points(writer, contact_id, points)
    return contact_id


def edit(writer: Writer, contact_id: int, changed: Mapping[str, Any], extra: Mapping[str, str]) -> None:
    """Changes columns of a contact; `extra`: custom fields, an empty text takes one away."""
    values = dict(changed)
    if "name" in values:
        values |= {"name": _name(values["name"]), "search_key": search_key(values["name"])}
    if extra:
        present = writer.connection.execute(select(contacts.c.extra).where(contacts.c.id == contact_id)).scalar_one()
        values["extra"] = {field: text for field, text in {**present, **extra}.items() if text}
    if contact_id in (values.get("company_id"), values.get("referred_by_id")):
        raise CrmError("a contact cannot be its own company or referrer")
    if values:
        writer.connection.execute(update(contacts).where(contacts.c.id == contact_id).values(values))


def add_points(writer: Writer, contact_id: int, points: Iterable[Point]) -> None:
    """Adds phones, e-mails and the like behind those the contact has; what it has already is left alone."""
    c = contact_points.c
    mine = writer.connection.execute(select(c.kind, c.value, c.raw, c.position).where(c.contact_id == contact_id)).all()
    known = {(row.kind, row.value or row.raw) for row in mine}
    position = max((row.position for row in mine), default=0)
    for point in points:
        if (point.kind, point.value or point.raw) not in known and point.raw:
            known.add((point.kind, point.value or point.raw))
            position += 1
            row = {"kind": point.kind, "value": point.value, "raw": point.raw, "label": point.label}
            writer.connection.execute(insert(contact_points).values(contact_id=contact_id, position=position, **row))


def drop_point(writer: Writer, contact_id: int, texts: Sequence[str]) -> None:
    """Takes a phone or e-mail away, given as typed or in its normal form. CrmError where the contact has none such."""
    mine = contact_points.c.contact_id == contact_id
    met = or_(contact_points.c.value.in_(texts), contact_points.c.raw.in_(texts))
    if not writer.connection.execute(delete(contact_points).where(mine, met)).rowcount:
        raise CrmError(f"contact {contact_id} has no phone or e-mail {texts[0]!r}")


def tag(writer: Writer, contact_id: int, tags: Iterable[str]) -> list[str]:
    """Adds tags and returns those it did not have; case does not count."""
    present = {search_key(name) for name in tags_of(writer, contact_id)}
    added = []
    for name in tags:
        cleaned = " ".join(name.split())
        if cleaned and search_key(cleaned) not in present:
            present.add(search_key(cleaned))
            added.append(cleaned)
            writer.connection.execute(insert(contact_tags).values(contact_id=contact_id, tag=cleaned))
    return added


def untag(writer: Writer, contact_id: int, tags: Iterable[str]) -> list[str]:
    """Takes tags away and returns those it had; case does not count."""
    wanted = {search_key(name) for name in tags}
    removed = [name for name in tags_of(writer, contact_id) if search_key(name) in wanted]
    c = contact_tags.c
    writer.connection.execute(delete(contact_tags).where(c.contact_id == contact_id, c.tag.in_(removed)))
    return removed


def tags_of(writer: Writer, contact_id: int) -> list[str]:
    """The contact's tags."""
    c = contact_tags.c
    return list(writer.connection.execute(select(c.tag).where(c.contact_id == contact_id).order_by(c.tag)).scalars())


def archive(writer: Writer, contact_id: int, *, archived: bool) -> None:
    """Hides a contact from lists and questions, or brings it back; nothing of it is lost."""
    values = {"archived_at": writer.now if archived else None}
    writer.connection.execute(update(contacts).where(contacts.c.id == contact_id).values(values))


def company_named(writer: Writer, name: str) -> int:
    """The id of the company of that name, which is added where there is none. CrmError where it is in the trash."""
    c = contacts.c
    named = select(func.min(c.id)).where(c.search_key == search_key(name), c.kind == "company")
    found = writer.connection.execute(named.where(c.archived_at.is_(None), not_deleted())).scalar()
    if found is None and (deleted := writer.connection.execute(named.where(~not_deleted())).scalar()) is not None:
        raise CrmError(f"{name} is a company that was deleted; {told(deleted, erased=False)}")
    return int(found) if found is not None else add(writer, name, "company")


def _name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise CrmError("a contact needs a name: this one is empty")
    return cleaned
