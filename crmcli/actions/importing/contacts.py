"""Who is who: the contact that a row means, found among those of the base and of the file itself, or made."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Table, select

from crmcli.actions.importing.intake import Doubtful, Intake
from crmcli.actions.importing.links import Link, Links
from crmcli.actions.importing.match import is_told_already, matched, names_agree, refuse_deleted
from crmcli.actions.importing.pending import looked_up
from crmcli.actions.importing.report import Fate
from crmcli.actions.importing.roster import Known, Roster, name_of, name_without
from crmcli.schema import contact_points, contact_tags, contacts, not_deleted
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key


class Contacts:
    """The contacts that the records of one batch may mean. Each record is taken once, in order."""

    def __init__(self, intake: Intake, records: list[ContactRecord], also: Iterable[int] = ()) -> None:
        self._intake = intake
        self._roster = Roster(intake, records, also)
        self._referrers: list[tuple[int, str]] = []
        self._differs = False

    def take(self, record: ContactRecord) -> Fate:
        """Stores the contact of a row, or completes or changes the one that it means, as the import is told.

        One that may mean several is stored apart. Raises Refused where it contradicts the one whose key it has.
        """
        how = self._intake.on_duplicate
        found = None if how == "new" else self._meant(record)
        if found is not None and how == "skip":
            return Fate.UNCHANGED
        if found is None:
            self._make(record)
            return Fate.CREATED
        self._differs = False
        filled = self._fill(found, record, over=self._intake.is_over)
        return Fate.UPDATED if filled else Fate.DIFFERING if self._differs else Fate.UNCHANGED

    def _meant(self, record: ContactRecord) -> int | None:
        try:
            return matched(record, self._roster)
        except Doubtful as doubt:
            told = (i for i in doubt.contact_ids if is_told_already(record, self._roster, i))
            if (found := next(told, None)) is None:
                self._intake.report.apart += 1
            return found

    def customer(self, record: ContactRecord, otherwise: int | None) -> int:
        """The contact that a row of another kind speaks of, made where it is new; what is empty in it is filled.

        `otherwise` is whom it means where nobody else is found. Raises Refused like `take`.
        """
        found = matched(record, self._roster) or otherwise
        if found is None:
            return self._make(record)
        refuse_deleted(self._roster, found)
        if self._intake.on_duplicate != "skip":
            self._fill(found, record, over=False)
        return found

    def settle(self) -> None:
        """Makes what was changed pending."""
        for contact_id, known in self._roster.by_id.items():
            if contact_id > 0 and known.changed:
                self._intake.pending.change(contacts, contact_id, known.row)

    def referrers(self) -> list[tuple[int, str]]:
        """Who was sent by whom: the contact's id, once it is stored, and the referrer's name."""
        return [(self._intake.pending.final_id(contacts, contact_id), name) for contact_id, name in self._referrers]

    def _make(self, record: ContactRecord) -> int:
        """Makes the contact that a record tells of, with all that it says."""
        contact_id = self._intake.pending.new_id(contacts)
        row = self._row(contact_id, record)
        known = Known(row, is_new=True, archived=row["archived_at"] is not None)
        self._intake.pending.take(contacts, row)
        self._roster.by_id[contact_id] = known
        self._roster.by_name[row["search_key"]].append(contact_id)
        self._intake.report.contacts_made += 1
        self._link(contact_id, known, record, over=False)
        self._add_parts(contact_id, known, record)
        return contact_id

    def _row(self, contact_id: int, record: ContactRecord) -> dict[str, Any]:
        """The row of a new contact, still without those of its kind whom it is linked to."""
        names, name = self._intake.names, name_of(record) or name_without(record)
        return {
            "id": contact_id,
            "name": name,
            "search_key": search_key(name),
            "kind": record.kind or ("company" if record.company and not record.name else "person"),
            "company_id": None,
            "owner_id": names.employee(record.owner),
            "channel_id": names.channel(record.channel),
            "referred_by_id": None,
            "birthday": record.birthday,
            "city": record.city or None,
            "tax_id": record.tax_id or None,
            "next_contact_on": record.next_contact_on,
            "note": record.note or None,
            "extra": record.extra,
            "created_at": _start_of(record.created_on) or self._intake.writer.now,
            "archived_at": _start_of(record.archived_on),
        }

    def _fill(self, contact_id: int, record: ContactRecord, *, over: bool) -> bool:
        """Fills what is empty, and, `over`, changes what differs; whether anything was."""
        known = self._roster.by_id[contact_id]
        before, known.changed = known.changed, False
        self._fill_name(contact_id, known, record, over=over)
        self._fill_columns(known, record, over=over)
        self._fill_extra(known, record, over=over)
        self._link(contact_id, known, record, over=over)
        added = self._add_parts(contact_id, known, record)
        filled, known.changed = known.changed or added, known.changed or before
        return filled

    def _link(self, contact_id: int, known: Known, record: ContactRecord, *, over: bool) -> None:
        """Joins the contact to its company and to whoever sent it."""
        if record.company_key:
            self._join(contact_id, "company_id", record.company_key, record, over=over)
        elif record.company and record.name and (over or not known.row["company_id"]):
            company_id = self.company(record)
            self._set(known, "company_id", None if company_id == contact_id else company_id, over=over)
        if record.referrer_key:
            self._join(contact_id, "referred_by_id", record.referrer_key, record, over=over)
        elif record.referred_by and not known.row["referred_by_id"]:
            self._referrers.append((contact_id, record.referred_by))

    def _add_parts(self, contact_id: int, known: Known, record: ContactRecord) -> bool:
        """Adds the points, tags and keys that the contact has not; whether there were any."""
        added = self._add_key(contact_id, known, record.key)
        for point in record.points:
            added |= self._add_point(contact_id, known, point)
        for tag in record.tags:
            added |= self._add_tag(contact_id, known, tag)
        if record.other_keys:
            added |= self._intake.others.add(contacts, contact_id, record.other_keys)
        return added

    def _fill_name(self, contact_id: int, known: Known, record: ContactRecord, *, over: bool) -> None:
        """Names who has no name; `over`, renames, but never to a part of the name."""
        name = name_of(record)
        if not name or search_key(name) == known.row["search_key"]:
            return
        is_more = not set(search_key(name).split()) <= set(known.row["search_key"].split())
        if known.is_nameless or (over and record.name and is_more):
            kind = record.kind or ("person" if record.name else "company")
            known.row |= {"name": name, "search_key": search_key(name), "kind": kind}
            known.changed = True
            self._roster.by_name[search_key(name)].append(contact_id)

    def _fill_columns(self, known: Known, record: ContactRecord, *, over: bool) -> None:
        names, row = self._intake.names, known.row
        if record.owner and (over or not row["owner_id"]):
            self._set(known, "owner_id", names.employee(record.owner), over=over)
        if record.channel and (over or not row["channel_id"]):
            self._set(known, "channel_id", names.channel(record.channel), over=over)
        for column in ("birthday", "city", "tax_id", "note", "next_contact_on"):
            self._set(known, column, getattr(record, column), over=over)
        if over and record.archived_on and not known.archived:
            row["archived_at"], known.archived = _start_of(record.archived_on), True
            known.changed = True

    def _join(self, contact_id: int, column: str, key: str, record: ContactRecord, *, over: bool) -> None:
        """Links the contact to the one of that key: at once, or, where its row is still to come, at the end."""
        known, found = self._roster.by_id[contact_id], self._roster.by_key.get(key)
        if found is not None:
            self._set(known, column, None if found == contact_id else found, over=over)
        elif over or not known.row[column]:
            self._intake.links.note(Link(contacts, contact_id, column, key, record))

    def _fill_extra(self, known: Known, record: ContactRecord, *, over: bool) -> None:
        """Custom fields, and the name by which a sheet calls a contact who is known by another."""
        held, said = known.row["extra"], record.extra
        other = name_of(record)
        if other and other != known.row["name"] and not any(names_agree(other, name) for name in self._names(known)):
            said = {**said, "also called": other}
        if told := {field: text for field, text in said.items() if field not in held or (over and held[field] != text)}:
            known.row["extra"] = {**held, **told}
            known.changed = True
        elif any(held.get(field) != text for field, text in said.items()):
            self._differs = True

    def _names(self, known: Known) -> list[str]:
        company = self._roster.company_key(known)
        return [known.row["name"], *([company] if company else [])]

    def _set(self, known: Known, column: str, value: Any, *, over: bool) -> None:
        if not value or known.row[column] == value:
            return
        if over or not known.row[column]:
            known.row[column] = value
            known.changed = True
        else:
            self._differs = True

    def company(self, record: ContactRecord) -> int:
        """The company that the contact belongs to, by its name, made where it is new; one in the trash stays there."""
        by_id = self._roster.by_id
        named = self._roster.by_name.get(search_key(record.company or ""), ())
        companies = self._roster.live(i for i in named if by_id[i].row["kind"] == "company")
        if companies:
            return companies[0]
        return self._make(ContactRecord(record.where, record.company_key, company=record.company, kind="company"))

    def _add_point(self, contact_id: int, known: Known, point: Point) -> bool:
        if not self._roster.add_point(contact_id, known, point):
            return False
        row = {
            "contact_id": contact_id,
            "kind": point.kind,
            "value": point.value,
            "raw": point.raw,
            "label": point.label,
            "position": known.position,
        }
        self._intake.pending.take(contact_points, row)
        return True

    def _add_tag(self, contact_id: int, known: Known, tag: str) -> bool:
        if not search_key(tag) or search_key(tag) in known.tags:
            return False
        known.tags |= {search_key(tag)}
        self._intake.pending.take(contact_tags, {"contact_id": contact_id, "tag": " ".join(tag.split())})
        return True

    def _add_key(self, contact_id: int, known: Known, key: str | None) -> bool:
        if not key or key in known.keys:
            return False
        known.keys |= {key}
        self._roster.by_key[key] = contact_id
        return self._intake.add_ref(contacts, contact_id, key)


def link_up(intake: Intake, links: Links) -> list[tuple[int, str]]:
    """Follows the links of all rows; those contacts whose referrer's key nobody has, with the referrer's name.

    A company whose key nobody has is known by its name, or made.
    """
    nobodys: list[Link] = []
    by_target: dict[Table, list[tuple[Link, int | None]]] = defaultdict(list)
    for link, held in links.open(intake.connection, over=intake.is_over):
        by_target[link.target].append((link, held))
    for target, waiting in by_target.items():
        ids = dict(intake.refs(target, (link.key for link, _ in waiting)))
        for link, held in waiting:
            is_itself = target is link.table and ids.get(link.key) == link.row_id
            if not is_itself and ids.get(link.key) not in {None, held}:
                intake.pending.change(link.table, link.row_id, {link.column: ids[link.key]})
        nobodys += [link for link, held in waiting if link.key not in ids and held is None]
    _join_by_name(intake, [link for link in nobodys if link.column == "company_id"])
    sent = [link for link in nobodys if link.column == "referred_by_id"]
    return [(link.row_id, link.record.referred_by) for link in sent if link.record and link.record.referred_by]


def _join_by_name(intake: Intake, links: list[Link]) -> None:
    """Links contacts to companies by name."""
    named = [(link.row_id, link.record) for link in links if link.record and link.record.company]
    whose = Contacts(intake, [record for _, record in named])
    for contact_id, record in named:
        if (company_id := whose.company(record)) != contact_id:
            intake.pending.change(contacts, contact_id, {"company_id": company_id})
    whose.settle()


def refer(intake: Intake, referrers: Iterable[tuple[int, str]]) -> None:
    """Links who was sent by whom; a referrer whom nobody knows stays as a field of the contact's own."""
    named = dict(referrers)
    c = contacts.c
    by_key: dict[str, list[int]] = defaultdict(list)
    live = select(c.id, c.search_key).where(c.archived_at.is_(None), not_deleted())
    for row in looked_up(intake.connection, live, c.search_key, map(search_key, named.values())):
        by_key[row.search_key].append(row.id)
    for row in looked_up(intake.connection, select(c.id, c.extra), c.id, named):
        found = [i for i in by_key[search_key(named[row.id])] if i != row.id]
        if len(found) == 1:
            intake.pending.change(contacts, row.id, {"referred_by_id": found[0]})
        elif "referred_by" not in row.extra:
            intake.pending.change(contacts, row.id, {"extra": {**row.extra, "referred_by": named[row.id]}})


def _start_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time()) if day else None


def customers_of(records: Iterable[Any]) -> list[ContactRecord]:
    """Every contact that records name: themselves, or their customers."""
    named = (record if isinstance(record, ContactRecord) else getattr(record, "customer", None) for record in records)
    return [record for record in named if record is not None]
