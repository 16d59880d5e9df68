"""Sales and refunds of a file: those that the base has not, stored."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from crmcli.actions.importing.intake import Intake, Stock
from crmcli.actions.importing.pending import looked_up
from crmcli.schema import purchase_lines, purchases
from crmcli.values.records import LineRecord, PurchaseRecord

Found = list[tuple[PurchaseRecord, int | None]]


class Purchases:
    """The purchases that the base has, by their key and date (numbers begin anew each year), or else by what they are.

    A row without a key is there already if the base has as many purchases of the same contact, day, kind and amount
    as the file has had so far.
    """

    def __init__(self, intake: Intake, found: Found) -> None:
        self._intake = intake
        self._stock = Stock([*_keyed(intake, found), *_alike(intake, found)])

    def take(self, record: PurchaseRecord, contact_id: int | None) -> bool:
        """Stores a purchase unless the base has it; whether it was new."""
        kind = "refund" if record.amount < 0 else "sale"
        alike = (contact_id, record.purchased_on, kind, abs(record.amount))
        if self._stock.has((record.key, record.purchased_on) if record.key else alike):
            return False
        purchase_id = self._intake.pending.add(
            purchases,
            contact_id=contact_id,
            owner_id=self._intake.names.employee(record.owner),
            channel_id=self._intake.names.channel(record.channel),
            purchased_on=record.purchased_on,
            kind=kind,
            amount=abs(record.amount),
            cost=None if record.cost is None else abs(record.cost),
        )
        self._intake.add_ref(purchases, purchase_id, record.key)
        for line in record.lines:
            self._add_line(purchase_id, line, -1 if kind == "refund" else 1)
        return True

    def _add_line(self, purchase_id: int, line: LineRecord, sign: int) -> None:
        product_id = self._intake.names.product(line.product, line.sku)
        if product_id is not None:
            row = {"quantity": sign * line.quantity, "amount": sign * line.amount}
            cost = None if line.cost is None else sign * line.cost
            self._intake.pending.add(purchase_lines, purchase_id=purchase_id, product_id=product_id, **row, cost=cost)


def _keyed(intake: Intake, found: Found) -> Iterator[tuple[tuple[str, date], int]]:
    refs = intake.refs(purchases, (record.key for record, _ in found))
    days = select(purchases.c.id, purchases.c.purchased_on)
    on = {row.id: row.purchased_on for row in looked_up(intake.connection, days, purchases.c.id, (i for _, i in refs))}
    return (((ref, on[row_id]), 1) for ref, row_id in refs if row_id in on)


def _alike(intake: Intake, found: Found) -> Iterator[tuple[Any, int]]:
    """How many purchases there are of each contact, day, kind and amount."""
    c = purchases.c
    counted: Any = select(c.contact_id, c.purchased_on, c.kind, c.amount, func.count().label("total"))
    counted = counted.group_by(c.contact_id, c.purchased_on, c.kind, c.amount)
    keyless = [(record.purchased_on, contact_id) for record, contact_id in found if not record.key]
    rows = list(looked_up(intake.connection, counted, c.contact_id, (i for _, i in keyless if i is not None)))
    nobody = counted.where(c.contact_id.is_(None))
    rows += looked_up(intake.connection, nobody, c.purchased_on, (on for on, i in keyless if i is None))
    return (((row.contact_id, row.purchased_on, row.kind, row.amount), row.total) for row in rows)
