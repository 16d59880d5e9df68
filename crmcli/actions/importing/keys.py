"""Which row of the base the keys of a record mean, before anything else of it is looked at."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Table, select

from crmcli.actions.importing.intake import Intake
from crmcli.actions.importing.pending import looked_up
from crmcli.base.mark import own_id, own_key
from crmcli.schema import contacts, deals, external_refs, purchases, touches
from crmcli.values.records import ContactRecord, DealRecord, ProductRecord, PurchaseRecord, Record, TouchRecord

R = TypeVar("R", ContactRecord, PurchaseRecord, DealRecord, TouchRecord)
_TABLES: dict[type, Table] = {
    ContactRecord: contacts,
    PurchaseRecord: purchases,
    DealRecord: deals,
    TouchRecord: touches,
}


def with_known_keys(intake: Intake, records: Sequence[Record]) -> list[Record]:
    """The records, each with a key that means a row of the base where any of its keys does.

    A key of the base's own whose row is gone is none. Where another key of the record is known, and means one row
    alone, that row's own key stands in place of the record's, which is kept among the others.
    """
    if not any(_needs_a_look(intake, record) for record in records):
        return list(records)
    known = _Known(intake, records)
    return [record if isinstance(record, ProductRecord) else known.keyed(record) for record in records]


def _needs_a_look(intake: Intake, record: Any) -> bool:
    """Whether a record has several keys, or one that may be the base's own."""
    people = (record, getattr(record, "customer", None))
    return any(one is not None and (getattr(one, "other_keys", ()) or _is_own(intake, one)) for one in people)


def _is_own(intake: Intake, record: Any) -> bool:
    return own_id(intake.start.mark, getattr(record, "key", None) or "") is not None


class _Known:
    """The rows that keys mean: by table and own id, and by table, source and key."""

    def __init__(self, intake: Intake, records: Sequence[Record]) -> None:
        self._intake = intake
        self._own: set[tuple[str, int]] = set()
        self._refs: dict[tuple[str, str, str], set[int]] = defaultdict(set)
        self._look_up(list(_all_keyed(records)))

    def keyed(self, record: Any) -> Any:
        """The record and its customer with keys that mean rows."""
        customer = getattr(record, "customer", None)
        if customer is not None and customer.key and (found := self._of(customer)) is not customer:
            record = replace(record, customer=found)
        return self._of(record)

    def _of(self, record: R) -> R:
        table, mark = _TABLES[type(record)].name, self._intake.start.mark
        own = own_id(mark, record.key or "")
        if own is not None:
            record = record if (table, own) in self._own else replace(record, key=None)
        if (record.key and own is not None) or not record.other_keys:
            return record
        if record.key and (table, self._intake.source, record.key) in self._refs:
            return record
        rows = {row for source, ref in record.other_keys for row in self._rows(table, source, ref)}
        if len(rows) != 1:
            return record
        others = [*record.other_keys, *([(self._intake.source, record.key)] if record.key else [])]
        return replace(record, key=own_key(mark, rows.pop()), other_keys=tuple(others))

    def _rows(self, table: str, source: str, ref: str) -> set[int]:
        own = own_id(self._intake.start.mark, ref)
        if own is not None and (table, own) in self._own:
            return {own}
        return self._refs.get((table, source, ref), set())

    def _look_up(self, keyed: list[tuple[Table, str]]) -> None:
        mark, connection = self._intake.start.mark, self._intake.connection
        for table in _TABLES.values():
            refs = {ref for of, ref in keyed if of is table}
            own = {row_id for ref in refs if (row_id := own_id(mark, ref)) is not None}
            for row in looked_up(connection, select(table.c.id), table.c.id, own):
                self._own.add((table.name, row.id))
            r = external_refs.c
            mine = select(r.source, r.ref, r.row_id).where(r.table_name == table.name)
            for row in looked_up(connection, mine, r.ref, refs):
                self._refs[table.name, row.source, row.ref].add(row.row_id)


def _all_keyed(records: Iterable[Record]) -> Iterable[tuple[Table, str]]:
    """The keys that need a look: own ones, and all of records that have several."""
    for record in records:
        if isinstance(record, ProductRecord):
            continue
        customer = getattr(record, "customer", None)
        for one in (record, customer) if customer else (record,):
            table = _TABLES[type(one)]
            if one.key:
                yield table, one.key
            for _, ref in one.other_keys:
                yield table, ref
