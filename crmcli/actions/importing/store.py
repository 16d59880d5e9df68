"""The way of a file's records into the base."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from crmcli.actions.importing.contacts import Contacts, customers_of, link_up, refer
from crmcli.actions.importing.deals import Deals
from crmcli.actions.importing.intake import Intake, OnDuplicate, Refused, Start
from crmcli.actions.importing.keys import with_known_keys
from crmcli.actions.importing.links import Links, OtherKeys
from crmcli.actions.importing.names import Names, Stages
from crmcli.actions.importing.pending import Pending, looked_up
from crmcli.actions.importing.products import Products
from crmcli.actions.importing.purchases import Purchases, identity, known_customers
from crmcli.actions.importing.report import Report
from crmcli.actions.importing.touches import Touches
from crmcli.base.bulk import defer_references
from crmcli.base.writing import Writer
from crmcli.schema import contacts
from crmcli.values.records import (
    ContactRecord,
    DealRecord,
    ProductRecord,
    PurchaseRecord,
    Record,
    Rejection,
    TouchRecord,
    Where,
)

Found = list[tuple[Any, int | None]]


class Store:
    """One import on its way into the base, batch after batch.

    What the base has already is completed or changed as `on_duplicate` says. Rows that mean nobody in particular, or
    contradict what is known, are refused and reported; everything else is stored. `source` tells the keys of one
    system from those of another.
    """

    def __init__(self, writer: Writer, today: date, source: str = "", on_duplicate: OnDuplicate = "fill") -> None:
        self.report = Report()
        self._writer = writer
        names, stages = Names(writer, self.report), Stages(writer, self.report)
        start = Start(writer.connection)
        self._mark = start.mark
        self._shared = (names, stages, self.report, source, today, on_duplicate, start)
        self._claimed: dict[str, set[int]] = defaultdict(set)
        self._links = Links()
        self._referrers: list[tuple[int, str]] = []
        self._last_touches: dict[int, tuple[date, date | None]] = {}
        defer_references(writer.connection)

    def take(self, records: Sequence[Record]) -> list[Rejection]:
        """Stores one batch; the rows of it that cannot be stored."""
        intake, before = self._intake(records), len(self.report.rejections)
        if intake.on_duplicate != "new":
            records = with_known_keys(intake, records)
        sold = [record for record in records if isinstance(record, PurchaseRecord) and record.key]
        known = known_customers(intake, sold)
        whose = Contacts(intake, customers_of(records), known.values())
        _take_contacts(intake, whose, records)
        _take_products(intake, [record for record in records if isinstance(record, ProductRecord)])
        found = list(_with_customers(intake, whose, records, known))
        for kind, taker in ((DealRecord, Deals), (PurchaseRecord, Purchases), (TouchRecord, Touches)):
            if mine := [(record, contact_id) for record, contact_id in found if isinstance(record, kind)]:
                _take_all(intake, taker(intake, mine).take, mine)  # type: ignore[arg-type]  # of one kind: see above
        whose.settle()
        intake.pending.store()
        self._links.settle(intake.pending)
        self._referrers += whose.referrers()
        self._note_touches(intake, found)
        return self.report.rejections[before:]

    def finish(self) -> Report:
        """Stores what could not be known before the last row: what it links to, and when the next touch is planned."""
        intake = self._intake()
        refer(intake, self._referrers + link_up(intake, self._links))
        _plan(intake, {contact_id: planned for contact_id, (_, planned) in self._last_touches.items() if planned})
        intake.pending.store()
        return self.report

    def _intake(self, records: Sequence[Record] = ()) -> Intake:
        pending = Pending(self._writer.connection)
        others = OtherKeys(self._writer.connection, pending, self._mark, records)
        return Intake(self._writer, pending, *self._shared, self._claimed, self._links, others)

    def _note_touches(self, intake: Intake, found: Found) -> None:
        """The last touch of a contact says when the next is to be."""
        for record, provisional_id in found:
            if isinstance(record, TouchRecord) and provisional_id is not None:
                contact_id = intake.pending.final_id(contacts, provisional_id)
                last = self._last_touches.get(contact_id)
                if last is None or record.happened_on >= last[0]:
                    self._last_touches[contact_id] = record.happened_on, record.next_contact_on


def _take_contacts(intake: Intake, whose: Contacts, records: Iterable[Record]) -> None:
    for record in records:
        if isinstance(record, ContactRecord):
            fate = _refusing(intake, record.where, record.name or record.key or "", whose.take, record)
            if fate is not None:
                intake.report.sheets[record.where.sheet].count(fate)


def _take_products(intake: Intake, records: Sequence[ProductRecord]) -> None:
    if records:
        known = Products(intake)
        for record in records:
            intake.report.sheets[record.where.sheet].count(known.take(record))


def _with_customers(
    intake: Intake, whose: Contacts, records: Iterable[Record], known: dict[tuple[Any, ...], int]
) -> Iterator[tuple[Any, int | None]]:
    """Deals, purchases and touches with the contact they belong to; those whose contact is refused are left out."""
    for record in records:
        if isinstance(record, ContactRecord | ProductRecord):
            continue
        customer = record.customer
        if customer is None:
            yield record, None
            continue
        otherwise = known.get(identity(record)) if isinstance(record, PurchaseRecord) and record.key else None
        named = customer.name or customer.key or ""
        contact_id = _refusing(intake, record.where, named, whose.customer, customer, otherwise)
        if contact_id is not None:
            yield record, contact_id


def _plan(intake: Intake, planned: dict[int, date]) -> None:
    """Plans the next touch of contacts for whom none is planned."""
    c = contacts.c
    unplanned = select(c.id).where(c.next_contact_on.is_(None))
    for row in looked_up(intake.connection, unplanned, c.id, planned):
        intake.pending.change(contacts, row.id, {"next_contact_on": planned[row.id]})


def _take_all(intake: Intake, take: Callable[[Any, Any], Any], found: Found) -> None:
    for record, contact_id in found:
        fate = _refusing(intake, record.where, getattr(record, "title", ""), take, record, contact_id)
        if fate is not None:
            intake.report.sheets[record.where.sheet].count(fate)
            if isinstance(record, PurchaseRecord):
                intake.report.later_than_today += record.purchased_on > intake.today


def _refusing(intake: Intake, where: Where, value: str, take: Callable[..., Any], *args: Any) -> Any:
    """What `take` returns; None, and a line in the report, where it refuses."""
    try:
        return take(*args)
    except Refused as error:
        intake.report.refuse(where, value, str(error))
        return None
