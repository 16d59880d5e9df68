"""Sales and refunds of a file: those that the base has not, stored; the others completed."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, exists, select

from crmcli.actions.importing.claims import Found
from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.links import Link
from crmcli.actions.importing.pending import completed, looked_up
from crmcli.actions.importing.report import Fate
from crmcli.schema import deals, external_refs, purchase_lines, purchases
from crmcli.values.records import LineRecord, PurchaseRecord

_COLUMNS = [column for column in purchases.c if column.name != "id"]


class Purchases:
    """The purchases that the base has, each meant by one row of the file at most.

    A row with a number means the purchase of that number and day (numbers begin anew each year), a row without one
    a purchase of the same contact, day, kind and amount. A number that is new to the base may be that of a customer's
    purchase stored without one.
    """

    def __init__(self, intake: Intake, found: Found[PurchaseRecord]) -> None:
        self._intake = intake
        self._deals = dict(intake.refs(deals, (record.deal_key for record, _ in found)))
        claims = intake.claims(purchases, found)
        rows = list(intake.referred(purchases, (record.key for record, _ in found), *_COLUMNS))
        self._known = claims.make(rows, lambda row: (row.ref, *_held(row)), lambda r, who: (r.key, *_said(r, who)))
        # Of another contact: who bought may have been found out since.
        self._known |= claims.make(
            rows, lambda row: (row.ref, *_held(row)[1:]), lambda r, who: (r.key, *_said(r, who)[1:])
        )
        # The base's own key means its row, whose day or amount the sheet corrects, but not both and the customer.
        own = [
            claims.make(rows, lambda row: (row.ref, row.contact_id), lambda r, who: (intake.own(r.key), who)),
            claims.make(
                rows, lambda row: (row.ref, row.purchased_on), lambda r, _: (intake.own(r.key), r.purchased_on)
            ),
            claims.make(rows, lambda row: (row.ref, row.amount), lambda r, _: (intake.own(r.key), abs(r.amount))),
        ]
        self._known |= {where: row_id for found_rows in own for where, row_id in found_rows.items()}
        self._strangers = claims.make(rows, lambda row: row.ref, lambda r, _: intake.own(r.key))
        self._contradicted = claims.make(
            rows, lambda row: (row.ref, row.purchased_on), lambda r, _: (r.key, r.purchased_on)
        )
        alike = _alike(intake, claims.left)
        self._known |= claims.make(alike, _held, lambda r, who: None if r.key else _said(r, who))
        customers = [row for row in alike if not row.has_number and row.contact_id is not None]
        self._without_number = claims.make(customers, _held, _said)
        self._held = {row.id: row._mapping for row in (*rows, *alike)}
        self._lines = _lines_of(intake, self._held) if intake.is_over else {}

    def take(self, record: PurchaseRecord, contact_id: int | None) -> Fate:
        """Stores a purchase; one that the base has is completed, or changed, as the import is told.

        Raises Refused where the base has another purchase of that number and day, unless it is to be changed.
        """
        if stranger := self._strangers.get(record.where):
            raise Refused(
                f"the key {record.key} is that of purchase {stranger}, of another customer, day and amount: take it "
                "out of the row to store that as a new one"
            )
        other = self._contradicted.get(record.where)
        if other and self._intake.on_duplicate == "fill":
            raise Refused(
                f"purchase {other} of the base has this number and day, but another amount: --on-duplicate update "
                "takes over what was corrected; where all of the file is another shop's, import it with --source NAME"
            )
        without_number = self._without_number.get(record.where)
        known = other or without_number or self._known.get(record.where)
        if known is not None and self._intake.on_duplicate == "skip":
            return Fate.UNCHANGED
        if without_number:
            self._intake.add_ref(purchases, without_number, record.key)
        if known is not None:
            fate = self._complete(known, record)
            return Fate.UPDATED if without_number else fate
        self._store(record, contact_id)
        return Fate.CREATED

    def _store(self, record: PurchaseRecord, contact_id: int | None) -> None:
        purchase_id = self._intake.pending.add(
            purchases, contact_id=contact_id, purchased_on=record.purchased_on, **self._values(record)
        )
        self._intake.add_ref(purchases, purchase_id, record.key)
        self._intake.others.add(purchases, purchase_id, record.other_keys)
        self._link(purchase_id, record)
        for line in self._line_rows(record):
            self._intake.pending.add(purchase_lines, purchase_id=purchase_id, **line)

    def _link(self, purchase_id: int, record: PurchaseRecord) -> None:
        """Notes the sale that is given back, and a deal that is still to come."""
        if record.refund_of and record.is_refund:
            self._intake.links.note(Link(purchases, purchase_id, "refund_of_id", record.refund_of))
        if record.deal_key and record.deal_key not in self._deals:
            self._intake.links.note(Link(purchases, purchase_id, "deal_id", record.deal_key))

    def _values(self, record: PurchaseRecord, held: Mapping[str, Any] | None = None) -> dict[str, Any]:
        names, asks = self._intake.names, self._intake.asks
        return {
            "owner_id": names.employee(record.owner) if asks(held, "owner_id") else None,
            "channel_id": names.channel(record.channel) if asks(held, "channel_id") else None,
            "deal_id": self._deals.get(record.deal_key or ""),
            "kind": _kind(record),
            "amount": abs(record.amount),
            "cost": None if record.cost is None else abs(record.cost),
        }

    def _complete(self, purchase_id: int, record: PurchaseRecord) -> Fate:
        held, over = self._held[purchase_id], self._intake.is_over
        said = {"purchased_on": record.purchased_on, **self._values(record, held)}
        changed = completed(held, said, over=over)
        differs = bool(completed(held, said, over=True))
        relined = over and bool(record.lines) and self._reline(purchase_id, record)
        self._link(purchase_id, record)
        fate = self._intake.change(purchases, purchase_id, changed, record.other_keys, differs=differs)
        return Fate.UPDATED if relined else fate

    def _reline(self, purchase_id: int, record: PurchaseRecord) -> bool:
        """Puts the lines that the file tells in the place of those that the base has; whether they differed."""
        lines = self._line_rows(record)
        if sorted(map(_line_key, lines)) == sorted(self._lines.get(purchase_id, ())):
            return False
        self._intake.connection.execute(delete(purchase_lines).where(purchase_lines.c.purchase_id == purchase_id))
        for line in lines:
            self._intake.pending.add(purchase_lines, purchase_id=purchase_id, **line)
        return True

    def _line_rows(self, record: PurchaseRecord) -> list[dict[str, Any]]:
        sign = -1 if record.is_refund else 1
        found = [(self._intake.names.product(line.product, line.sku), line) for line in record.lines]
        return [_line_row(product_id, line, sign) for product_id, line in found if product_id is not None]


def known_customers(intake: Intake, records: Iterable[PurchaseRecord]) -> dict[tuple[Any, ...], int]:
    """Whose the purchases are that the base has: number, day, kind and amount -> the contact's id."""
    rows = intake.referred(purchases, {record.key for record in records}, *_COLUMNS)
    return {(row.ref, *_held(row)[1:]): row.contact_id for row in rows if row.contact_id is not None}


