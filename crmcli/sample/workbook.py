"""The workbook, laid out as an owner keeps it: a banner, totals, empty cells, dates as dates and as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from crmcli.sample.client import Client, make_clients
from crmcli.sample.deals import Deal, make_deals
from crmcli.sample.rhythm import AS_OF
from crmcli.sample.sales import Sale, make_sales
from crmcli.sample.touches import Touch, make_touches

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

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
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet in _sheets():
        _add(workbook, sheet)
    path.write_bytes(_packed(workbook))


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


def _add(workbook: "Workbook", sheet: _Sheet) -> None:
    worksheet = workbook.create_sheet(sheet.title)
    if sheet.banner:
        worksheet.append([sheet.banner])
        worksheet.append([])
    worksheet.append(sheet.headings)
    heading_row = worksheet.max_row
    for row in sheet.rows:
        worksheet.append(row)
    _dress(worksheet, heading_row, sheet)


def _dress(worksheet: "Worksheet", heading_row: int, sheet: _Sheet) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    bold = Font(bold=True)
    for cell in [worksheet["A1"], *worksheet[heading_row]]:
        cell.font = bold
    worksheet.freeze_panes = f"A{heading_row + 1}"
    for number, heading in enumerate(sheet.headings, start=1):
        widest = max(len(str(row[number - 1] or "")) for row in sheet.rows)
        worksheet.column_dimensions[get_column_letter(number)].width = min(40, max(len(heading), widest) + 2)
    _show_days_first(worksheet)


def _show_days_first(worksheet: "Worksheet") -> None:
    for row in worksheet.iter_rows():
        for cell in row:
            if cell.is_date:
                cell.number_format = "dd.mm.yyyy"


def _packed(workbook: "Workbook") -> bytes:
    """The workbook's bytes, without the times that openpyxl and zip put into them."""
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.created = workbook.properties.modified = _MADE_AT
    written, packed = BytesIO(), BytesIO()
    # ExcelWriter, because Workbook.save() sets the time of change to now.
    ExcelWriter(workbook, ZipFile(written, "w")).save()
    with ZipFile(written) as source, ZipFile(packed, "w") as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name), source.read(name), ZIP_DEFLATED)
    return packed.getvalue()
