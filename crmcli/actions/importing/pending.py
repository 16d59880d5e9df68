"""Rows on their way into the base: numbered provisionally, and stored together at the end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, bindparam, update

from crmcli.base.bulk import among, as_array, insert_columns, new_ids
from crmcli.schema import JOURNALED, external_refs

_ASKED_AT_ONCE = 5_000


class Pending:
    """Rows by table. A row that others refer to has a number, below zero, until it gets its id.

    Changes of rows that the base has wait here as well: they may refer to new rows.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._last: dict[Table, int] = defaultdict(int)
        self._ids: dict[str, dict[int, int]] = defaultdict(dict)
        self._changes: list[tuple[Table, int, dict[str, Any]]] = []

    def new_id(self, table: Table) -> int:
        """A number for a row that is taken later."""
        self._last[table] -= 1
        return self._last[table]

    def add(self, table: Table, **row: Any) -> int:
        """Takes a row; its number."""
        row["id"] = row_id = self.new_id(table)
        self.take(table, row)
        return row_id

    def take(self, table: Table, row: dict[str, Any]) -> None:
        """Takes a row that has its number, or needs none. Every row of a table comes with the same columns."""
        self._rows[table].append(row)

    def change(self, table: Table, row_id: int, changed: dict[str, Any]) -> None:
        """Takes the new values of some columns of a row that the base has."""
        self._changes.append((table, row_id, changed))

    def store(self) -> None:
        """Gives every row its id, in the order in which they came, and stores them, parents before children."""
        given = {table: new_ids(self._connection, table, len(rows)) for table, rows in self._rows.items()}
        for table, ids in given.items():
            if table in self._last:
                numbers = map(itemgetter("id"), self._rows[table])
                self._ids[table.name] = dict(zip(numbers, ids, strict=True))
        for table in JOURNALED:
            if rows := self._rows.pop(table, []):
                insert_columns(self._connection, table, self._final_columns(table, rows) | {"id": given[table]})
        self._store_changes()

    def _final_columns(self, table: Table, rows: list[dict[str, Any]]) -> dict[str, Sequence[Any]]:
        """The rows' values by column, with ids in place of the numbers: what `final` does, for very many."""
        by_column = zip(*map(itemgetter(*rows[0]), rows), strict=True)
        final: dict[str, Sequence[Any]] = dict(zip(rows[0], by_column, strict=True))
        for name, target in _REFERENCES[table.name].items():
            if name in final and (ids := self._ids[target]):
                final[name] = [ids[n] if n is not None and n < 0 else n for n in final[name]]
        if table is external_refs:
            named = zip(final["table_name"], final["row_id"], strict=True)
            final["row_id"] = [self._ids[of].get(n, n) for of, n in named]
        return final

    def _store_changes(self) -> None:
        alike: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for table, row_id, changed in self._changes:
            alike[table, tuple(changed)].append({"changed_id": row_id, **self.final(table, changed)})
        for (table, columns), rows in alike.items():
            values: dict[str, Any] = {name: bindparam(name) for name in columns}
            statement = update(table).where(table.c.id == bindparam("changed_id")).values(values)
            self._connection.execute(statement, rows)

    def final_id(self, table: Table, row_id: int) -> int:
        """The id that a row has now that it is stored; one that the base gave is its own."""
        return self._ids[table.name].get(row_id, row_id)

    def final(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """The row with the ids, its own and those it refers to, in place of the numbers."""
        of = {"id": table.name, **_REFERENCES[table.name]}
        if table is external_refs:
            of["row_id"] = row["table_name"]
        return row | {name: self._ids[of[name]].get(row[name], row[name]) for name in of if row.get(name) is not None}


_REFERENCES = {
    table.name: {key.parent.name: key.column.table.name for key in table.foreign_keys} for table in JOURNALED
}


def ref_row(table: Table, row_id: int, source: str, ref: str) -> dict[str, Any]:
    """The row of the key that a row of a table has in a system."""
    return {"table_name": str(table.name), "row_id": row_id, "source": source, "ref": ref}


def completed(held: Mapping[str, Any], said: Mapping[str, Any], *, over: bool) -> dict[str, Any]:
    """What changes of a row that holds `held`, where a sheet says `said`: what is empty, or, `over`, what differs."""
    return {
        name: value
        for name, value in said.items()
        if value is not None and (held[name] is None or (over and held[name] != value))
    }


def looked_up(
    connection: Connection, statement: Select[Any], column: Column[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """The rows of a statement whose column has one of the values, however many there are."""
    wanted: Sequence[Any] = sorted(set(values))
    if not wanted:
        return
    chosen = statement.where(among(connection, column))
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        yield from connection.execute(chosen, {"among": as_array(connection, wanted[start : start + _ASKED_AT_ONCE])})
