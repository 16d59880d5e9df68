import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crmcli.errors import CrmError
from crmcli.sheets.grid import clean_cell
from crmcli.sheets.reading import ReadingOptions
from crmcli.values.records import ContactRecord, PurchaseRecord, SheetReading
from tests.sheets.conftest import OPTIONS
from tests.sheets_read import read_file

ENGLISH = ReadingOptions(today=date(2026, 11, 21), country="US", currency="USD")
HEADINGS = {
    "contacts": ["Имя", "Телефон", "Email", "Дата рождения", "Рост"],
    "purchases": ["Дата продажи", "Клиент", "Сумма", "Тип", "Телефон"],
    "orders": ["Номер заказа", "Дата заказа", "Клиент", "Товар", "Количество", "Цена"],
    "deals": ["Название сделки", "Этап сделки", "Бюджет", "Дата закрытия", "Клиент"],
    "touches": ["Дата звонка", "Клиент", "Статус звонка", "Длительность", "Следующий контакт"],
}
ODD = (
    "|Иван|05.01.2026|89161234567|7,9E+10|1 200,50|10|-3|#REF!|не закрыта|a@b.ru|Итого|возврат|€5|'=1|0:05|1e999|nan|"
    + "9" * 40
)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00/"), max_size=12)
CELLS = st.one_of(st.sampled_from(ODD.split("|")), TEXTS)


@pytest.mark.parametrize("kind", HEADINGS)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_every_row_ends_in_a_record_a_rejection_or_an_order(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    headings = HEADINGS[kind]
    width = len(headings)
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    if kind == "orders":
        rows = [[*row[:3], "Стул", *row[4:]] for row in rows]
    reading = read_file(written(tmp_path / "a.csv", [headings, *rows]), OPTIONS)[0]
    lines = [len(r.lines) if kind == "orders" and isinstance(r, PurchaseRecord) else 1 for r in reading.records]
    assert sum(lines) + len(reading.rejections) == reading.row_count
    filled = sum(any(clean_cell(cell) is not None for cell in row) for row in rows)
    totals = sum(any("итого" in cell.casefold() for cell in row) for row in rows)
    assert filled - totals <= reading.row_count <= filled
    numbers = [r.where.row for r in (*reading.records, *reading.rejections)]
    assert len(set(numbers)) == len(numbers)


def written(path: Path, rows: list[list[str]]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path


def counts(reading: SheetReading) -> tuple[str | None, int, int, int]:
    return reading.kind, reading.row_count, len(reading.records), len(reading.rejections)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chinook/Customer.csv", ("contacts", 59, 59, 0)),
        ("chinook/Employee.csv", (None, 8, 0, 0)),
        ("chinook/Invoice.csv", ("purchases", 412, 412, 0)),
        ("northwind/Customers.csv", ("contacts", 93, 93, 0)),
        ("northwind/Employees.csv", (None, 9, 0, 0)),
        ("northwind/Orders.csv", (None, 830, 0, 0)),
        ("northwind/OrderDetails.csv", (None, 2155, 0, 0)),
        ("rfm_orders/rfm_data_orders.csv", ("purchases", 4906, 4906, 0)),
        ("online_retail/invoices.csv", ("purchases", 22190, 22190, 0)),
        ("cdnow/cdnow_customers_summary.csv", (None, 2357, 0, 0)),
    ],
)
def test_real_sheets_are_read_whole(shared_data: Path, name: str, expected: tuple[str | None, int, int, int]) -> None:
    (reading,) = read_file(shared_data / name, ENGLISH)
    assert counts(reading) == expected
    assert bool(reading.remark) == (expected[0] is None)


def test_the_wholesaler_sold_what_is_known_of_him(shared_data: Path) -> None:
    (reading,) = read_file(shared_data / "online_retail" / "invoices.csv", ENGLISH)
    sales = [r for r in reading.records if isinstance(r, PurchaseRecord) and r.customer and r.amount > 0]
    assert len(sales) == 18_532
    assert sum(sale.amount for sale in sales) == 891_140_790
    assert len({sale.customer.key for sale in sales if sale.customer}) == 4_338
    assert all(r.amount <= 0 for r in reading.records if isinstance(r, PurchaseRecord) and str(r.key).startswith("C"))


def test_the_lines_of_the_wholesaler_add_up_to_his_invoices(shared_data: Path) -> None:
    (lines,) = read_file(shared_data / "online_retail" / "online_retail_first60k.xlsx", ENGLISH)
    (whole,) = read_file(shared_data / "online_retail" / "invoices.csv", ENGLISH)
    amounts = {r.key: r.amount for r in whole.records if isinstance(r, PurchaseRecord)}
    orders = [r for r in lines.records if isinstance(r, PurchaseRecord)]
    assert sum(len(order.lines) or 1 for order in orders) + len(lines.rejections) == lines.row_count == 60_000
    # The list of invoices leaves some orders out; the last order goes on beyond the first 60,000 lines.
    known = [order for order in orders[:-1] if order.key in amounts]
    assert len(known) > 2_000
    assert [o.key for o in known if abs(o.amount - amounts[o.key]) > len(o.lines)] == []


def test_the_lines_of_the_wholesaler_come_to_what_they_come_to(shared_data: Path) -> None:
    path = shared_data / "online_retail" / "online_retail_first60k.xlsx"
    (reading,) = read_file(path, ENGLISH)
    sheet: list[list[Any]] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    heading, *rows = sheet
    number, count, price, who = (heading.index(word) for word in ("InvoiceNo", "Quantity", "UnitPrice", "CustomerID"))
    orders = [record for record in reading.records if isinstance(record, PurchaseRecord)]
    total = sum(Decimal(repr(row[count])) * Decimal(repr(row[price])) for row in rows)
    assert Decimal(sum(order.amount for order in orders)) == 100 * total
    cancelled = {str(row[number]) for row in rows if str(row[number]).startswith("C")}
    assert {order.key for order in orders if order.amount < 0} == cancelled
    off = {n for n, row in enumerate(rows, 2) if row[who] == "" and row[price] == 0 and row[count] < 0}
    assert {rejection.where.row for rejection in reading.rejections} == off
    nobody = {str(row[number]) for n, row in enumerate(rows, 2) if row[who] == "" and n not in off}
    assert {order.key for order in orders if order.customer is None} == nobody


def test_the_musicians_bought_for_what_is_known(shared_data: Path) -> None:
    (reading,) = read_file(shared_data / "chinook" / "Invoice.csv", ENGLISH)
    assert sum(r.amount for r in reading.records if isinstance(r, PurchaseRecord)) == 232_860


def test_a_contact_person_and_his_company_are_told_apart(shared_data: Path) -> None:
    (reading,) = read_file(shared_data / "northwind" / "Customers.csv", ENGLISH)
    first = reading.records[0]
    assert isinstance(first, ContactRecord)
    assert (first.key, first.name, first.company) == ("ALFKI", "Maria Anders", "Alfreds Futterkiste")


def test_a_list_without_headings_is_refused_with_its_first_row(shared_data: Path) -> None:
    with pytest.raises(CrmError, match="00004 0001"):
        read_file(shared_data / "cdnow" / "CDNOW_sample.txt", ENGLISH)
