"""Files and records for one test each, and what an import of them gave."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from crmcli.actions.importing import OnDuplicate, Report
from crmcli.actions.importing import Store as Storing
from crmcli.base.opening import Base
from crmcli.base.writing import writing
from crmcli.schema import contact_points, contacts, external_refs, purchases
from crmcli.sheets.reading import ReadingOptions
from crmcli.values.points import Point, read_email, read_phone
from crmcli.values.records import (
    ContactRecord,
    DealRecord,
    PurchaseRecord,
    Record,
    SheetReading,
    TouchRecord,
    Where,
)
from tests.builders import rows_of
from tests.sheets_read import read_file

TODAY = date(2026, 11, 21)
RUSSIAN = ReadingOptions(today=TODAY)
ENGLISH = ReadingOptions(today=TODAY, country="US", currency="USD")
_ROWS = count(2)

Sheets = Mapping[str, Sequence[Sequence[object]]]


class Store(Protocol):
    def __call__(
        self, *records: Record, source: str = "", keep: bool = True, on_duplicate: OnDuplicate = "fill", batch: int = 0
    ) -> Report: ...


class ImportFile(Protocol):
    def __call__(
        self, content: str | Path | Sheets, options: ReadingOptions = RUSSIAN, *, source: str = "", keep: bool = True
    ) -> Report: ...


@pytest.fixture
def store(base: Base) -> Store:
    """Stores records as one operation, in one batch or in batches of so many."""

    def run(
        *records: Record, source: str = "", keep: bool = True, on_duplicate: OnDuplicate = "fill", batch: int = 0
    ) -> Report:
        size = batch or len(records) or 1
        with writing(base, "import", "tester", keep=keep) as writer:
            storing = Storing(writer, TODAY, source, on_duplicate)
            for start in range(0, len(records), size):
                storing.take(records[start : start + size])
            return storing.finish()

    return run


@pytest.fixture
def import_file(base: Base, store: Store, tmp_path: Path) -> ImportFile:
    """Reads and stores a file: the text of one, the sheets of a workbook, or a path. Every row is accounted for."""

    def run(
        content: str | Path | Sheets, options: ReadingOptions = RUSSIAN, *, source: str = "", keep: bool = True
    ) -> Report:
        readings = read_file(_written(tmp_path, content), options)
        records = [record for reading in readings for record in reading.records]
        report = store(*records, source=source, keep=keep)
        for reading in readings:
            _account_for(reading, report)
        report.rejections[:0] = [rejection for reading in readings for rejection in reading.rejections]
        return report

    return run


def _account_for(reading: SheetReading, report: Report) -> None:
    """Rows in = new + known + rejected; the lines of an order count as one."""
    tally = report.sheets[reading.sheet]
    refused = [one for one in report.rejections if one.where.sheet == reading.sheet]
    merged = sum(max(0, len(one.lines) - 1) for one in reading.records if isinstance(one, PurchaseRecord))
    taken = tally.created + tally.matched + len(refused) + len(reading.rejections)
    if reading.kind is not None:
        assert taken + merged == reading.row_count, reading.sheet
        assert tally.updated <= tally.matched
    assert all(one.reason and one.where.row > 1 for one in refused)


def _written(folder: Path, content: str | Path | Sheets) -> Path:
    if isinstance(content, Path):
        return content
    if isinstance(content, str):
        path = folder / "file.csv"
        path.write_text(content, encoding="utf-8")
        return path
    book = Workbook()
    book.remove(book.active)
    for name, rows in content.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(folder / "file.xlsx")
    return folder / "file.xlsx"


def where() -> Where:
    """A row of its own for each record made by hand."""
    return Where("sheet", next(_ROWS))


def phone(text: str) -> Point:
    return read_phone(text, "RU")


def email(text: str) -> Point:
    return read_email(text)


def person(name: str | None = None, *points: Point, key: str | None = None, **fields: Any) -> ContactRecord:
    return ContactRecord(where(), key=key, name=name, points=points, **fields)


def sale(
    customer: ContactRecord | None, amount: int = 100_00, on: date = date(2026, 1, 5), **fields: Any
) -> PurchaseRecord:
    return PurchaseRecord(where(), on, amount, customer=customer, **fields)


def deal(
    customer: ContactRecord | None, title: str = "Шкаф", opened_on: date | None = date(2026, 1, 5), **fields: Any
) -> DealRecord:
    return DealRecord(where(), title, opened_on, customer=customer, **fields)


def touch(customer: ContactRecord, on: date = date(2026, 1, 5), **fields: Any) -> TouchRecord:
    return TouchRecord(where(), on, customer, **fields)


def counts(report: Report) -> tuple[int, int, int]:
    """Rows stored, known and refused in all sheets."""
    tallies = report.sheets.values()
    return sum(t.created for t in tallies), sum(t.matched for t in tallies), len(report.rejections)


def names(base: Base) -> list[str]:
    """The names of all contacts, in the order in which they were made."""
    return [row["name"] for row in rows_of(base, select(contacts.c.name).order_by(contacts.c.id))]


def contact_named(base: Base, name: str) -> dict[str, Any]:
    (row,) = rows_of(base, select(contacts).where(contacts.c.name == name))
    return row


def points_of(base: Base, name: str) -> list[str]:
    p = contact_points.c
    mine = select(p.value, p.raw).join(contacts, contacts.c.id == p.contact_id).where(contacts.c.name == name)
    return [row["value"] or row["raw"] for row in rows_of(base, mine.order_by(p.position))]


def sales_by_name(base: Base) -> dict[str | None, list[int]]:
    """Name of the customer (None: nobody) -> amounts, refunds below zero."""
    p = purchases.c
    statement = select(contacts.c.name, p.kind, p.amount).select_from(purchases).outerjoin(contacts)
    found: dict[str | None, list[int]] = defaultdict(list)
    for row in rows_of(base, statement.order_by(p.id)):
        found[row["name"]].append(-row["amount"] if row["kind"] == "refund" else row["amount"])
    return dict(found)


def refs_of(base: Base, table: str) -> list[tuple[str, str]]:
    """Source and key of every row of a table that has one."""
    r = external_refs.c
    return [
        (row["source"], row["ref"])
        for row in rows_of(base, select(r.source, r.ref).where(r.table_name == table).order_by(r.id))
    ]
