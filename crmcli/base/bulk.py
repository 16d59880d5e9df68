"""Many rows at once, by the driver itself: executemany of tuples on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import islice
from typing import Any

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Table, any_, bindparam, text

from crmcli.base.triggers import journaled_at_once

_CHUNK = 5_000

Row = Sequence[Any]


def new_ids(connection: Connection, table: Table, count: int) -> range | list[int]:
    """So many ids for `table` that nobody has or gets, for rows that refer to each other before they are stored."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.execute(query, {"name": table.name, "count": count}).scalars())
    taken = text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name RETURNING seq")
    last = connection.execute(taken, {"name": table.name, "count": count}).scalar()
    if last is None:  # the table has never had a row
        last = count
        first_taken = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :count)")
        connection.execute(first_taken, {"name": table.name, "count": count})
    return range(last - count + 1, last + 1)


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Stores `rows`, tuples in the order of `columns`."""
    converted = _converted(connection, table, columns, rows)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, converted)
    else:
        _executemany(connection, table, columns, converted)


def among(connection: Connection, column: Column[Any]) -> ColumnElement[bool]:
    """Whether the column has one of many values: those that `as_array` gives the parameter "among"."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam("among", type_=ARRAY(column.type)))
    return column.in_(text("SELECT value FROM json_each(:among)"))


def as_array(connection: Connection, values: Sequence[Any]) -> Any:
    """Many values as one parameter of a statement."""
    return list(values) if connection.dialect.name == "postgresql" else json.dumps(values, default=str)


def defer_references(connection: Connection) -> None:
    """Has references between rows checked at commit, so that rows may come in any order."""
    sqlite = connection.dialect.name == "sqlite"
    connection.execute(text("PRAGMA defer_foreign_keys = ON" if sqlite else "SET CONSTRAINTS ALL DEFERRED"))


def _converted(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> Iterable[Row]:
    """The rows as the driver takes them: each value through its column type's own conversion."""
    types = [table.columns[name].type.dialect_impl(connection.dialect) for name in columns]
    processors = [(i, p) for i, t in enumerate(types) if (p := t.bind_processor(connection.dialect))]
    for row in rows:
        values = row if isinstance(row, list) else list(row)
        for index, process in processors:
            if values[index] is not None:
                values[index] = process(values[index])
        yield values


def _executemany(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of our tables
    remaining = iter(rows)
    with closing(connection.connection.cursor()) as cursor:
        while chunk := list(islice(remaining, _CHUNK)):
            with _journaling(connection, table, columns, chunk):
                cursor.executemany(statement, chunk)


def _journaling(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> AbstractContextManager[None]:
    if "id" not in columns:
        return nullcontext()
    place = columns.index("id")
    return journaled_at_once(connection, table, [row[place] for row in rows])


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]) -> None:
    raw: Any = connection.connection.cursor()
    with closing(raw), raw.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
