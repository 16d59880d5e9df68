"""Real exports of real shops, whose figures are known from elsewhere."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from crmcli.base.opening import Base
from crmcli.schema import contact_rhythm, contacts, purchases
from tests.actions.importing.conftest import ENGLISH, ImportFile, Store, counts, names
from tests.builders import rows_of
from tests.sheets_read import read_file

r = contact_rhythm.c


def customers(base: Base) -> dict[str, Any]:
    """How many have bought, how often, for how much (minor units)."""
    totals = (func.count().label("count"), func.sum(r.sale_count).label("sales"), func.sum(r.revenue).label("revenue"))
    (row,) = rows_of(base, select(*totals).where(r.purchase_days > 0))
    return {name: int(value) for name, value in row.items()}


def due(base: Base, on: date) -> int:
    """How many are silent for longer than their own period."""
    statement = select(func.count().label("count")).select_from(contact_rhythm).where(r.due_on <= on)
    return int(rows_of(base, statement)[0]["count"])


def test_the_wholesaler(base: Base, store: Store, shared_data: Path) -> None:
    (reading,) = read_file(shared_data / "online_retail" / "invoices.csv", ENGLISH)
    report = store(*reading.records)
    assert counts(report) == (22_190, 0, 0)
    # What is known of him counts sales above zero; here are four of zero too, one of them all that its customer bought.
    assert customers(base) == {"count": 4_338 + 1, "sales": 18_532 + 4, "revenue": 891_140_790}
    assert due(base, date(2011, 12, 10)) == 796
    refunds = select(func.count().label("n")).where(purchases.c.kind == "refund", purchases.c.contact_id.is_not(None))
    assert rows_of(base, refunds) == [{"n": 3_654}]
    # The other customers only ever cancelled.
    assert (report.contacts_made, len(names(base))) == (4_372, 4_372)
    assert counts(store(*reading.records)) == (0, 22_190, 0)


@pytest.mark.parametrize("order", [("Customer.csv", "Invoice.csv"), ("Invoice.csv", "Customer.csv")])
def test_the_musicians_in_whichever_order_their_files_come(
    base: Base, import_file: ImportFile, shared_data: Path, order: tuple[str, str]
) -> None:
    for _ in range(2):
        for name in order:
            assert import_file(shared_data / "chinook" / name, ENGLISH).rejections == []
    assert customers(base) == {"count": 59, "sales": 412, "revenue": 232_860}
    assert due(base, date(2025, 12, 22)) == 23
    assert sum("Customer" in name for name in names(base)) == 0
    assert len(rows_of(base, select(contacts.c.id).where(contacts.c.kind == "person"))) == 59


def test_the_orders_with_names(base: Base, import_file: ImportFile, shared_data: Path) -> None:
    path = shared_data / "rfm_orders" / "rfm_data_orders.csv"
    assert counts(import_file(path, ENGLISH)) == (4_906, 0, 0)
    assert customers(base) == {"count": 995, "sales": 4_906, "revenue": 46_415_800}
    assert due(base, date(2006, 12, 31)) == 600
    assert counts(import_file(path, ENGLISH)) == (0, 4_906, 0)


def test_the_traders_of_northwind(base: Base, import_file: ImportFile, shared_data: Path) -> None:
    path = shared_data / "northwind" / "Customers.csv"
    assert counts(import_file(path, ENGLISH)) == (93, 0, 0)
    assert counts(import_file(path, ENGLISH)) == (0, 93, 0)
    p = contacts.c
    assert len(rows_of(base, select(p.id).where(p.company_id.is_not(None)))) == 93
    # Two of them work for one company.
    assert len(rows_of(base, select(p.id).where(p.kind == "company"))) == 92
