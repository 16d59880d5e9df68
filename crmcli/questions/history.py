"""Who changed what and when: operations, the changes of one, and all changes of a contact and what belongs to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, Table, Text, bindparam, func, literal, select, union

from crmcli.schema import (
    changes,
    contact_points,
    contact_tags,
    contacts,
    deals,
    external_refs,
    operations,
    purchase_lines,
    purchases,
    stage_moves,
    touches,
)
from crmcli.schema.columns import BIG
from crmcli.schema.functions import json_value

_OWNED = (contact_points, contact_tags, touches, deals, purchases)
_PARTS = ((stage_moves, "deal_id", deals), (purchase_lines, "purchase_id", purchases))


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What the history is narrowed to; None narrows nothing. `since` is UTC."""

    operation_id: int | None = None
    actor: str | None = None
    since: datetime | None = None


def operations_done(wanted: HistoryFilter) -> Select[Any]:
    """Rows of operation_id, at (UTC), actor, command, summary, undone_by: the operations, the newest first."""
    o = operations.c
    listed = select(o.id.label("operation_id"), o.at, o.actor, o.command, o.summary, o.undone_by)
    return listed.where(*_conditions(wanted)).order_by(o.id.desc())


def changes_done(wanted: HistoryFilter, contact_id: int | None = None) -> Select[Any]:
    """A row a change, of the newest operation first: operation_id, at, actor, command, summary, undone_by, change_id,
    table_name, row_id, action, before, is_last and after.

    `before` and `after` are images of the row, as JSON: `after` that before the row's next change; where there is none
    `is_last` is true, and the row is as the base has it now. With `contact_id`: what belongs or belonged to it.
    """
    c, o, later = changes.c, operations.c, changes.alias("later")
    following = (
        select(later.c.id)
        .where(later.c.row_id == c.row_id, later.c.table_name == c.table_name, later.c.id > c.id)
        .order_by(later.c.id)
        .limit(1)
        .correlate(changes)
        .scalar_subquery()
    )
    following_image = select(later.c.before).where(later.c.id == following).correlate(changes).scalar_subquery()
    statement = (
        select(
            o.id.label("operation_id"),
            o.at,
            o.actor,
            o.command,
            o.summary,
            o.undone_by,
            c.id.label("change_id"),
            c.table_name,
            c.row_id,
            c.action,
            c.before,
            following.is_(None).label("is_last"),
            following_image.label("after"),
        )
        .join(operations, o.id == c.operation_id)
        .where(*_conditions(wanted))
        .order_by(o.id.desc(), c.id)
    )
    if contact_id is None:
        return statement
    rows = rows_of_contact(contact_id)
    return statement.join(rows, (rows.c.row_id == c.row_id) & (rows.c.table_name == c.table_name))


def counted(statement: Select[Any]) -> Select[Any]:
    """How many rows `changes_done` has, without the images of any."""
    return statement.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)


def rows_of_contact(contact_id: int) -> Subquery:
    """Table_name and row_id of the contact's row and of all that belongs to it, or did until it was removed."""
    r = external_refs.c
    own = select(literal(contacts.name, Text).label("table_name"), literal(contact_id, BigInteger).label("row_id"))
    refs = select(r.id).where(r.table_name == contacts.name, r.row_id == contact_id)
    belonging = [_named(table, select(table.c.id).where(table.c.contact_id == contact_id)) for table in _OWNED]
    parts = [
        _named(part, select(part.c.id).join(whole, whole.c.id == part.c[name]).where(whole.c.contact_id == contact_id))
        for part, name, whole in _PARTS
    ]
    return union(own, _named(external_refs, refs), *belonging, *parts, _removed(contact_id)).subquery()


def rows_now(table: Table, ids: list[int]) -> Select[Any]:
    """Those of the rows that the base has."""
    return select(table).where(table.c.id.in_(ids))


def last_image(table: Table, row_id: int) -> Select[Any]:
    """What the journal kept last of a row, as JSON: of one that is no more, what it was. No row where it kept none."""
    c = changes.c
    mine = (c.table_name == table.name, c.row_id == row_id, c.before.is_not(None))
    return select(c.before).where(*mine).order_by(c.id.desc()).limit(1)


def changes_counted_by_table(operation_id: int) -> Select[Any]:
    """Rows of table_name, action, rows: what an operation changed."""
    c = changes.c
    counted = select(c.table_name, c.action, func.count(c.row_id.distinct()).label("rows"))
    return (
        counted.where(c.operation_id == operation_id).group_by(c.table_name, c.action).order_by(c.table_name, c.action)
    )


def change_count(operation_id: int) -> Select[Any]:
    """How many changes an operation made."""
    return select(func.count()).where(changes.c.operation_id == operation_id)


def actors() -> Select[Any]:
    """Everybody who has changed the base."""
    return select(operations.c.actor).distinct()


def _removed(contact_id: int) -> Select[Any]:
    """Rows that are no more and were the contact's: there is an index of removals alone, which are few."""
    c = changes.c
    names = [table.name for table in _OWNED]
    removal = c.action == bindparam("removal", "delete", literal_execute=True)
    whose = json_value(c.before, "contact_id", type_=BIG)
    return select(c.table_name, c.row_id).where(
        removal, c.table_name.in_(names), whose == literal(contact_id, BigInteger)
    )


def _named(table: Table, ids: Select[Any]) -> Select[Any]:
    return ids.with_only_columns(literal(table.name, Text).label("table_name"), table.c.id.label("row_id"))


def _conditions(wanted: HistoryFilter) -> list[Any]:
    o = operations.c
    conditions: list[Any] = []
    if wanted.operation_id is not None:
        conditions.append(o.id == wanted.operation_id)
    if wanted.actor is not None:
        conditions.append(o.actor == wanted.actor)
    if wanted.since is not None:
        conditions.append(o.at >= wanted.since)
    return conditions
