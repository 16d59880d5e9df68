"""Rows of deal sheets."""

from datetime import date

from crmcli.sheets.grid import text_of
from crmcli.sheets.keys import other_keys_of
from crmcli.sheets.people import customer_of
from crmcli.sheets.rows import BadCell, Row
from crmcli.values.lists import Labelled, read_written
from crmcli.values.records import DealRecord, Move
from crmcli.values.text import search_key

_STATES = {"open": "open", "открыта": "open", "won": "won", "выиграна": "won", "lost": "lost", "проиграна": "lost"}
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
        moves=_moves(row),
        other_keys=other_keys_of(row),
        state=_STATES.get(search_key(row.text("state") or "")),
    )


def _moves(row: Row) -> tuple[Move, ...]:
    """The deal's way through the stages: `2026-05-01 New lead; 2026-05-20 Paid (Anna)`."""
    for column, cell in row.filled("moves"):
        try:
            return tuple(_move(text, employee) for text, employee in _told_apart(text_of(cell)))
        except ValueError:
            raise BadCell(
                column, text_of(cell), "no way through stages: write 2026-05-01 Call; 2026-05-20 Paid (Anna)"
            ) from None
    return ()


def _told_apart(cell: str) -> list[Labelled]:
    if (moves := read_written(cell)) is None:
        raise ValueError(cell)
    return moves


def _move(text: str, employee: str) -> Move:
    day, _, stage = text.partition(" ")
    if not stage:
        raise ValueError(text)
    return date.fromisoformat(day), stage, employee or None


def _closing(row: Row, meaning: str) -> date | None:
    words = {text_of(cell).casefold() for _, cell in row.filled(meaning)}
    return row.day(meaning) if words - _OPEN else None
