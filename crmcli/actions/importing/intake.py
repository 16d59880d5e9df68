"""What every part of an import works with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Row, Table, and_, select

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

    def referred(self, table: Table, keys: Iterable[str | None], *columns: Column[Any]) -> Iterator[Row[Any]]:
        """The rows whose keys are among those: id, ref, and the columns."""
        c = external_refs.c
        of_table = and_(c.table_name == table.name, c.row_id == table.c.id, c.source == self.source)
        mine = select(table.c.id, c.ref, *columns).join(external_refs, of_table).order_by(c.id)
        return looked_up(self.connection, mine, c.ref, (key for key in keys if key))
