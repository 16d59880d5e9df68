"""Keeping what is kept ready right, in the transaction of the write it follows: rhythms of contacts, sums of months."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Date,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    union,
    union_all,
)

from crmcli.base.bulk import each_of
from crmcli.schema import buyer_months, changes, contact_rhythm, month_totals, purchases, rhythm_counts, touches
from crmcli.schema.columns import BIG
from crmcli.schema.functions import json_value, months_of
from crmcli.schema.months import active_months, buyers_of, totals_of
from crmcli.schema.rhythm import DUE, FIRST_DAY, KINDS, ONCE, PERIOD, counted, rhythm_of

MADE_OF_ROWS: Mapping[Table, Select[Any] | CompoundSelect[Any]] = {
    rhythm_counts: union_all(*(counted(contact_rhythm, kind) for kind in KINDS)),
    month_totals: totals_of(),
    buyer_months: buyers_of(active_months().subquery()),
}
"""What defines the tables of sums, in the order in which they can be made anew once `contact_rhythm` is there."""
_NUMBERED = (
    contact_rhythm.c.archived,
    contact_rhythm.c.purchase_days,
    contact_rhythm.c.last_on,
    contact_rhythm.c.span_days,
    contact_rhythm.c.due_on,
)
_OF_PURCHASES: dict[str, Any] = {"contact_id": BIG, "purchased_on": Date, "kind": Text, "amount": BIG}
"""What the sums of months are made of."""

Row = Any
"""A mapping of names to values."""


def refresh(connection: Connection, operation_id: int) -> None:
    """Brings all that is kept ready up to what an operation has changed."""
    # Listed once: the statements that need them would each look for them in the journal again.
    concerned = connection.execute(contacts_touched_by(operation_id)).scalars().all()
    refresh_rhythm(connection, each_of(connection, concerned))
    if connection.execute(_changed(operation_id).limit(1)).first():
        _add(connection, month_totals, connection.execute(totals_of(*_signed(operation_id))).mappings())
        _add(connection, buyer_months, _buyers_changed(connection.execute(_months_concerned(operation_id))))


def rebuild(connection: Connection) -> None:
    """Makes all of it anew."""
    refresh_rhythm(connection)
    for table in (month_totals, buyer_months):
        _make_anew(connection, table)


def refresh_rhythm(connection: Connection, contact_ids: Any = None) -> None:
    """Writes the rows of the contacts named (a statement or list; all without it) anew from their events."""
    rows = rhythm_of(contact_ids)
    made = insert(contact_rhythm).from_select([c.name for c in rows.selected_columns], rows)
    if contact_ids is None:
        connection.execute(delete(contact_rhythm))
        connection.execute(made)
        _make_anew(connection, rhythm_counts)
        return
    stale = delete(contact_rhythm).where(contact_rhythm.c.contact_id.in_(contact_ids))
    found: Counter[tuple[str, int]] = Counter()
    found.subtract(_numbers(connection.execute(stale.returning(*_NUMBERED))))
    found.update(_numbers(connection.execute(made.returning(*_NUMBERED))))
    _add(
        connection,
        rhythm_counts,
        ({"kind": kind, "number": number, "contacts": count} for (kind, number), count in found.items()),
    )


def contacts_touched_by(operation_id: int) -> CompoundSelect[Any]:
    """The ids of the contacts whose rhythm an operation may have changed, read from its journal."""
    mine = changes.c.operation_id == operation_id
    statements = [select(changes.c.row_id).where(mine, changes.c.table_name == "contacts")]
    for table in (purchases, touches):
        now = (
            select(table.c.contact_id)
            .join(changes, and_(changes.c.row_id == table.c.id, changes.c.table_name == table.name))
            .where(mine, table.c.contact_id.is_not(None))
        )
        owner = json_value(changes.c.before, "contact_id", type_=BIG)
        before = select(owner).where(
            mine, changes.c.table_name == table.name, changes.c.action != "insert", owner.is_not(None)
        )
        statements += [now, before]
    return union(*statements)


def _numbers(rows: Iterable[Any]) -> Iterator[tuple[str, int]]:
    """What `counted` counts, of rows of _NUMBERED."""
    for archived, days, last_on, span_days, due_on in rows:
        if archived or not days:
            continue
        if days == 1:
            yield ONCE, (last_on - FIRST_DAY).days
            continue
        yield PERIOD, span_days // (days - 1)
        if due_on:
            yield DUE, (due_on - FIRST_DAY).days


def _make_anew(connection: Connection, table: Table) -> None:
    rows = MADE_OF_ROWS[table]
    connection.execute(delete(table))
    connection.execute(insert(table).from_select([c.name for c in rows.selected_columns], rows))


def _add(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Adds to the sums of each row's keys; what comes to nothing has no row."""
    keys = _keys(table)
    sums = [column for column in table.c if column.name not in keys and not column.primary_key]
    changed = [dict(row) for row in rows if any(row[column.name] for column in sums)]
    if not changed:
        return
    connection.execute(_adding(connection, table, keys, sums), changed)
    lowered = [{f"of_{key}": row[key] for key in keys} for row in changed if min(row[c.name] for c in sums) < 0]
    if lowered:
        those = [table.c[key] == bindparam(f"of_{key}") for key in keys]
        connection.execute(delete(table).where(*those, *(column == 0 for column in sums)), lowered)


