"""Sales and refunds of a file: those that the base has not, stored."""

from typing import Any

from sqlalchemy import exists, select

from crmcli.actions.importing.claims import Claims, Found
from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.pending import looked_up
from crmcli.schema import external_refs, purchase_lines, purchases
from crmcli.values.records import LineRecord, PurchaseRecord

_COLUMNS = (purchases.c.contact_id, purchases.c.purchased_on, purchases.c.kind, purchases.c.amount)


class Purchases:
    """The purchases that the base has, each meant by one row of the file at most.

    A row with a number means the purchase of that number and day (numbers begin anew each year), a row without one
    a purchase of the same contact, day, kind and amount. A number that is new to the base may be that of a customer's
    purchase stored without one.
    """

    def __init__(self, intake: Intake, found: Found[PurchaseRecord]) -> None:
        self._intake = intake
        claims = Claims(found)
        rows = list(intake.referred(purchases, (record.key for record, _ in found), *_COLUMNS))
        self._known = claims.make(rows, lambda row: (row.ref, *_held(row)), lambda r, who: (r.key, *_said(r, who)))
        # Of another contact: who bought may have been found out since.
        self._known |= claims.make(
            rows, lambda row: (row.ref, *_held(row)[1:]), lambda r, who: (r.key, *_said(r, who)[1:])
        )
        self._contradicted = claims.make(
            rows, lambda row: (row.ref, row.purchased_on), lambda r, _: (r.key, r.purchased_on)
        )
        alike = _alike(intake, claims.left)
        self._known |= claims.make(alike, _held, lambda r, who: None if r.key else _said(r, who))
        customers = [row for row in alike if not row.has_number and row.contact_id is not None]
        self._without_number = claims.make(customers, _held, _said)

    def take(self, record: PurchaseRecord, contact_id: int | None) -> bool:
        """Stores a purchase unless the base has it; whether it was new.

        Raises Refused where the base has another purchase of that number and day.
        """
        if other := self._contradicted.get(record.where):
            raise Refused(
                f"purchase {other} of the base has this number and day, but another amount: a corrected amount is not "
                "taken over; only where all of the file is another shop's, import it with --source NAME"
            )
        if without_number := self._without_number.get(record.where):
            self._intake.add_ref(purchases, without_number, record.key)
        elif record.where not in self._known:
            self._store(record, contact_id)
            return True
        return False

    def _store(self, record: PurchaseRecord, contact_id: int | None) -> None:
        kind = _kind(record)
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

    def _add_line(self, purchase_id: int, line: LineRecord, sign: int) -> None:
        product_id = self._intake.names.product(line.product, line.sku)
        if product_id is not None:
            row = {"quantity": sign * line.quantity, "amount": sign * line.amount}
            cost = None if line.cost is None else sign * line.cost
            self._intake.pending.add(purchase_lines, purchase_id=purchase_id, product_id=product_id, **row, cost=cost)


def _kind(record: PurchaseRecord) -> str:
    return "refund" if record.amount < 0 else "sale"


def _held(row: Any) -> tuple[Any, ...]:
    return row.contact_id, row.purchased_on, row.kind, row.amount


def _said(record: PurchaseRecord, contact_id: int | None) -> tuple[Any, ...]:
    return contact_id, record.purchased_on, _kind(record), abs(record.amount)


def _alike(intake: Intake, found: Found[PurchaseRecord]) -> list[Any]:
    """The purchases of the file's contacts and days, and of nobody; those without a number come first."""
    days = {record.purchased_on for record, _ in found}
    if not days:
        return []
    p, r = purchases.c, external_refs.c
    has_number = exists().where(r.table_name == purchases.name, r.row_id == p.id).label("has_number")
    mine = select(p.id, *_COLUMNS, has_number).where(p.purchased_on.between(min(days), max(days)))
    rows = list(looked_up(intake.connection, mine, p.contact_id, (who for _, who in found if who is not None)))
    nobodys = {record.purchased_on for record, who in found if who is None}
    rows += looked_up(intake.connection, mine.where(p.contact_id.is_(None)), p.purchased_on, nobodys)
    return sorted(rows, key=lambda row: (row.has_number, row.id))