def identity(record: PurchaseRecord) -> tuple[Any, ...]:
    """What `known_customers` knows a purchase by."""
    return record.key, *_said(record, None)[1:]


def _line_row(product_id: int, line: LineRecord, sign: int) -> dict[str, Any]:
    cost = None if line.cost is None else sign * line.cost
    return {"product_id": product_id, "quantity": sign * line.quantity, "amount": sign * line.amount, "cost": cost}


def _line_key(line: dict[str, Any]) -> tuple[int, int, int, int]:
    return line["product_id"], line["quantity"], line["amount"], line["cost"] or 0


def _lines_of(intake: Intake, purchase_ids: Iterable[int]) -> dict[int, list[tuple[int, int, int, int]]]:
    found: dict[int, list[tuple[int, int, int, int]]] = {}
    c = purchase_lines.c
    for row in looked_up(intake.connection, select(purchase_lines), c.purchase_id, purchase_ids):
        found.setdefault(row.purchase_id, []).append(_line_key(dict(row._mapping)))
    return found


def _kind(record: PurchaseRecord) -> str:
    return "refund" if record.is_refund else "sale"


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
    mine = select(purchases, has_number).where(p.purchased_on.between(min(days), max(days)))
    rows = list(looked_up(intake.connection, mine, p.contact_id, (who for _, who in found if who is not None)))
    nobodys = {record.purchased_on for record, who in found if who is None}
    rows += looked_up(intake.connection, mine.where(p.contact_id.is_(None)), p.purchased_on, nobodys)
    return sorted(rows, key=lambda row: (row.has_number, row.id))
