"""Making two contacts one, and noting that two are not one."""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, exists, func, insert, or_, select, update

from crmcli.actions.contact import tags_of
from crmcli.actions.trash import refuse_deleted
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import (
    channels,
    contact_points,
    contact_tags,
    contacts,
    deals,
    employees,
    external_refs,
    not_duplicates,
    purchases,
    touches,
)
from crmcli.values.text import search_key

MERGE = "contact merge"
"""The command whose operation tells, in its summary, who became part of whom."""

_OTHER = "other {}"
OTHER_NAME = _OTHER.format("name")
"""The custom field in which a merged contact's name is kept; a number follows where there are several."""

_LINKS: dict[str, tuple[str, Table]] = {
    "company_id": ("company", contacts),
    "owner_id": ("owner", employees),
    "channel_id": ("channel", channels),
    "referred_by_id": ("referrer", contacts),
}
_PLAIN = {"birthday": "birthday", "city": "city", "tax_id": "tax id", "next_contact_on": "next contact", "note": "note"}
_TO_ITSELF = ("company_id", "referred_by_id")


def merge(writer: Writer, kept_id: int, merged_id: int) -> None:
    """Moves all that a contact has to another, and removes it.

    The kept contact's own values win; what the other had instead is kept in its custom fields: "other city".
    CrmError where both are the same, or one of them is archived or not there.
    """
    if kept_id == merged_id:
        raise CrmError(f"contact {kept_id} cannot be merged with itself")
    kept, merged = mergeable(writer.connection, kept_id), mergeable(writer.connection, merged_id)
    _fill(writer, kept, merged)
    _move_points(writer, kept_id, merged_id)
    _move_tags(writer, kept_id, merged_id)
    _move_refs(writer, kept_id, merged_id)
    _move_pairs(writer, kept_id, merged_id)
    for table in (touches, deals, purchases):
        _repoint(writer, table, "contact_id", kept_id, merged_id)
    for name in _TO_ITSELF:
        _repoint(writer, contacts, name, kept_id, merged_id)
    writer.connection.execute(delete(contacts).where(contacts.c.id == merged_id))


def mergeable(connection: Connection, contact_id: int) -> Row[Any]:
    """The row of a contact that can be merged. CrmError where it is archived, deleted or not there."""
    refuse_deleted(connection, contact_id)
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).first()
    if row is None:
        raise CrmError(f"there is no contact {contact_id}")
    if row.archived_at is not None:
        raise CrmError(
            f"contact {contact_id} {row.name} is archived: "
            f"crmcli contact archive {contact_id} --restore brings it back, then it can be merged"
        )
    return row


def set_apart(writer: Writer, contact_ids: Iterable[int]) -> int:
    """Notes that these contacts are not one another; how many pairs were not noted so before."""
    wanted = set(combinations(sorted(set(contact_ids)), 2))
    if not wanted:
        raise CrmError("name two contacts or more that are not one another")
    c = not_duplicates.c
    ids = {contact_id for pair in wanted for contact_id in pair}
    known = {(row.contact_a, row.contact_b) for row in writer.connection.execute(_pairs().where(c.contact_a.in_(ids)))}
    for a, b in sorted(wanted - known):
        writer.connection.execute(insert(not_duplicates).values(contact_a=a, contact_b=b))
    return len(wanted - known)


def _fill(writer: Writer, kept: Row[Any], merged: Row[Any]) -> None:
    """Gives the kept contact what only the other has; what both have otherwise becomes custom fields."""
    ours, theirs = _values(kept, merged.id), _values(merged, kept.id)
    filled = {name: value for name, value in theirs.items() if value is not None and ours[name] is None}
    lost = {name: kept._mapping[name] for name in _TO_ITSELF if kept._mapping[name] == merged.id}
    changed = dict.fromkeys(lost) | filled
    extra = _extra(kept.extra, {**_conflicts(writer, ours, theirs), **_names(kept, merged)}, merged.extra)
    if extra != kept.extra:
        changed["extra"] = extra
    if changed:
        writer.connection.execute(update(contacts).where(contacts.c.id == kept.id).values(changed))


def _values(row: Row[Any], other_id: int) -> dict[str, Any]:
    """What the contact has in the columns that may be filled; nothing where it points to the other of the two."""
    values = {name: row._mapping[name] for name in (*_LINKS, *_PLAIN)}
    return {name: None if name in _TO_ITSELF and value == other_id else value for name, value in values.items()}


