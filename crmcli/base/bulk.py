"""Many rows at once, by the driver itself: executemany of tuples on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from itertools import islice
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, ColumnElement, Connection, Table, any_, bindparam, func, select, text
from sqlalchemy.types import TypeEngine

from crmcli.base.triggers import journaled_at_once

_CHUNK = 5_000

Row = Sequence[Any]
Columns = Mapping[str, Sequence[Any]]
"""The values of some rows, by column."""


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
    remaining = iter(rows)
    while chunk := list(islice(remaining, _CHUNK)):
        insert_columns(connection, table, dict(zip(columns, zip(*chunk, strict=True), strict=True)))


def insert_columns(connection: Connection, table: Table, columns: Columns) -> None:
    """Stores the rows whose values those are; there is at least one."""
    store = _copy if connection.dialect.name == "postgresql" else _executemany
    store(connection, table, _converted(connection, table, columns))


def among(connection: Connection, column: Column[Any]) -> ColumnElement[bool]:
    """Whether the column has one of many values: those that `as_array` gives the parameter "among"."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam("among", type_=ARRAY(column.type)))
    return column.in_(text("SELECT value FROM json_each(:among)"))


def each_of(connection: Connection, ids: Sequence[int]) -> Any:
    """A statement of these ids, for a statement that names them in several places."""
    if connection.dialect.name == "postgresql":
        return select(func.unnest(bindparam(None, list(ids), type_=ARRAY(BigInteger))))
    return text("SELECT value FROM json_each(:ids)").bindparams(ids=json.dumps(list(ids)))


def as_array(connection: Connection, values: Sequence[Any]) -> Any:
    """Many values as one parameter of a statement."""
    return list(values) if connection.dialect.name == "postgresql" else json.dumps(values, default=str)


def defer_references(connection: Connection) -> None:
    """Has references between rows checked at commit, so that rows may come in any order."""
    sqlite = connection.dialect.name == "sqlite"
    connection.execute(text("PRAGMA defer_foreign_keys = ON" if sqlite else "SET CONSTRAINTS ALL DEFERRED"))


def _converted(connection: Connection, table: Table, columns: Columns) -> Columns:
    """The columns as the driver takes them: each value through its column type's own conversion."""
    return {name: _as_stored(connection, table.columns[name].type, values) for name, values in columns.items()}


def _as_stored(connection: Connection, kind: TypeEngine[Any], values: Sequence[Any]) -> Sequence[Any]:
    process = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if process is None:
        return values
    if values[0] is not None and values.count(values[0]) == len(values):
        return [process(values[0])] * len(values)
    return [None if value is None else process(value) for value in values]


def _executemany(connection: Connection, table: Table, columns: Columns) -> None:
    told = {name: values for name, values in columns.items() if not _is_left_out(table.columns[name], values)}
    marks = ", ".join("?" * len(told))
    statement = f"INSERT INTO {table.name} ({', '.join(told)}) VALUES ({marks})"  # noqa: S608 - names of our tables
    with closing(connection.connection.cursor()) as cursor, _journaling(connection, table, columns.get("id")):
        rows: Any = zip(*told.values(), strict=True)
        cursor.executemany(statement, rows)


def _is_left_out(column: Column[Any], values: Sequence[Any]) -> bool:
    """Whether the values are what the engine puts there unasked: to hand over a null takes the driver a microsecond."""
    return column.nullable is True and column.server_default is None and values.count(None) == len(values)


def _journaling(connection: Connection, table: Table, ids: Sequence[int] | None) -> AbstractContextManager[None]:
    return nullcontext() if ids is None else journaled_at_once(connection, table, ids)


def _copy(connection: Connection, table: Table, columns: Columns) -> None:
    raw: Any = connection.connection.cursor()
    with closing(raw), raw.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in zip(*columns.values(), strict=True):
            copy.write_row(row)
