"""Rows of every journaled table, and what is in them: for tests of what holds for all tables alike."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Table, Text, Time, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB

from crmcli.base.opening import Base
from crmcli.base.rollup import MADE_OF_ROWS, rebuild
from crmcli.base.writing import Writer, reading, writing
from crmcli.schema import JOURNALED, contact_rhythm, contacts

AWKWARD = "Ёлка \"и\" 'Co'\t\\t\r\n\\N %s :x {} \u2028😀"
"""Text that quoting, copying or encoding in a wrong way would change."""

_CHECKED = {
    "contacts.kind": "person",
    "stages.kind": "open",
    "touches.direction": "in",
    "purchases.kind": "sale",
}
_BY_TYPE: tuple[tuple[type, Any], ...] = (
    (Boolean, False),
    (DateTime, datetime.fromisoformat("2026-01-02T03:04:05.678900")),
    (Date, date(2026, 1, 2)),
    (Time, time(3, 4, 5)),
    (JSON, {"поле": AWKWARD, "n": 2**60, "list": [1, None, True]}),
    (JSONB, {"поле": AWKWARD, "n": 2**60, "list": [1, None, True]}),
    (Text, AWKWARD),
)


def row_for(table: Table, ids: dict[str, int]) -> dict[str, Any]:
    """A row of a table with every column filled; references go to `ids`, by table."""
    return {column.name: _value(column, ids) for column in table.columns if column.name != "id"}


def add_one_of_each(writer: Writer) -> dict[str, int]:
    """Stores a row in every journaled table, parents first, and returns their ids by table."""
    ids: dict[str, int] = {}
    for table in JOURNALED:
        row = row_for(table, ids)
        if table.name == "not_duplicates":
            row["contact_b"] = _inserted(writer, contacts, row_for(contacts, ids))
        ids[table.name] = _inserted(writer, table, row)
    return ids


def add_contact(writer: Writer, name: str = "Anna", **fields: Any) -> int:
    """Stores a contact and returns its id."""
    row = {"kind": "person", "name": name, "search_key": name.casefold(), "extra": {}, "created_at": writer.now}
    return _inserted(writer, contacts, row | fields)


def content(base: Base, tables: Iterable[Table] = JOURNALED) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table, in the order of their ids."""
    with reading(base) as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).all()
            ]
            for table in tables
        }


def rhythm(base: Base) -> list[tuple[Any, ...]]:
    """The rollup as it is kept."""
    return content(base, [contact_rhythm])["contact_rhythm"]


def rebuilt_rhythm(base: Base) -> list[tuple[Any, ...]]:
    """The rollup made anew from all events; the base keeps what it has."""
    with writing(base, "rebuild", "test", keep=False) as writer:
        rebuild(writer.connection)
        query = select(contact_rhythm).order_by(contact_rhythm.c.contact_id)
        return [tuple(row) for row in writer.connection.execute(query).all()]


def sums(base: Base) -> dict[str, list[Any]]:
    """The other tables that are kept ready, as they are."""
    with reading(base) as connection:
        return _sums(connection)


def rebuilt_sums(base: Base) -> dict[str, list[Any]]:
    """The same made anew; the base keeps what it has."""
    with writing(base, "rebuild", "test", keep=False) as writer:
        rebuild(writer.connection)
        return _sums(writer.connection)


def _sums(connection: Connection) -> dict[str, list[Any]]:
    """Without their ids, which say only when a row came."""
    return {
        table.name: sorted(
            tuple(row) for row in connection.execute(select(*(table.c[c.name] for c in rows.selected_columns)))
        )
        for table, rows in MADE_OF_ROWS.items()
    }


def count(base: Base, table: Table) -> int:
    """How many rows a table has."""
    with reading(base) as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _inserted(writer: Writer, table: Table, row: dict[str, Any]) -> int:
    return int(writer.connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())


def _value(column: Column[Any], ids: dict[str, int]) -> Any:
    for key in column.foreign_keys:
        return ids.get(key.column.table.name)
    if checked := _CHECKED.get(str(column)):
        return checked
    return next((value for kind, value in _BY_TYPE if isinstance(column.type, kind)), 7)
