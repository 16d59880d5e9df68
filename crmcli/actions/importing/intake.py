"""What every part of an import works with."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

from sqlalchemy import Column, Connection, Row, Table, Text, and_, cast, func, literal, select

from crmcli.actions.importing.claims import Claims
from crmcli.actions.importing.links import Links, OtherKeys
from crmcli.actions.importing.names import Names, Stages
from crmcli.actions.importing.pending import Pending, looked_up, ref_row
from crmcli.actions.importing.report import Fate, Report
from crmcli.base.mark import base_mark, own_id, own_key
from crmcli.base.writing import Writer
from crmcli.schema import contacts, deals, external_refs, purchases, touches
from crmcli.values.records import OtherKey

OnDuplicate = Literal["fill", "update", "skip", "new"]
"""What becomes of a row that the base has: what is empty is filled, what differs is changed, nothing is done, or it is
stored once more."""


class Refused(Exception):
    """This row cannot be stored; the text says why."""


class Doubtful(Refused):
    """This row may mean any of several contacts."""

    def __init__(self, reason: str, contact_ids: list[int]) -> None:
        super().__init__(reason)
        self.contact_ids = contact_ids


class Start:
    """What the base was when the import began: its mark, and the last rows that it had."""

    def __init__(self, connection: Connection) -> None:
        self.mark = base_mark(connection)
        self._last = {
            table.name: connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
            for table in (contacts, deals, purchases, touches)
        }

    def had(self, table: Table, row_id: int) -> bool:
        """Whether the row was there before the import."""
        return 0 < row_id <= int(self._last[table.name])


@dataclass(frozen=True, slots=True)
class Intake:
    """One import at work on one batch. `source` tells the keys of one system from those of another.

    `claimed` are the rows of the base, by table, that a row of the file has been found to mean.
    """

    writer: Writer
    pending: Pending
    names: Names
    stages: Stages
    report: Report
    source: str
    today: date
    on_duplicate: OnDuplicate
    start: Start
    claimed: dict[str, set[int]]
    links: Links
    others: OtherKeys

    @property
    def connection(self) -> Connection:
        """The operation's connection."""
        return self.writer.connection

    @property
    def is_over(self) -> bool:
        """Whether what the file says goes over what the base has."""
        return self.on_duplicate == "update"

    def claims(self, table: Table, found: list[Any]) -> Claims[Any]:
        """Records of the batch that look for the rows of the base they mean; none where all are to be stored anew."""
        looking = [] if self.on_duplicate == "new" else found
        return Claims(looking, self.claimed[table.name], partial(self.start.had, table))

    def asks(self, held: Mapping[str, Any] | None, column: str) -> bool:
        """Whether a name said for that column is needed: of a row that has one already only where it is gone over."""
        return held is None or self.is_over or held[column] is None

    def change(
        self, table: Table, row_id: int, changed: dict[str, Any], others: Iterable[OtherKey] = (), *, differs: bool
    ) -> Fate:
        """Changes a row that the base has, unless such rows are to be left alone; what became of it."""
        if self.on_duplicate == "skip":
            return Fate.UNCHANGED
        if changed:
            self.pending.change(table, row_id, changed)
        added = self.others.add(table, row_id, others)
        return Fate.UPDATED if changed or added else Fate.DIFFERING if differs else Fate.UNCHANGED

    def own(self, key: str | None) -> str | None:
        """The key where it is this base's own, which means its row whatever else the file says of it."""
        return key if key and own_id(self.start.mark, key) is not None else None

    def add_ref(self, table: Table, row_id: int, ref: str | None) -> bool:
        """Keeps the key that the sheet has for a row, if it has one that is not this base's own; whether it did."""
        if not ref or own_id(self.start.mark, ref) is not None:
            return False
        self.pending.take(external_refs, ref_row(table, row_id, self.source, ref))
        return True

    def refs(self, table: Table, keys: Iterable[str | None]) -> list[tuple[str, int]]:
        """Those of the keys that the base knows, with the ids of their rows."""
        return [(row.ref, row.id) for row in self.referred(table, keys)]

    def referred(self, table: Table, keys: Iterable[str | None], *columns: Column[Any]) -> Iterator[Row[Any]]:
        """The rows whose keys are among those: id, ref, and the columns."""
        wanted = {key for key in keys if key}
        own = {row_id for key in wanted if (row_id := own_id(self.start.mark, key)) is not None}
        c = external_refs.c
        of_table = and_(c.table_name == table.name, c.row_id == table.c.id, c.source == self.source)
        mine = select(table.c.id, c.ref, *columns).join(external_refs, of_table).order_by(c.id)
        yield from looked_up(self.connection, mine, c.ref, wanted)
        key = (literal(own_key(self.start.mark, 0)[:-1]) + cast(table.c.id, Text)).label("ref")
        yield from looked_up(self.connection, select(table.c.id, key, *columns), table.c.id, own)
