"""The way of a file's records into the base."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from crmcli.actions.importing.contacts import Contacts, customers_of
from crmcli.actions.importing.deals import Deals
from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.names import Names, Stages
from crmcli.actions.importing.pending import Pending
from crmcli.actions.importing.purchases import Purchases
from crmcli.actions.importing.report import Report
from crmcli.actions.importing.touches import Touches
from crmcli.base.bulk import defer_references
from crmcli.base.writing import Writer
from crmcli.values.records import ContactRecord, DealRecord, PurchaseRecord, Record, TouchRecord, Where

Found = list[tuple[Any, int | None]]


def store_records(writer: Writer, records: Sequence[Record], source: str, today: date) -> Report:
    """Stores what is new in `records`; what the base has already is left alone, but its empty fields are filled.

    `source` tells the keys of one system from those of another. Rows that mean nobody in particular, or contradict
    what is known, are refused and reported; everything else is stored.
    """
    report = Report()
    names, stages = Names(writer, report), Stages(writer, report)
    intake = Intake(writer, Pending(writer.connection), names, stages, report, source, today)
    defer_references(writer.connection)
    contacts = Contacts(intake, customers_of(records))
    _take_contacts(intake, contacts, records)
    found = list(_with_customers(intake, contacts, records))
    _plan(contacts, found)
    for kind, taker in ((DealRecord, Deals), (PurchaseRecord, Purchases), (TouchRecord, Touches)):
        mine: Any = [(record, contact_id) for record, contact_id in found if isinstance(record, kind)]
        _take_all(intake, taker(intake, mine).take, mine)
    contacts.settle()
    intake.pending.store()
    contacts.update_filled()
    return report


def _take_contacts(intake: Intake, contacts: Contacts, records: Iterable[Record]) -> None:
    for record in (record for record in records if isinstance(record, ContactRecord)):
        if taken := _refusing(intake, record.where, record.name or record.key or "", contacts.take, record):
            _, is_new, filled = taken
            _count(intake, record.where, is_new, filled=filled)


def _with_customers(intake: Intake, contacts: Contacts, records: Iterable[Record]) -> Iterator[tuple[Any, int | None]]:
    """Deals, purchases and touches with the contact they belong to; those whose contact is refused are left out."""
    for record in records:
        if isinstance(record, ContactRecord):
            continue
        customer = record.customer
        if customer is None:
            yield record, None
        elif taken := _refusing(intake, record.where, customer.name or customer.key or "", contacts.take, customer):
            yield record, taken[0]


def _plan(contacts: Contacts, found: Found) -> None:
    """The last touch of a contact says when the next is to be."""
    last: dict[int, TouchRecord] = {}
    for record, contact_id in found:
        if isinstance(record, TouchRecord) and contact_id is not None:
            known = last.get(contact_id)
            if known is None or record.happened_on >= known.happened_on:
                last[contact_id] = record
    for contact_id, record in last.items():
        if record.next_contact_on:
            contacts.plan(contact_id, record.next_contact_on)


def _take_all(intake: Intake, take: Callable[[Any, Any], bool], found: Found) -> None:
    for record, contact_id in found:
        is_new = _refusing(intake, record.where, getattr(record, "title", ""), take, record, contact_id)
        if is_new is not None:
            _count(intake, record.where, is_new)
            if isinstance(record, PurchaseRecord):
                intake.report.later_than_today += record.purchased_on > intake.today


def _refusing(intake: Intake, where: Where, value: str, take: Callable[..., Any], *args: Any) -> Any:
    """What `take` returns; None, and a line in the report, where it refuses."""
    try:
        return take(*args)
    except Refused as error:
        intake.report.refuse(where, value, str(error))
        return None


def _count(intake: Intake, where: Where, is_new: bool, *, filled: bool = False) -> None:
    tally = intake.report.sheets[where.sheet]
    tally.new += is_new
    tally.known += not is_new
    tally.filled += filled and not is_new
