"""Rows of sales sheets: one row a purchase, or one row a line of an order."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

from crmcli.sheets.amounts import times
from crmcli.sheets.columns import Columns
from crmcli.sheets.grid import text_of
from crmcli.sheets.keys import other_keys_of
from crmcli.sheets.people import customer_of
from crmcli.sheets.rows import BadCell, Row
from crmcli.values.records import LineRecord, PurchaseRecord, Rejection
from crmcli.values.text import search_key

_RETURNED = re.compile(
    r"(?<!не )(?<!без )(?<!not )(?<!non-)(?:возврат|возвращ|refund|return|отмен|cancel|сторно|reversal)", re.IGNORECASE
)
_IN_PART = re.compile(r"частичн|partial", re.IGNORECASE)
_RETURN_PAPER = re.compile(r"возврат|refund|return|credit note", re.IGNORECASE)
_SOLD, _GIVEN_BACK = {"продажа", "sale"}, {"возврат", "refund"}
_ONE = 1000


def read_purchase(row: Row) -> PurchaseRecord:
    """The purchase of one row, a refund below zero, with one line where the row names a product.

    Raises BadCell where the date or the amount is missing or cannot be read.
    """
    quantity = row.quantity("quantity")
    own, whole = _own_amount(row, quantity), row.amount("order amount")
    amount = whole if own is None or (whole is not None and "amount" not in row.columns) else own
    if amount is None:
        raise row.missing(_amount_meaning(row), "no amount")
    kind = _told_kind(row, whole)
    sign = -1 if kind is None and _is_returned(row, quantity) else 1
    line = _line(row, quantity, _signed(amount if own is None else own, sign), kind, sign)
    is_line = bool(line.product or line.sku)
    return PurchaseRecord(
        row.where,
        _date(row),
        _signed(amount, sign),
        key=row.text("key"),
        customer=customer_of(row),
        cost=row.amount("order cost" if "order cost" in row.columns else "cost"),
        owner=row.text("owner"),
        channel=row.text("channel"),
        lines=(line,) if is_line else (),
        kind=kind,
        order_amount=_signed(whole, sign) if whole is not None and is_line and "amount" in row.columns else None,
        deal_key=row.text("deal key"),
        refund_of=row.text("refund of"),
        other_keys=other_keys_of(row),
    )


def merge_orders(
    purchases: list[PurchaseRecord], columns: Columns, broken: Mapping[str, int]
) -> tuple[list[PurchaseRecord], list[Rejection]]:
    """Where rows are lines of orders: those of one order number, date and customer as one purchase.

    `broken` maps the numbers of orders to a row of theirs that was rejected: what is left of such an order is
    rejected too, for an order stored in part is wrong. Rows without an order number stay as they are. Goods that
    nobody returned and nothing was paid back for are written off: that is no sale, and rejected.
    """
    if "key" not in columns or not any(meaning in columns for meaning in ("product", "sku", "quantity")):
        return [p for p in purchases if not _is_written_off(p)], [_no_sale(p) for p in purchases if _is_written_off(p)]
    whole = [purchase for purchase in purchases if not purchase.key or purchase.key not in broken]
    left = [purchase for purchase in purchases if purchase.key and purchase.key in broken]
    orders: dict[object, list[PurchaseRecord]] = {}
    for place, purchase in enumerate(_with_customers(whole)):
        orders.setdefault(_order(purchase) or place, []).append(purchase)
    sold = [rows for rows in orders.values() if not all(map(_is_written_off, rows))]
    no_sales = [_no_sale(row) for rows in orders.values() if all(map(_is_written_off, rows)) for row in rows]
    merged = [_whole(rows[0]) if len(rows) == 1 else _merged(rows, columns) for rows in sold]
    return merged, no_sales + [_incomplete(purchase, columns, broken) for purchase in left]


def _with_customers(purchases: list[PurchaseRecord]) -> list[PurchaseRecord]:
    """The lines of orders, where a sheet names the customer in the first one alone, with the customer in each."""
    named: dict[object, dict[object, PurchaseRecord]] = {}
    for purchase in purchases:
        if purchase.key and purchase.customer:
            named.setdefault(_number(purchase), {}).setdefault(_order(purchase), purchase)
    alone = {number: next(iter(orders.values())) for number, orders in named.items() if len(orders) == 1}
    return [
        replace(purchase, customer=alone[_number(purchase)].customer)
        if purchase.customer is None and _number(purchase) in alone
        else purchase
        for purchase in purchases
    ]


def _number(purchase: PurchaseRecord) -> object:
    return purchase.key, purchase.purchased_on


def _incomplete(purchase: PurchaseRecord, columns: Columns, broken: Mapping[str, int]) -> Rejection:
    key = purchase.key or ""
    reason = f"row {broken[key]} of the same order is rejected: mend that one, then import the order whole"
    return Rejection(purchase.where, columns.of("key")[0].title, key, reason)


def _is_written_off(purchase: PurchaseRecord) -> bool:
    goods = purchase.lines and all(line.quantity < 0 for line in purchase.lines)
    return bool(goods) and purchase.amount == 0 and purchase.customer is None and purchase.kind is None


def _no_sale(purchase: PurchaseRecord) -> Rejection:
    line = purchase.lines[0]
    goods = line.product or line.sku or ""
    return Rejection(purchase.where, "", goods, "no sale: goods taken off the stock, for no money and from no customer")


def _order(purchase: PurchaseRecord) -> object:
    who = purchase.customer
    named = who and (who.key, who.name, who.company, who.points)
    return (purchase.key, purchase.purchased_on, named) if purchase.key else None


def _merged(rows: list[PurchaseRecord], columns: Columns) -> PurchaseRecord:
    """One purchase of several rows. An amount or cost of the whole order, which every row repeats, counts once."""
    repeated = "amount" not in columns and "order amount" in columns and len({row.amount for row in rows}) == 1
    agreed = len({(row.order_amount, row.kind) for row in rows}) == 1
    costs = [row.cost for row in rows if row.cost is not None]
    merged = replace(
        rows[0],
        amount=rows[0].amount if repeated else sum(row.amount for row in rows),
        cost=rows[0].cost if "order cost" in columns else sum(costs) if costs else None,
        lines=() if repeated and "price" not in columns else tuple(line for row in rows for line in row.lines),
        more_rows=tuple(row.where.row for row in rows[1:]),
    )
    return _whole(merged) if agreed else replace(merged, kind=None)


def _whole(purchase: PurchaseRecord) -> PurchaseRecord:
    """The purchase at what its rows say of the whole order: delivery may be in it, and a discount off it."""
    return purchase if purchase.order_amount is None else replace(purchase, amount=purchase.order_amount)


def _date(row: Row) -> date:
    day = row.day("date")
    if day is None:
        raise row.missing("date", "no date of the purchase: write it as 2026-12-31")
    return day


def _amount_meaning(row: Row) -> str:
    return next(meaning for meaning in ("amount", "order amount", "price") if meaning in row.columns)


def _own_amount(row: Row, quantity: int | None) -> int | None:
    """The amount of this row alone: its own column, else its price times its quantity less the discount."""
    if "amount" in row.columns:
        return row.amount("amount")
    price = row.price("price")
    if price is None:
        return None
    try:
        return times(price * (1 - _discount(row)), _ONE if quantity is None else quantity)
    except ValueError as error:
        raise BadCell(row.columns.of("price")[0], "", str(error)) from None


def _discount(row: Row) -> Decimal:
    """The discount as a share of the price."""
    for column, cell in row.filled("discount"):
        text = text_of(cell).replace(",", ".").replace(" ", "")
        percent = text.endswith("%") or "%" in column.heading
        share = Decimal(text.rstrip("%")) if re.fullmatch(r"\d+(\.\d+)?%?", text) else Decimal(-1)
        share = share / 100 if percent else share
        if not 0 <= share <= 1 or (share == 1 and not percent):
            raise BadCell(column, text_of(cell), "may be a percentage or money: add a column with the row's amount")
        return share
    return Decimal(0)


def _told_kind(row: Row, whole: int | None) -> Literal["sale", "refund"] | None:
    """What the operation says, where the whole order's amount has its sign already: its lines have theirs, too."""
    if whole is None or "amount" not in row.columns:
        return None
    words = search_key(row.text("operation") or "")
    if words in _SOLD and whole >= 0:
        return "sale"
    return "refund" if words in _GIVEN_BACK and whole <= 0 else None


def _is_returned(row: Row, quantity: int | None) -> bool:
    operation = row.text("operation") or ""
    named = _RETURNED.search(operation) or _RETURN_PAPER.match(row.text("key") or "")
    if named and _IN_PART.search(operation):
        column, cell = row.filled("operation")[0]
        raise BadCell(column, text_of(cell), "returned in part: write sale and refund in rows of their own")
    return bool(named) or (quantity is not None and quantity < 0)


def _signed(amount: int, sign: int) -> int:
    return -abs(amount) if sign < 0 else amount


def _line(row: Row, quantity: int | None, amount: int, kind: str | None, sign: int) -> LineRecord:
    count = _ONE if quantity is None else quantity
    if kind is None or (kind == "refund" and amount < 0):
        count = -abs(count) if amount < 0 or sign < 0 else abs(count)
    return LineRecord(row.text("product"), row.text("sku"), count, amount, row.amount("cost"))
