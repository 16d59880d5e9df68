"""Who is who: the contact that a row means, found among those of the base and of the file itself, or made."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, update

from crmcli.actions.importing.intake import Intake
from crmcli.actions.importing.match import matched, names_agree
from crmcli.actions.importing.roster import FILLED, Known, Roster, name_of, name_without
from crmcli.schema import contact_points, contact_tags, contacts
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key


class Contacts:
    """The contacts that a file may mean. Each of its contact records is taken once, in order."""

    def __init__(self, intake: Intake, records: list[ContactRecord]) -> None:
        self._intake = intake
        self._roster = Roster(intake, records)
        self._referrers: list[tuple[int, str]] = []

    def take(self, record: ContactRecord) -> tuple[int, bool, bool]:
        """The contact that a record means, made where it is new: its id, whether it is new, whether it was filled.

        Raises Refused where the record may mean several contacts or contradicts the one whose key it has.
        """
        found = matched(record, self._roster)
        contact_id = self._add(record) if found is None else found
        return contact_id, found is None, self._fill(contact_id, record)

    def plan(self, contact_id: int, next_contact_on: date) -> None:
        """Plans the next touch of a contact for whom none is planned."""
        self._set(self._roster.by_id[contact_id], "next_contact_on", next_contact_on)

    def settle(self) -> None:
        """Says who was sent by whom, and makes the new contacts pending."""
        self._refer()
        for known in self._roster.by_id.values():
            if known.is_new:
                self._intake.pending.take(contacts, known.row)

    def update_filled(self) -> None:
        """Stores what was filled into contacts that the base had."""
        final = self._intake.pending.final
        filled = [
            {"row_id": contact_id, **final(contacts, known.row)}
            for contact_id, known in self._roster.by_id.items()
            if known.changed and not known.is_new
        ]
        if filled:
            values: dict[str, Any] = {name: bindparam(name) for name in FILLED}
            statement = update(contacts).where(contacts.c.id == bindparam("row_id")).values(values)
            self._intake.connection.execute(statement, filled)

    def _add(self, record: ContactRecord) -> int:
        name = name_of(record) or name_without(record)
        contact_id = self._intake.pending.new_id(contacts)
        row = dict.fromkeys(FILLED) | {
            "id": contact_id,
            "name": name,
            "search_key": search_key(name),
            "kind": record.kind or ("company" if record.company and not record.name else "person"),
            "extra": {},
            "created_at": datetime.combine(record.created_on, time()) if record.created_on else self._intake.writer.now,
        }
        self._roster.by_id[contact_id] = Known(row, is_new=True)
        self._roster.by_name[search_key(name)].append(contact_id)
        self._intake.report.contacts_made += 1
        return contact_id

    def _fill(self, contact_id: int, record: ContactRecord) -> bool:
        """Fills what is empty; whether anything was."""
        known = self._roster.by_id[contact_id]
        before, known.changed = known.changed, False
        self._fill_name(contact_id, known, record)
        self._fill_columns(contact_id, known, record)
        self._fill_extra(known, record)
        added = [self._add_point(contact_id, point) for point in record.points]
        added += [self._add_tag(contact_id, known, tag) for tag in record.tags]
        added.append(self._add_key(contact_id, known, record.key))
        if record.referred_by and not known.row["referred_by_id"]:
            self._referrers.append((contact_id, record.referred_by))
        filled, known.changed = known.changed or any(added), known.changed or before
        return filled

    def _fill_name(self, contact_id: int, known: Known, record: ContactRecord) -> None:
        name = name_of(record)
        if name and known.is_nameless:
            kind = record.kind or ("person" if record.name else "company")
            known.row |= {"name": name, "search_key": search_key(name), "kind": kind}
            known.changed = True
            self._roster.by_name[search_key(name)].append(contact_id)

    def _fill_columns(self, contact_id: int, known: Known, record: ContactRecord) -> None:
        if record.company and record.name and not known.row["company_id"]:
            company_id = self._company(record)
            self._set(known, "company_id", None if company_id == contact_id else company_id)
        names = self._intake.names
        if record.owner and not known.row["owner_id"]:
            self._set(known, "owner_id", names.employee(record.owner))
        if record.channel and not known.row["channel_id"]:
            self._set(known, "channel_id", names.channel(record.channel))
        for column in ("birthday", "city", "tax_id", "note", "next_contact_on"):
            self._set(known, column, getattr(record, column))

    def _fill_extra(self, known: Known, record: ContactRecord) -> None:
        """Custom fields, and the name by which a sheet calls a contact who is known by another."""
        said = dict(record.extra)
        other = name_of(record)
        if other and other != known.row["name"] and not any(names_agree(other, held) for held in self._names(known)):
            said["also called"] = other
        if missing := {field: text for field, text in said.items() if field not in known.row["extra"]}:
            known.row["extra"] = {**known.row["extra"], **missing}
            known.changed = True

    def _names(self, known: Known) -> list[str]:
        company = self._roster.company_key(known)
        return [known.row["name"], *([company] if company else [])]

    def _set(self, known: Known, column: str, value: Any) -> None:
        if value and not known.row[column]:
            known.row[column] = value
            known.changed = True

    def _company(self, record: ContactRecord) -> int:
        """The company that the contact belongs to, made where it is new."""
        by_id = self._roster.by_id
        named = self._roster.by_name.get(search_key(record.company or ""), ())
        companies = self._roster.live(i for i in named if by_id[i].row["kind"] == "company")
        if companies:
            return companies[0]
        return self._add(ContactRecord(record.where, company=record.company, kind="company"))

    def _add_point(self, contact_id: int, point: Point) -> bool:
        if not self._roster.add_point(contact_id, point):
            return False
        row = {"kind": point.kind, "value": point.value, "raw": point.raw, "label": point.label}
        position = self._roster.by_id[contact_id].position
        self._intake.pending.add(contact_points, contact_id=contact_id, **row, position=position)
        return True

    def _add_tag(self, contact_id: int, known: Known, tag: str) -> bool:
        if not search_key(tag) or search_key(tag) in known.tags:
            return False
        known.tags.add(search_key(tag))
        self._intake.pending.add(contact_tags, contact_id=contact_id, tag=" ".join(tag.split()))
        return True

    def _add_key(self, contact_id: int, known: Known, key: str | None) -> bool:
        if not key or key in known.keys:
            return False
        known.keys.add(key)
        self._roster.by_key[key] = contact_id
        self._intake.add_ref(contacts, contact_id, key)
        return True

    def _refer(self) -> None:
        """Links who was sent by whom; a referrer whom nobody knows stays as a field of the contact's own."""
        for contact_id, name in self._referrers:
            known = self._roster.by_id[contact_id]
            named = self._roster.by_name.get(search_key(name), ())
            referrers = self._roster.live(i for i in named if i != contact_id)
            if len(referrers) == 1:
                self._set(known, "referred_by_id", referrers[0])
            elif "referred_by" not in known.row["extra"]:
                known.row["extra"] = {**known.row["extra"], "referred_by": name}
                known.changed = True


def customers_of(records: Iterable[Any]) -> list[ContactRecord]:
    """Every contact that records name: themselves, or their customers."""
    named = (record if isinstance(record, ContactRecord) else record.customer for record in records)
    return [record for record in named if record is not None]