def _conflicts(writer: Writer, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, str]:
    """What the other contact has instead of the kept one's values: label -> text."""
    differ = [name for name, value in theirs.items() if value is not None and ours[name] not in (None, value)]
    plain = {_PLAIN[name]: str(theirs[name]) for name in differ if name in _PLAIN}
    links = {label: (table, theirs[name]) for name, (label, table) in _LINKS.items() if name in differ}
    return plain | {label: _name(writer, table, row_id) for label, (table, row_id) in links.items()}


def _names(kept: Row[Any], merged: Row[Any]) -> dict[str, str]:
    differ = {"name": merged.name} if kept.search_key != merged.search_key else {}
    return differ | ({"kind": merged.kind} if kept.kind != merged.kind else {})


def _name(writer: Writer, table: Table, row_id: int) -> str:
    return str(writer.connection.execute(select(table.c.name).where(table.c.id == row_id)).scalar_one())


def _extra(ours: Mapping[str, Any], conflicts: Mapping[str, str], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Our custom fields, then theirs that we have not; what differs is told by the field's name: "other size"."""
    fields = dict(ours)
    for name, value in theirs.items():
        if fields.setdefault(name, value) != value:
            _put_beside(fields, name, value)
    for name, value in conflicts.items():
        _put_beside(fields, name, value)
    return fields


def _put_beside(fields: dict[str, Any], name: str, value: Any) -> None:
    """Adds a value under the first free of "other size", "other size 2" ...; nothing where it is there already."""
    beside, number = _OTHER.format(name), 1
    while fields.get(beside, value) != value:
        number += 1
        beside = f"{_OTHER.format(name)} {number}"
    fields[beside] = value


def _move_points(writer: Writer, kept_id: int, merged_id: int) -> None:
    """Points go behind those that the kept contact has; what it has already goes."""
    p, own = contact_points.c, contact_points.alias("own")
    same = func.coalesce(own.c.value, own.c.raw) == func.coalesce(p.value, p.raw)
    known = exists().where(own.c.contact_id == kept_id, own.c.kind == p.kind, same)
    writer.connection.execute(delete(contact_points).where(p.contact_id == merged_id, known))
    last = select(func.coalesce(func.max(p.position), 0)).where(p.contact_id == kept_id)
    behind = writer.connection.execute(last).scalar_one()
    moved = update(contact_points).where(p.contact_id == merged_id)
    writer.connection.execute(moved.values(contact_id=kept_id, position=p.position + behind))


def _move_tags(writer: Writer, kept_id: int, merged_id: int) -> None:
    known = {search_key(name) for name in tags_of(writer, kept_id)}
    double = [name for name in tags_of(writer, merged_id) if search_key(name) in known]
    t = contact_tags.c
    writer.connection.execute(delete(contact_tags).where(t.contact_id == merged_id, t.tag.in_(double)))
    _repoint(writer, contact_tags, "contact_id", kept_id, merged_id)


def _move_refs(writer: Writer, kept_id: int, merged_id: int) -> None:
    """The keys of sheets: the same sheet, imported again, means the kept contact."""
    r, own = external_refs.c, external_refs.alias("own")
    same = exists().where(
        own.c.table_name == contacts.name, own.c.row_id == kept_id, own.c.source == r.source, own.c.ref == r.ref
    )
    mine = (r.table_name == contacts.name, r.row_id == merged_id)
    writer.connection.execute(delete(external_refs).where(*mine, same))
    writer.connection.execute(update(external_refs).where(*mine).values(row_id=kept_id))


def _move_pairs(writer: Writer, kept_id: int, merged_id: int) -> None:
    """Who was not the one is not the other either."""
    c = not_duplicates.c
    both = (kept_id, merged_id)
    rows = writer.connection.execute(_pairs().where(or_(c.contact_a.in_(both), c.contact_b.in_(both))))
    pairs = {row.id: {row.contact_a, row.contact_b} for row in rows}
    known = {frozenset(pair) for pair in pairs.values() if merged_id not in pair}
    for row_id, pair in pairs.items():
        if merged_id not in pair:
            continue
        moved = frozenset(pair - {merged_id} | {kept_id})
        if len(moved) == 1 or moved in known:
            writer.connection.execute(delete(not_duplicates).where(c.id == row_id))
        else:
            values = {"contact_a": min(moved), "contact_b": max(moved)}
            writer.connection.execute(update(not_duplicates).where(c.id == row_id).values(values))


def _pairs() -> Any:
    c = not_duplicates.c
    return select(c.id, c.contact_a, c.contact_b).order_by(c.id)


def _repoint(writer: Writer, table: Table, column: str, kept_id: int, merged_id: int) -> None:
    moved = update(table).where(table.c[column] == merged_id).values({column: kept_id})
    writer.connection.execute(moved)
