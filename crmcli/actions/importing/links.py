"""What rows of a file say of each other by keys: the row meant may come later, so it is looked for at the end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, select

from crmcli.actions.importing.pending import Pending, looked_up, ref_row
from crmcli.base.mark import own_id
from crmcli.schema import external_refs
from crmcli.values.records import (
    ContactRecord,
    DealRecord,
    OtherKey,
    ProductRecord,
    PurchaseRecord,
    Record,
    TouchRecord,
)

_TABLES: dict[type, str] = {
    ContactRecord: "contacts",
    DealRecord: "deals",
    PurchaseRecord: "purchases",
    TouchRecord: "touches",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A column of a row that refers to the row of a key; `record` says where that was read, and the name beside it."""

    table: Table
    row_id: int
    column: str
    key: str
    record: ContactRecord | None = None

    @property
    def target(self) -> Table:
        """The table that the column refers to."""
        (reference,) = self.table.c[self.column].foreign_keys
        return reference.column.table


class Links:
    """The links of an import that wait for its end."""

    def __init__(self) -> None:
        self._new: list[Link] = []
        self._waiting: list[Link] = []

    def note(self, link: Link) -> None:
        """Takes a link of a row that may have its provisional number still."""
        self._new.append(link)

    def settle(self, pending: Pending) -> None:
        """The rows of a batch are stored: their links bear their ids."""
        self._waiting += [replace(link, row_id=pending.final_id(link.table, link.row_id)) for link in self._new]
        self._new = []

    def open(self, connection: Connection, *, over: bool) -> list[tuple[Link, int | None]]:
        """The links that are wanted: of columns that are still empty, or of all where these are gone over.

        Each comes with the id that its column holds.
        """
        by_column: dict[tuple[Table, str], list[Link]] = defaultdict(list)
        for link in self._waiting:
            by_column[link.table, link.column].append(link)
        found: list[tuple[Link, int | None]] = []
        for (table, name), links in by_column.items():
            mine = select(table.c.id, table.c[name].label("held"))
            rows: Iterable[Any] = looked_up(connection, mine, table.c.id, (link.row_id for link in links))
            held = {row.id: row.held for row in rows}
            found += [(link, held[link.row_id]) for link in links if over or held[link.row_id] is None]
        return found


class OtherKeys:
    """The keys that rows of a batch have in other systems, and which of them the base knows."""

    def __init__(self, connection: Connection, pending: Pending, mark: str, records: Iterable[Record]) -> None:
        self._pending = pending
        self._mark = mark
        self._held: set[tuple[str, int, OtherKey]] = set()
        r = external_refs.c
        for (table, source), keys in _by_source(records).items():
            mine = select(r.row_id, r.ref).where(r.table_name == table, r.source == source)
            rows: Iterable[Any] = looked_up(connection, mine, r.ref, keys)
            self._held |= {(table, row.row_id, (source, row.ref)) for row in rows}

    def add(self, table: Table, row_id: int, keys: Iterable[OtherKey]) -> bool:
        """Keeps those of the keys that the base does not know of the row, nor as its own; whether there were any."""
        new = [
            key for key in keys if (table.name, row_id, key) not in self._held and own_id(self._mark, key[1]) is None
        ]
        for source, ref in new:
            self._held.add((table.name, row_id, (source, ref)))
            self._pending.take(external_refs, ref_row(table, row_id, source, ref))
        return bool(new)


def _by_source(records: Iterable[Record]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in records:
        if not isinstance(record, ProductRecord):
            for source, key in record.other_keys:
                found[_TABLES[type(record)], source].add(key)
    return found
