"""Who is who: the contact that a row means, found among those of the base and of the file itself, or made."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, select, update

from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.pending import looked_up
from crmcli.base.rollup import lock_contacts
from crmcli.schema import contact_points, contact_tags, contacts, external_refs
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key

_FORMS = {"ооо", "оао", "зао", "пао", "ао", "ип", "чп", "тоо", "llc", "ltd", "inc", "gmbh", "co", "corp", "the"}
_FILLED = (
    "name", "search_key", "kind", "company_id", "owner_id", "channel_id", "referred_by_id", "birthday", "city",
    "tax_id", "next_contact_on", "note", "extra",
)  # fmt: skip
_NAMELESS = "Customer "
"""A contact of whom a sheet gave the key alone is called so until another gives the name."""


@dataclass(slots=True)
class Known:
    """A contact of the base or of the file: the columns that a file may fill, its points, tags and sheet keys."""

    row: dict[str, Any]
    is_new: bool
    values: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    position: int = 0
    changed: bool = False


class Contacts:
    """The contacts that a file may mean. Each of its contact records is taken once, in order."""

    def __init__(self, intake: Intake, records: list[ContactRecord]) -> None:
        self._intake = intake
        self._by_id: dict[int, Known] = {}
        self._by_key: dict[str, int] = {}
        self._by_value: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._referrers: list[tuple[int, str]] = []
        self._load(records)

    def take(self, record: ContactRecord) -> tuple[int, bool, bool]:
        """The contact that a record means, made where it is new: its id, whether it is new, whether it was filled.

        Raises Refused where the record may mean several contacts or contradicts the one whose key it has.
        """
        found = self._match(record)
        contact_id = self._add(record) if found is None else found
        changed = self._fill(contact_id, record)
        return contact_id, found is None, changed

    def settle(self) -> None:
        """Says who was sent by whom, and makes the new contacts pending."""
        self._refer()
        for known in self._by_id.values():
            if known.is_new:
                self._intake.pending.take(contacts, known.row)

    def update_filled(self) -> None:
        """Stores what was filled into contacts that the base had."""
        filled = [
            {"row_id": key, **known.row} for key, known in self._by_id.items() if known.changed and not known.is_new
        ]
        if filled:
            lock_contacts(self._intake.connection, [row["row_id"] for row in filled])
            values: dict[str, Any] = {name: bindparam(name) for name in _FILLED}
            statement = update(contacts).where(contacts.c.id == bindparam("row_id")).values(values)
            self._intake.connection.execute(statement, [{k: row[k] for k in ("row_id", *_FILLED)} for row in filled])

    def _load(self, records: list[ContactRecord]) -> None:
        connection = self._intake.connection
        self._by_key = dict(self._intake.refs(contacts, (record.key for record in records)))
        values = {point.value for record in records for point in record.points if point.value}
        p = contact_points.c
        for row in looked_up(connection, select(p.value, p.contact_id).order_by(p.contact_id), p.value, values):
            self._by_value[row.value].append(row.contact_id)
        wanted = {
            search_key(text) for record in records for text in (record.name, record.company, record.referred_by) if text
        }
        named = select(contacts.c.search_key, contacts.c.id).where(contacts.c.archived_at.is_(None))
        for row in looked_up(connection, named.order_by(contacts.c.id), contacts.c.search_key, wanted):
            self._by_name[row.search_key].append(row.id)
        self._load_details({*self._by_key.values(), *chain(*self._by_value.values(), *self._by_name.values())})
        companies = {known.row["company_id"] for known in self._by_id.values()} - {None}
        self._load_details(companies - self._by_id.keys())

    def _load_details(self, ids: set[int]) -> None:
        connection = self._intake.connection
        columns = [contacts.c.id, *(contacts.c[name] for name in _FILLED)]
        for row in looked_up(connection, select(*columns), contacts.c.id, ids):
            self._by_id[row.id] = Known(dict(row._mapping), is_new=False)
        p, t, r = contact_points.c, contact_tags.c, external_refs.c
        for row in looked_up(connection, select(p.contact_id, p.value, p.raw, p.position), p.contact_id, ids):
            known = self._by_id[row.contact_id]
            known.values.add(row.value or row.raw)
            known.position = max(known.position, row.position)
        for row in looked_up(connection, select(t.contact_id, t.tag), t.contact_id, ids):
            self._by_id[row.contact_id].tags.add(search_key(row.tag))
        refs = select(r.row_id, r.ref).where(r.table_name == "contacts", r.source == self._intake.source)
        for row in looked_up(connection, refs, r.row_id, ids):
            self._by_id[row.row_id].keys.add(row.ref)

    def _match(self, record: ContactRecord) -> int | None:
        """By the sheet's own key, then a phone, then an e-mail, then the name."""
        if record.key and (by_key := self._by_key.get(record.key)):
            self._refuse_contradiction(record, self._by_id[by_key])
            return by_key
        for value in (point.value for point in record.points if point.value):
            alike = [i for i in self._by_value.get(value, ()) if self._may_be(record, self._by_id[i])]
            if len(set(alike)) == 1:
                return alike[0]
        name = record.name or record.company
        return self._match_name(record, search_key(name)) if name else None

    def _match_name(self, record: ContactRecord, key: str) -> int | None:
        alike = [i for i in self._by_name.get(key, ()) if self._same_by_name(record, self._by_id[i])]
        near = [i for i in alike if self._shares_place(record, self._by_id[i])] or alike
        if len(near) > 1 and not record.key:
            raise Refused(f"{len(near)} contacts have this name: a phone, an e-mail or a key would tell which is meant")
        return near[0] if len(near) == 1 else None

    def _same_by_name(self, record: ContactRecord, known: Known) -> bool:
        """Of one name: no other key, company or city, and no other phones unless company or city are the same."""
        if record.key and known.keys:
            return False
        company, city = self._company_key(known), known.row["city"]
        if record.company and company and search_key(record.company) != company:
            return False
        if record.city and city and search_key(record.city) != search_key(city):
            return False
        values = {point.value for point in record.points if point.value}
        return not (values and known.values) or bool(values & known.values) or self._shares_place(record, known)

    def _shares_place(self, record: ContactRecord, known: Known) -> bool:
        same_company = record.company and search_key(record.company) == self._company_key(known)
        same_city = record.city and known.row["city"] and search_key(record.city) == search_key(known.row["city"])
        return bool(same_company or same_city)

    def _company_key(self, known: Known) -> str | None:
        company = self._by_id.get(known.row["company_id"] or 0)
        return company.row["search_key"] if company else None

    def _may_be(self, record: ContactRecord, known: Known) -> bool:
        """A phone or e-mail may be shared: then the names must have a word in common, and no keys differ."""
        if record.key and known.keys and record.key not in known.keys:
            return False
        name = record.name or record.company
        return not name or _is_nameless(known.row["name"]) or bool(_words(name) & _words(known.row["name"]))

    def _refuse_contradiction(self, record: ContactRecord, known: Known) -> None:
        name = record.name or record.company
        shares_point = any((point.value or point.raw) in known.values for point in record.points)
        of_name = not name or _is_nameless(known.row["name"]) or bool(_words(name) & _words(known.row["name"]))
        if not of_name and not shares_point:
            raise Refused(
                f"the key {record.key} is that of contact {known.row['id']} {known.row['name']}, not of {name}: "
                "if the file comes from another system, import it with --source NAME"
            )

    def _add(self, record: ContactRecord) -> int:
        name = record.name or record.company or _name_without(record)
        contact_id = self._intake.pending.new_id(contacts)
        row = dict.fromkeys(_FILLED) | {
            "id": contact_id,
            "name": name,
            "search_key": search_key(name),
            "kind": record.kind or ("company" if record.company and not record.name else "person"),
            "extra": {},
            "created_at": datetime.combine(record.created_on, time()) if record.created_on else self._intake.writer.now,
        }
        self._by_id[contact_id] = Known(row, is_new=True)
        self._by_name[search_key(name)].append(contact_id)
        self._intake.report.contacts_made += 1
        return contact_id

    def _fill(self, contact_id: int, record: ContactRecord) -> bool:
        """Fills what is empty; whether anything was."""
        known = self._by_id[contact_id]
        before = known.changed
        known.changed = False
        self._fill_columns(contact_id, known, record)
        added = [self._add_point(contact_id, known, point) for point in record.points]
        added += [self._add_tag(contact_id, known, tag) for tag in record.tags]
        if record.key and record.key not in known.keys:
            known.keys.add(record.key)
            self._by_key[record.key] = contact_id
            self._intake.add_ref(contacts, contact_id, record.key)
            added.append(True)
        filled, known.changed = known.changed or any(added), known.changed or before
        return filled

    def _fill_columns(self, contact_id: int, known: Known, record: ContactRecord) -> None:
        self._fill_name(contact_id, known, record)
        company_id = self._company(record) if record.company and not known.row["company_id"] else None
        values = {
            "company_id": company_id if company_id != contact_id else None,
            "owner_id": self._intake.names.employee(record.owner),
            "channel_id": self._intake.names.channel(record.channel),
            "birthday": record.birthday,
            "city": record.city,
            "tax_id": record.tax_id,
            "note": record.note,
            "next_contact_on": record.next_contact_on,
        }
        for column, value in values.items():
            if value and not known.row[column]:
                known.row[column] = value
                known.changed = True
        if missing := {field: text for field, text in record.extra.items() if field not in known.row["extra"]}:
            known.row["extra"] = {**known.row["extra"], **missing}
            known.changed = True
        if record.referred_by and not known.row["referred_by_id"]:
            self._referrers.append((contact_id, record.referred_by))

    def _fill_name(self, contact_id: int, known: Known, record: ContactRecord) -> None:
        name = record.name or record.company
        if name and _is_nameless(known.row["name"]):
            kind = record.kind or ("person" if record.name else "company")
            known.row |= {"name": name, "search_key": search_key(name), "kind": kind}
            known.changed = True
            self._by_name[search_key(name)].append(contact_id)

    def _company(self, record: ContactRecord) -> int | None:
        """The company that the contact belongs to, made where it is new; None where the contact is that company."""
        if not record.company or not record.name:
            return None
        key = search_key(record.company)
        companies = [i for i in self._by_name.get(key, ()) if self._by_id[i].row["kind"] == "company"]
        return (
            companies[0]
            if companies
            else self._add(ContactRecord(record.where, company=record.company, kind="company"))
        )

    def _add_point(self, contact_id: int, known: Known, point: Point) -> bool:
        value = point.value or point.raw
        if not value or value in known.values:
            return False
        known.values.add(value)
        known.position += 1
        self._by_value[value].append(contact_id)
        row = {"kind": point.kind, "value": point.value, "raw": point.raw, "label": point.label}
        self._intake.pending.add(contact_points, contact_id=contact_id, **row, position=known.position)
        return True

    def _add_tag(self, contact_id: int, known: Known, tag: str) -> bool:
        if not search_key(tag) or search_key(tag) in known.tags:
            return False
        known.tags.add(search_key(tag))
        self._intake.pending.add(contact_tags, contact_id=contact_id, tag=" ".join(tag.split()))
        return True

    def _refer(self) -> None:
        """Links who was sent by whom; a referrer whom nobody knows stays as a field of the contact's own."""
        for contact_id, name in self._referrers:
            known = self._by_id[contact_id]
            referrers = [i for i in self._by_name.get(search_key(name), ()) if i != contact_id]
            if len(referrers) == 1:
                known.row["referred_by_id"] = referrers[0]
                known.changed = True
            elif "referred_by" not in known.row["extra"]:
                known.row["extra"] = {**known.row["extra"], "referred_by": name}
                known.changed = True


def customers_of(records: Iterable[Any]) -> list[ContactRecord]:
    """Every contact that records name: themselves, or their customers."""
    named = (record if isinstance(record, ContactRecord) else record.customer for record in records)
    return [record for record in named if record is not None]


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"\w+", search_key(name)) if word not in _FORMS}


def _is_nameless(name: str) -> bool:
    return name.startswith(_NAMELESS)


def _name_without(record: ContactRecord) -> str:
    return record.points[0].raw if record.points else f"{_NAMELESS}{record.key}"
