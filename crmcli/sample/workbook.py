"""The workbook, laid out as an owner keeps it: a banner, totals, empty cells, dates as dates and as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from crmcli.sample.client import Client, make_clients
from crmcli.sample.deals import Deal, make_deals
from crmcli.sample.rhythm import AS_OF
from crmcli.sample.sales import Sale, make_sales
from crmcli.sample.touches import Touch, make_touches

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | None
_MADE_AT = datetime(AS_OF.year, AS_OF.month, AS_OF.day)  # noqa: DTZ001 - a spreadsheet's times have no zone
_CLIENTS = (
    "Код клиента", "ФИО", "Компания", "Телефон", "E-mail", "Город", "Источник", "Ответственный", "Дата рождения",
    "Теги", "Примечание", "Дата создания",
)  # fmt: skip
_SALES = ("№", "Дата", "Код клиента", "Клиент", "Сумма", "Товар", "Количество", "Себестоимость", "Менеджер")
_DEALS = (
    "Название сделки", "Код клиента", "Клиент", "Сумма", "Этап сделки", "Ответственный", "Дата создания сделки",
    "Предполагаемая дата закрытия", "Дата закрытия", "Этап отказа", "Причина отказа", "Источник",
)  # fmt: skip
_TOUCHES = (
    "Дата", "Тип контакта", "Код клиента", "Клиент", "Результат", "Менеджер", "Комментарий",
    "Дата следующего контакта",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    headings: tuple[str, ...]
    rows: list[Sequence[Cell]]
    banner: str | None = None


def write_sample(path: Path) -> None:
    """Write the workbook of a made-up coffee roaster with four sheets: clients, sales, deals, touches.

    It is the same every time, and dated no later than AS_OF, but for the dates of what is still to come.
    """
    from xlsxwriter import Workbook

    whole = BytesIO()
    # In memory, XlsxWriter gives the parts of the zip one time, whatever the clock says.
    with Workbook(whole, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE_AT})
        for sheet in _sheets():
            _add(book, sheet)
    path.write_bytes(whole.getvalue())


def _sheets() -> Iterable[_Sheet]:
    clients = make_clients()
    sales = make_sales(clients)
    deals = make_deals(clients, sales)
    yield _Sheet("Клиенты", _CLIENTS, [_client_row(client) for client in clients])
    rows = [_sale_row(number, sale) for number, sale in enumerate(sales, start=1)]
    yield _Sheet("Продажи", _SALES, [*rows, _totals(sales)], banner="Продажи магазина, 2023–2026")
    yield _Sheet("Сделки", _DEALS, [_deal_row(deal) for deal in deals])
    yield _Sheet("Звонки и встречи", _TOUCHES, [_touch_row(touch) for touch in make_touches(clients, deals)])


def _client_row(client: Client) -> Sequence[Cell]:
    return (
        client.code, client.person, client.company, client.phone, client.email, client.city, client.channel,
        client.manager, client.birthday, client.tags, client.note, client.created_on,
    )  # fmt: skip


def _sale_row(number: int, sale: Sale) -> Sequence[Cell]:
    code, name = (sale.client.code, sale.client.name) if sale.client else (None, None)
    amount, cost = _roubles(sale.amount), _roubles(sale.cost)
    return number, sale.sold_on, code, name, amount, sale.product, sale.quantity, cost, sale.manager


def _totals(sales: list[Sale]) -> Sequence[Cell]:
    amount, cost = sum(sale.amount for sale in sales), sum(sale.cost for sale in sales)
    quantity = sum(sale.quantity for sale in sales)
    return "Итого", None, None, None, _roubles(amount), None, quantity, _roubles(cost), None


def _deal_row(deal: Deal) -> Sequence[Cell]:
    return (
        deal.title, deal.client.code, deal.client.name, None if deal.amount is None else _roubles(deal.amount),
        deal.stage, deal.client.manager, deal.opened_on, deal.expected_on, deal.closed_on or "не закрыта",
        deal.lost_at, deal.lost_reason, deal.client.channel,
    )  # fmt: skip


def _touch_row(touch: Touch) -> Sequence[Cell]:
    return (
        _as_text(touch.happened_on), touch.kind, touch.client.code, touch.client.name, touch.outcome, touch.manager,
        touch.comment, _as_text(touch.next_on),
    )  # fmt: skip


def _roubles(kopecks: int) -> int | float:
    return kopecks / 100 if kopecks % 100 else kopecks // 100


def _as_text(day: date | None) -> str | None:
    return f"{day:%d.%m.%Y}" if day else None


def _add(book: "Workbook", sheet: _Sheet) -> None:
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
    worksheet = book.add_worksheet(sheet.title)
    heading_row = 0
    if sheet.banner:
        worksheet.write_string(0, 0, sheet.banner, bold)
        heading_row = 2
    worksheet.write_row(heading_row, 0, sheet.headings, bold)
    for number, row in enumerate(sheet.rows, heading_row + 1):
        for place, cell in enumerate(row):
            _put(worksheet, number, place, cell, day)
    worksheet.freeze_panes(heading_row + 1, 0)
    for place, heading in enumerate(sheet.headings):
        widest = max(len(str(row[place] or "")) for row in sheet.rows)
        worksheet.set_column(place, place, min(40, max(len(heading), widest) + 2))


def _put(worksheet: "Worksheet", row: int, place: int, cell: Cell, day: "Format") -> None:
    if isinstance(cell, date):
        worksheet.write_datetime(row, place, cell, day)
    elif isinstance(cell, str):
        worksheet.write_string(row, place, cell)
    elif cell is not None:
        worksheet.write_number(row, place, cell)