def _adding(connection: Connection, table: Table, keys: list[str], sums: list[Any]) -> Any:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as inserting
    else:
        from sqlalchemy.dialects.sqlite import insert as inserting  # type: ignore[assignment]
    new = inserting(table)
    added = {column.name: column + new.excluded[column.name] for column in sums}
    return new.on_conflict_do_update(index_elements=keys, set_=added)


def _keys(table: Table) -> list[str]:
    (unique,) = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    return [column.name for column in unique.columns]


def _changed(operation_id: int) -> Select[Any]:
    """The ids of the purchases that an operation changed."""
    mine = (changes.c.operation_id == operation_id, changes.c.table_name == purchases.name)
    return select(changes.c.row_id).where(*mine)


def _now(operation_id: int) -> Select[Any]:
    """Those purchases as they are now, as far as they are there."""
    return select(*(purchases.c[name] for name in _OF_PURCHASES)).where(purchases.c.id.in_(_changed(operation_id)))


def _before(operation_id: int) -> Select[Any]:
    """Those purchases as they were before, as far as they were there: told by the first change of each."""
    c = changes.c
    nth = func.row_number().over(partition_by=c.row_id, order_by=c.id).label("nth")
    first = _changed(operation_id).add_columns(c.action, c.before, nth).subquery()
    was = (json_value(first.c.before, name, type_=kind).label(name) for name, kind in _OF_PURCHASES.items())
    return select(*was).where(first.c.nth == 1, first.c.action != "insert")


def _signed(operation_id: int) -> tuple[Any, Any]:
    """The purchases that came and, counted down, those that went; and the column that says which."""
    came = _now(operation_id).add_columns(literal(1).label("times"))
    both = union_all(came, _before(operation_id).add_columns(literal(-1).label("times"))).subquery()
    return both, both.c.times


def _buyers_changed(months: Iterable[Any]) -> Iterator[Row]:
    """What an operation adds to `buyer_months`, of the rows of `_months_concerned`."""
    found: Counter[tuple[int, int, int]] = Counter()
    for _, his in groupby(months, itemgetter(0)):
        rows = list(his)
        if any(now != had for _, _, now, had in rows):
            found.update(_steps([month for _, month, now, _ in rows if now]))
            found.subtract(_steps([month for _, month, _, had in rows if had]))
    for key, buyers in found.items():
        yield dict(zip(("month", "previous_month", "first_month"), key, strict=True), buyers=buyers)


def _steps(months: list[int]) -> Iterator[tuple[int, int, int]]:
    """Each month, the one before it and the first, as `buyers_of` has them of a customer."""
    return zip(months, [0, *months], repeat(months[0] if months else 0), strict=False)


def _months_concerned(operation_id: int) -> Select[Any]:
    """Rows of contact_id, month, now and had, in this order: the months in which the customers concerned have bought
    now, and those in which they had before the operation.
    """
    now, before = _now(operation_id).cte("now"), _before(operation_id).cte("before")
    touched = union(*(select(one.c.contact_id).where(one.c.contact_id.is_not(None)) for one in (now, before)))
    p, changed = purchases.c, purchases.c.id.in_(_changed(operation_id))
    names = ("contact_id", "purchased_on", "kind")
    theirs = select(*(p[name] for name in names), literal(1).label("now"), case((changed, 0), else_=1).label("had"))
    went = select(*(before.c[name] for name in names), literal(0), literal(1))
    both = union_all(theirs.where(p.contact_id.in_(touched)), went).subquery()
    c, month = both.c, months_of(both.c.purchased_on)
    told: list[Any] = [c.contact_id, month.label("month"), func.max(c.now).label("now"), func.max(c.had).label("had")]
    sales = select(*told).where(c.kind == "sale", c.contact_id.is_not(None)).group_by(c.contact_id, month)
    return sales.order_by(c.contact_id, month)
