"""What merges leave of a contact with others: in what the journal kept of these, and among their custom fields."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, cast, func, or_, select, update

from crmcli.actions.merge import MERGE
from crmcli.base.writing import Writer
from crmcli.schema import changes, contacts, operations
from crmcli.values.text import search_key

Image = dict[str, Any]

_NAME_OF_ANOTHER = re.compile(r"(other )+(company|referrer)( \d+)*")
"""Custom fields in which a merge keeps the name of a third contact."""


@dataclass(frozen=True, slots=True)
class _While:
    """A contact had another merged into it from the change `first` to the change `last`; `first` kept what it was."""

    contact_id: int
    first: int
    last: int


def images_while_merged(connection: Connection, ids: Collection[int]) -> dict[int, Image]:
    """Images of other contacts that had one of `ids` merged into them for a while, by the ids of the changes.

    Each is as if that had not been: what the contact was before, and is again since the merge was taken back.
    """
    found: dict[int, Image] = {}
    for span in sorted(_spans(connection, ids), key=lambda span: span.first):
        kept = _images_of(connection, span)
        before = found.get(span.first, kept[span.first])
        found |= {change: before for change, image in kept.items() if found.get(change, image) != before}
    return found


def erase_names(writer: Writer, names: Collection[str]) -> None:
    """Takes away what a merge noted of a third contact by its name: "other referrer", also from the journal."""
    keys = {search_key(name) for name in names}
    live = cast(contacts.c.extra, Text)
    for row in writer.connection.execute(select(contacts.c.id, contacts.c.extra).where(_notes_names(live))).all():
        if (extra := _without(row.extra, keys)) != row.extra:
            writer.connection.execute(update(contacts).where(contacts.c.id == row.id).values(extra=extra))
    c = changes.c
    kept = select(c.id, c.before).where(c.table_name == contacts.name, _notes_names(c.before))
    for row in writer.connection.execute(kept).all():
        image = json.loads(row.before)
        if (extra := _without(image["extra"], keys)) != image["extra"]:
            text = json.dumps(image | {"extra": extra}, ensure_ascii=False)
            writer.connection.execute(update(changes).where(c.id == row.id).values(before=text))


def _spans(connection: Connection, ids: Collection[int]) -> list[_While]:
    """While one of `ids` was part of another, and while that one was part of a third."""
    found: list[_While] = []
    waiting = [_While(one, _first_merge(connection, one), _last_change(connection)) for one in ids]
    while waiting:
        mine = waiting.pop()
        for gone_in, back_in in _absences(connection, mine):
            for other, first in _changed_contacts(connection, gone_in):
                if other not in ids:
                    span = _While(other, first, _last_change(connection, back_in))
                    found.append(span)
                    waiting.append(span)
    return found


def _first_merge(connection: Connection, contact_id: int) -> int:
    """The change before the first that merged the contact into another; beyond all changes where none did."""
    c = changes.c
    merged = (
        select(func.min(c.id))
        .join(operations, operations.c.id == c.operation_id)
        .where(
            c.table_name == contacts.name, c.row_id == contact_id, c.action == "delete", operations.c.command == MERGE
        )
    )
    first = connection.execute(merged).scalar()
    return _last_change(connection) if first is None else int(first) - 1


def _last_change(connection: Connection, operation_id: int | None = None) -> int:
    mine = () if operation_id is None else (changes.c.operation_id == operation_id,)
    return int(connection.execute(select(func.coalesce(func.max(changes.c.id), 0)).where(*mine)).scalar_one())


def _absences(connection: Connection, span: _While) -> Iterator[tuple[int, int]]:
    """The operations that removed the contact and brought it back, in pairs."""
    c = changes.c
    mine = (c.table_name == contacts.name, c.row_id == span.contact_id, c.id > span.first, c.id <= span.last)
    came_or_went = select(c.operation_id, c.action).where(*mine, c.action != "update").order_by(c.id)
    gone_in = None
    for row in connection.execute(came_or_went).all():
        if row.action == "delete":
            gone_in = row.operation_id
        elif gone_in is not None:
            yield gone_in, row.operation_id
            gone_in = None


def _changed_contacts(connection: Connection, operation_id: int) -> list[tuple[int, int]]:
    """The contacts that an operation changed, each with the first of its changes."""
    c = changes.c
    mine = (c.operation_id == operation_id, c.table_name == contacts.name, c.action == "update")
    rows = connection.execute(select(c.row_id, func.min(c.id)).where(*mine).group_by(c.row_id))
    return [(row[0], row[1]) for row in rows]


def _images_of(connection: Connection, span: _While) -> dict[int, Image]:
    c = changes.c
    mine = (c.table_name == contacts.name, c.row_id == span.contact_id, c.id >= span.first, c.id <= span.last)
    kept = connection.execute(select(c.id, c.before).where(*mine, c.before.is_not(None)))
    return {row.id: json.loads(row.before) for row in kept}


def _notes_names(text: Any) -> Any:
    return or_(*(text.contains(f"other {word}") for word in ("company", "referrer")))


def _without(fields: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    """The custom fields but those that note one of the names, given as search keys."""
    return {
        field: value
        for field, value in fields.items()
        if not (_NAME_OF_ANOTHER.fullmatch(field) and search_key(str(value)) in keys)
    }
