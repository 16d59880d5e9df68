"""Rows of deal sheets."""

from datetime import date

from crmcli.sheets.grid import text_of
from crmcli.sheets.people import customer_of
from crmcli.sheets.rows import Row
from crmcli.values.records import DealRecord

_OPEN = frozenset({"не закрыта", "не закрыт", "не закрыто", "открыта", "not closed", "open", "нет"})


def read_deal(row: Row) -> DealRecord:
    """The deal of a row; without a title of its own it is called by its customer.

    A closing date still to come is when the deal is expected to close. Raises BadCell where the row names neither
    deal nor customer, or where a date or the amount cannot be read.
    """
    customer = customer_of(row)
    product = row.text("product")
    title = row.text("title") or (customer and (customer.name or customer.key)) or product
    if title is None:
        raise row.missing("title", "names neither a deal nor a customer")
    closed, expected = _closing(row, "closed on"), _closing(row, "expected on")
    if closed and closed > row.options.today:
        closed, expected = None, expected or closed
    return DealRecord(
        row.where,
        title,
        row.day("date"),
        key=row.text("key"),
        customer=customer,
        amount=row.amount("amount"),
        stage=row.text("stage"),
        owner=row.text("owner"),
        channel=row.text("channel"),
        product=product,
        expected_on=expected,
        closed_on=closed,
        last_open_stage=row.text("last open stage"),
        lost_reason=row.text("lost reason"),
    )


def _closing(row: Row, meaning: str) -> date | None:
    words = {text_of(cell).casefold() for _, cell in row.filled(meaning)}
    return row.day(meaning) if words - _OPEN else None
