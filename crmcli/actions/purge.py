"""Erasing the personal data of one contact for good: from its rows, and from what the journal kept of them.

Kinds, dates and amounts stay, so that totals do. Employees of a company keep their link to its nameless row.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, insert, select, update

from crmcli.actions.merge import MERGE
from crmcli.actions.traces import erase_names, images_while_merged
from crmcli.base.shred import overwrite_deleted
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import (
    changes,
    contact_points,
    contact_tags,
    contacts,
    deals,
    external_refs,
    not_duplicates,
    operations,
    purchases,
    touches,
)
from crmcli.schema.columns import BIG
from crmcli.schema.functions import json_value
from crmcli.schema.journal import read_image

_GONE = "[erased]"
_BLANK: Mapping[Table, Mapping[str, Any]] = {
    contacts: {
        "name": _GONE, "search_key": _GONE, "company_id": None, "referred_by_id": None, "birthday": None, "city": None,
        "tax_id": None, "next_contact_on": None, "note": None, "extra": {}, "deleted_reason": None,
    },
    contact_points: {"value": None, "raw": "", "label": ""},
    contact_tags: {"tag": ""},
    external_refs: {"source": "", "ref": ""},
    touches: {"text": None},
    deals: {"title": _GONE, "lost_reason": None},
    purchases: {},
    not_duplicates: {},
}  # fmt: skip
"""What personal data becomes, by table; what has no entry tells nothing of a person."""

_REMOVED = (contact_points, contact_tags, external_refs, not_duplicates)
_TOLD = ("name", "title", "tag", "value", "raw")
"""The columns whose texts the summaries of operations repeat."""

_AT_ONCE = 500


def purge(writer: Writer, contact_id: int) -> None:
    """Erases a contact, in the trash or not, with those who were merged into it; one whom only the journal holds, too.

    The row stays, or comes back, nameless and in the trash, for the amounts that belong to it. `shred` is to follow:
    it overwrites what the base's files keep of what is gone. CrmError where there never was such a contact, it was
    erased already, or it is part of another.
    """
    overwrite_deleted(writer.connection)
    c = contacts.c
    row = writer.connection.execute(select(c.deleted_at, c.purged_at).where(c.id == contact_id)).first()
    if row is None:
        _bring_back_nameless(writer, contact_id)
    elif row.purged_at is not None:
        raise CrmError(f"contact {contact_id} was erased already")
    ids = same_person(writer.connection, contact_id)
    rows = {table: _rows_of(writer, table, ids) for table in _BLANK}
    concerned = _operations_on(writer, rows)
    now = {"purged_at": writer.now, "deleted_at": (row.deleted_at if row else None) or writer.now}
    writer.connection.execute(update(contacts).where(contacts.c.id == contact_id).values(now))
    _blank_rows(writer, contact_id, rows)
    texts = _blank_images(writer, ids, rows)
    _put(writer, images_while_merged(writer.connection, ids))
    erase_names(writer, texts["name"] - {_GONE})
    _blank_summaries(writer, concerned, set().union(*texts.values()))


def same_person(connection: Connection, contact_id: int) -> set[int]:
    """The contact, those that were merged into it and are, and those that were merged into these."""
    into: dict[int, set[int]] = {}
    for merged_id, kept_id in _merges(connection):
        into.setdefault(kept_id, set()).add(merged_id)
    found: set[int] = set()
    waiting = {contact_id}
    while waiting:
        found |= waiting
        waiting = set().union(*(into.get(one, set()) for one in waiting)) - found
    return found


def refuse_merged(connection: Connection, contact_id: int) -> None:
    """CrmError where a contact is part of another: they are erased together."""
    kept = dict(_merges(connection))
    if contact_id in kept:
        kept_id = kept[contact_id]
        raise CrmError(
            f"contact {contact_id} is part of contact {kept_id} since they were merged: "
            f"crmcli contact purge {kept_id} erases both, or take the merge back first"
        )


def _merges(connection: Connection) -> list[tuple[int, int]]:
    """Who is part of whom, (merged, kept), by the merges that stand."""
    o, h = operations.c, changes.c
    merged = (
        select(h.row_id, o.summary)
        .join(changes, h.operation_id == o.id)
        .where(o.command == MERGE, o.undone_by.is_(None), h.table_name == contacts.name, h.action == "delete")
        .where(h.row_id.not_in(select(contacts.c.id)))
        .order_by(h.id)
    )
    told = ((row.row_id, re.findall(r" into (\d+)\b", row.summary)) for row in connection.execute(merged))
    return [(row_id, int(kept[-1])) for row_id, kept in told if kept]


def _bring_back_nameless(writer: Writer, contact_id: int) -> None:
    """Gives one whom only the journal holds a row without a name, on which it is seen that it was erased."""
    refuse_merged(writer.connection, contact_id)
    h = changes.c
    images = select(h.before).where(h.table_name == contacts.name, h.row_id == contact_id, h.before.is_not(None))
    image = writer.connection.execute(images.order_by(h.id.desc()).limit(1)).scalar()
    if image is None:
        raise CrmError(f"there is no contact {contact_id}")
    kept = read_image(contacts, image)
    values = {"id": contact_id, "name": _GONE, "search_key": _GONE, "extra": {}}
    writer.connection.execute(insert(contacts).values(values | {name: kept[name] for name in ("kind", "created_at")}))


def _rows_of(writer: Writer, table: Table, ids: set[int]) -> set[int]:
    """The ids of the rows that are the contact's, or were when the journal kept an image of them."""
    now = select(table.c.id).where(_belongs(table, ids))
    before = select(changes.c.row_id).where(changes.c.table_name == table.name, _belonged(table, ids))
    return {*writer.connection.execute(now).scalars(), *writer.connection.execute(before).scalars()}


