"""What a base holds, told in a few words that are the same for the same rows on both engines."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, inspect, select

from crmcli.schema import METADATA, changes, current_operation

EVERYTHING = tuple(table for table in METADATA.sorted_tables if table is not current_operation)
"""All that a base keeps: what users entered, the journal, and what is kept ready."""

_AT_ONCE = 5_000
_FROM_JSON: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
}
"""What the two engines spell differently where they write a row as JSON."""
_WRITE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode


@dataclass(frozen=True, slots=True)
class Content:
    """Rows of each table, and a digest of all of them: 64 hexadecimal digits."""

    counts: dict[str, int]
    digest: str


def content_of(connection: Connection, tables: Iterable[Table] = EVERYTHING) -> Content:
    """What the base holds in `tables`, as far as it has them: rows in the order of their keys.

    An older base has fewer columns: its digest is that of those it has.
    """
    whole, counts = sha256(), {}
    for table, columns in _present(connection, tables):
        own, count = sha256(), 0
        for rows in _rows(connection, table, columns):
            own.update(f"{_WRITE(rows)[1:-1]},".encode())
            count += len(rows)
        counts[table.name] = count
        whole.update(f"{table.name} {','.join(columns)} {count} {own.hexdigest()}\n".encode())
    return Content(counts, whole.hexdigest())


def _present(connection: Connection, tables: Iterable[Table]) -> Iterator[tuple[Table, list[str]]]:
    """The tables that the base has, by name, each with those of its columns that the base has."""
    found = {name: {column["name"] for column in columns} for (_, name), columns in _columns(connection).items()}
    for table in sorted(tables, key=lambda table: table.name):
        if table.name in found:
            yield table, sorted(found[table.name].intersection(table.columns.keys()))


def _columns(connection: Connection) -> Any:
    return inspect(connection).get_multi_columns()


def _rows(connection: Connection, table: Table, columns: list[str]) -> Iterator[list[Any]]:
    """The rows, some at a time."""
    query = select(*(table.columns[name] for name in columns)).order_by(*table.primary_key.columns)
    images = (columns.index("table_name"), columns.index("before")) if table is changes else None
    for part in connection.execute(query.execution_options(yield_per=_AT_ONCE)).partitions():
        yield [_with_image(row, *images) for row in part] if images else list(map(tuple, part))


def _with_image(row: Any, table_at: int, image_at: int) -> tuple[Any, ...]:
    """A row of the journal with the row that it keeps, spelled as both engines spell it."""
    if row[image_at] is None or row[table_at] not in METADATA.tables:
        return tuple(row)
    types = {column.name: column.type.python_type for column in METADATA.tables[row[table_at]].columns}
    image = {
        name: _FROM_JSON[types[name]](value) if value is not None and types.get(name) in _FROM_JSON else value
        for name, value in json.loads(row[image_at]).items()
    }
    return *row[:image_at], image, *row[image_at + 1 :]
