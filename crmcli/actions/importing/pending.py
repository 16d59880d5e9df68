"""Rows on their way into the base: they have their ids, and are stored together at the end."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table

from crmcli.base.bulk import insert_rows, new_ids
from crmcli.schema import JOURNALED

_IDS_AT_ONCE = 1_000
_ASKED_AT_ONCE = 5_000


class Pending:
    """Rows by table. Whoever adds one gets the id that it will have."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._ids: dict[Table, Iterator[int]] = {}

    def add(self, table: Table, **row: Any) -> int:
        """Takes a row, whose columns are the same for every row of the table; its id."""
        row_id = self.new_id(table)
        self.take(table, {"id": row_id, **row})
        return row_id

    def take(self, table: Table, row: dict[str, Any]) -> None:
        """Takes a row that has its id."""
        self._rows[table].append(row)

    def store(self) -> None:
        """Stores all rows, parents before children."""
        for table in JOURNALED:
            if rows := self._rows.pop(table, None):
                columns = list(rows[0])
                insert_rows(self._connection, table, columns, ([row[name] for name in columns] for row in rows))

    def new_id(self, table: Table) -> int:
        """An id for a row that is taken later."""
        while True:
            row_id = next(self._ids.get(table, iter(())), None)
            if row_id is not None:
                return row_id
            self._ids[table] = self._more_ids(table)

    def _more_ids(self, table: Table) -> Iterator[int]:
        if self._connection.dialect.name == "postgresql":
            return iter(new_ids(self._connection, table, _IDS_AT_ONCE))
        return _counted_from(new_ids(self._connection, table, 1)[0])


def looked_up(
    connection: Connection, statement: Select[Any], column: Column[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """The rows of a statement whose column has one of the values, however many there are."""
    wanted: Sequence[Any] = sorted(set(values))
    for start in range(0, len(wanted), _ASKED_AT_ONCE):
        yield from connection.execute(statement.where(column.in_(wanted[start : start + _ASKED_AT_ONCE])))


def _counted_from(first: int) -> Iterator[int]:
    while True:
        yield first
        first += 1