def _belongs(table: Table, ids: set[int]) -> ColumnElement[bool]:
    if table is external_refs:
        return (external_refs.c.table_name == contacts.name) & external_refs.c.row_id.in_(ids)
    condition: ColumnElement[bool] = table.c[_owners(table)[0]].in_(ids)
    for other in _owners(table)[1:]:
        condition |= table.c[other].in_(ids)
    return condition


def _belonged(table: Table, ids: set[int]) -> ColumnElement[bool]:
    """The same of an image in `changes`."""
    if table is contacts:
        return changes.c.row_id.in_(ids)
    if table is external_refs:
        of_contact = changes.c.before.contains(f'"{contacts.name}"')
        return of_contact & json_value(changes.c.before, "row_id", type_=BIG).in_(ids)
    condition: ColumnElement[bool] = json_value(changes.c.before, _owners(table)[0], type_=BIG).in_(ids)
    for other in _owners(table)[1:]:
        condition |= json_value(changes.c.before, other, type_=BIG).in_(ids)
    return condition


def _owners(table: Table) -> tuple[str, ...]:
    """The columns that say whose a row is."""
    if table is contacts:
        return ("id",)
    return ("contact_a", "contact_b") if table is not_duplicates else ("contact_id",)


def _operations_on(writer: Writer, rows: Mapping[Table, set[int]]) -> set[int]:
    """The operations that changed any of the rows."""
    found: set[int] = set()
    for table, ids in rows.items():
        for some in _in_parts(ids):
            of_table = (changes.c.table_name == table.name, changes.c.row_id.in_(some))
            found |= set(
                writer.connection.execute(select(changes.c.operation_id).where(*of_table).distinct()).scalars()
            )
    return found


def _blank_rows(writer: Writer, contact_id: int, rows: Mapping[Table, set[int]]) -> None:
    for table in _REMOVED:
        for some in _in_parts(rows[table]):
            mine = (table.c.id.in_(some), _belongs(table, {contact_id}))
            writer.connection.execute(delete(table).where(*mine))
    for table in (contacts, touches, deals):
        values = {name: value for name, value in _BLANK[table].items() if name not in {"name", "search_key"}}
        if table is contacts:
            values |= {"name": f"Erased {contact_id}", "search_key": f"erased {contact_id}"}
        writer.connection.execute(update(table).where(_belongs(table, {contact_id})).values(values))


def _blank_images(writer: Writer, ids: set[int], rows: Mapping[Table, set[int]]) -> dict[str, set[str]]:
    """Takes personal data out of the journal's images of the rows; the texts that others may repeat, by column."""
    told: dict[str, set[str]] = {name: set() for name in _TOLD}
    for table, blank in _BLANK.items():
        if blank:
            images = _images(writer, table, rows[table], ids)
            for name, texts in told.items():
                texts |= {str(image[name]) for image in images.values() if image.get(name)}
            _put(writer, {key: image | {k: v for k, v in blank.items() if k in image} for key, image in images.items()})
    return told


def _images(writer: Writer, table: Table, row_ids: set[int], ids: set[int]) -> dict[int, dict[str, Any]]:
    """The images of rows while they were the contact's, and of those that are so now or were to their end."""
    owner = "row_id" if table is external_refs else _owners(table)[0]
    found: dict[int, dict[str, Any]] = {}
    last: dict[int, int] = {}
    of_table = (changes.c.table_name == table.name, changes.c.before.is_not(None))
    for some in _in_parts(row_ids):
        kept = (
            select(changes.c.id, changes.c.before).where(*of_table, changes.c.row_id.in_(some)).order_by(changes.c.id)
        )
        for row in writer.connection.execute(kept):
            found[row.id] = json.loads(row.before)
            last[found[row.id]["id"]] = found[row.id][owner]
        now = select(table.c.id, table.c[owner]).where(table.c.id.in_(some))
        last |= {row.id: row[1] for row in writer.connection.execute(now)}
    return {key: image for key, image in found.items() if image[owner] in ids or last[image["id"]] in ids}


def _put(writer: Writer, images: Mapping[int, Mapping[str, Any]]) -> None:
    """Stores images of the journal anew, each with the mark that undo knows."""
    texts = {key: json.dumps({"erased": True, **image}, ensure_ascii=False) for key, image in images.items()}
    if texts:
        image_of = update(changes).where(changes.c.id == bindparam("change")).values(before=bindparam("image"))
        writer.connection.execute(image_of, [{"change": key, "image": text} for key, text in texts.items()])


def _blank_summaries(writer: Writer, operation_ids: set[int], told: set[str]) -> None:
    """Takes the texts out of what the operations say of themselves."""
    words = sorted(filter(None, told), key=len, reverse=True)
    if not words:
        return
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    o = operations.c
    for some in _in_parts(operation_ids):
        for row in writer.connection.execute(select(o.id, o.summary).where(o.id.in_(some))).all():
            if (summary := pattern.sub(_GONE, row.summary)) != row.summary:
                writer.connection.execute(update(operations).where(o.id == row.id).values(summary=summary))


def _in_parts(ids: Iterable[int]) -> Iterable[list[int]]:
    listed = sorted(ids)
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))
