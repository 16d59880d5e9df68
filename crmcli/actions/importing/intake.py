"""What every part of an import works with."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Table, select

from crmcli.actions.importing.names import Names, Stages
from crmcli.actions.importing.pending import Pending, looked_up
from crmcli.actions.importing.report import Report
from crmcli.base.writing import Writer
from crmcli.schema import external_refs


class Refused(Exception):
    """This row cannot be stored; the text says why."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One import. `source` tells the keys of one system from those of another."""

    writer: Writer
    pending: Pending
    names: Names
    stages: Stages
    report: Report
    source: str
    today: date

    @property
    def connection(self) -> Connection:
        """The operation's connection."""
        return self.writer.connection

    def add_ref(self, table: Table, row_id: int, ref: str | None) -> None:
        """Keeps the key that the sheet has for a row, if it has one."""
        if ref:
            self.pending.add(external_refs, table_name=table.name, row_id=row_id, source=self.source, ref=ref)

    def refs(self, table: Table, keys: Iterable[str | None]) -> list[tuple[str, int]]:
        """Those of the keys that the base knows, with the ids of their rows."""
        c = external_refs.c
        known = select(c.ref, c.row_id).where(c.table_name == table.name, c.source == self.source).order_by(c.id)
        return [(row.ref, row.row_id) for row in looked_up(self.connection, known, c.ref, (key for key in keys if key))]


class Stock:
    """What the base has, counted: each row of the file that is alike takes one, and those beyond are new."""

    def __init__(self, counted: Iterable[tuple[Hashable, int]]) -> None:
        self._left: Counter[Hashable] = Counter()
        for identity, count in counted:
            self._left[identity] += count

    def has(self, identity: Hashable) -> bool:
        """Whether the base has this row already; it counts once."""
        if self._left[identity] <= 0:
            return False
        self._left[identity] -= 1
        return True
