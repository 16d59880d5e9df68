"""Rows of price lists."""

from crmcli.sheets.grid import text_of
from crmcli.sheets.rows import BadCell, Row
from crmcli.values.records import ProductRecord

_UNPRICED = ("запрос", "договор", "уточня", "звоните", "request", "call", "tbd")


def read_product(row: Row) -> ProductRecord:
    """The product of a row. Raises BadCell without a name, and of a section's heading."""
    name, sku = row.text("product"), row.text("sku")
    price, cost = _amount(row, "price"), row.amount("cost")
    if name is None and sku is None:
        raise row.missing("product", "names no product")
    if sku is None and cost is None and not row.filled("price") and not row.filled("key"):
        raise row.missing("price", "no price: a heading of a section?")
    return ProductRecord(row.where, name or sku or "", sku, price, cost)


def _amount(row: Row, meaning: str) -> int | None:
    """The amount, None where the sheet says to ask for it. Raises BadCell for one below zero."""
    if any(word in text_of(cell).casefold() for _, cell in row.filled(meaning) for word in _UNPRICED):
        return None
    amount = row.amount(meaning)
    if amount is not None and amount < 0:
        raise BadCell(row.filled(meaning)[0][0], text_of(row.filled(meaning)[0][1]), "a price below zero")
    return amount
