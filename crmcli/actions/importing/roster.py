"""The contacts that the records of a file may mean: those of the base, and those that the file makes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy import Column, ColumnElement, exists, select

from crmcli.actions.importing.intake import Intake
from crmcli.actions.importing.pending import looked_up
from crmcli.schema import contact_points, contact_tags, contacts, external_refs
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key

FILLED = (
    "name", "search_key", "kind", "company_id", "owner_id", "channel_id", "referred_by_id", "birthday", "city",
    "tax_id", "next_contact_on", "note", "extra",
)  # fmt: skip
"""The columns of a contact that a file may fill."""

REACHING = frozenset({"phone", "email", "messenger"})
"""Points that belong to a person; a website or an address is shared by everybody there."""

_NAMELESS = "Customer "


@dataclass(slots=True)
class Known:
    """A contact of the base or of the file: the columns that a file may fill, its points, tags and sheet keys.

    The texts of the points as they were typed are kept by what tells them apart: kind and `point_key`.
    """

    row: dict[str, Any]
    is_new: bool
    archived: bool = False
    deleted: bool = False
    erased: bool = False
    points: dict[tuple[str, str], str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    position: int = 0
    changed: bool = False

    @property
    def is_nameless(self) -> bool:
        """Whether it is called by its key or phone for want of a name."""
        name = self.row["name"]
        if name.startswith(_NAMELESS):
            return name.removeprefix(_NAMELESS) in {*self.keys, self.row["tax_id"]}
        return name in self.points.values()


class Roster:
    """Contacts by their ids, and the ids by the sheet's key, point, tax id and name, the archived ones last."""

    def __init__(self, intake: Intake, records: list[ContactRecord], also: Iterable[int] = ()) -> None:
        self._intake = intake
        self.by_id: dict[int, Known] = {}
        self.by_key: dict[str, int] = dict(intake.refs(contacts, chain.from_iterable(map(_keys, records))))
        self.by_point: dict[str, list[int]] = defaultdict(list)
        self.by_tax_id: dict[str, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for keyed in (False, True):
            self._find_alike([record for record in records if bool(record.key) is keyed], keyed=keyed)
        indexes = (self.by_point, self.by_tax_id, self.by_name)
        self._load({*also, *self.by_key.values(), *chain.from_iterable(chain(*(index.values() for index in indexes)))})
        self._load({known.row["company_id"] for known in self.by_id.values()} - {None, *self.by_id})

    def company_key(self, known: Known) -> str | None:
        """The name of the contact's company, folded."""
        company = self.by_id.get(known.row["company_id"] or 0)
        return company.row["search_key"] if company else None

    def live(self, ids: Iterable[int]) -> list[int]:
        """Those of the contacts that are not archived, else those not in the trash; all of them where all are."""
        found = list(dict.fromkeys(ids))
        found = [i for i in found if not self.by_id[i].deleted] or found
        return [i for i in found if not self.by_id[i].archived] or found

    def add_point(self, contact_id: int, known: Known, point: Point) -> bool:
        """Notes a point of a contact; whether it is a new one."""
        key = point_key(point)
        if not key or (point.kind, key) in known.points:
            return False
        known.points[point.kind, key] = point.raw
        known.position += 1
        if point.kind in REACHING:
            self.by_point[key].append(contact_id)
        return True

    def _find_alike(self, records: list[ContactRecord], *, keyed: bool) -> None:
        """Finds the contacts that share a point or a name with records; `keyed` ones cannot be such as have a key."""
        c = contacts.c
        free = [self._has_no_key(c.id)] if keyed else []
        self._find_points([p for record in records for p in record.points if p.kind in REACHING], keyed=keyed)
        mine = select(c.search_key, c.tax_id, c.id).order_by(c.id)
        named = {search_key(record.name) for record in records if record.name}
        others = {search_key(text) for record in records for text in (record.company, record.referred_by) if text}
        tax_ids = {record.tax_id for record in records if record.tax_id and not name_of(record)}
        connection = self._intake.connection
        for row in looked_up(connection, mine.where(*free), c.search_key, named - others):
            self.by_name[row.search_key].append(row.id)
        for row in looked_up(connection, mine, c.search_key, others):
            self.by_name[row.search_key].append(row.id)
        for row in looked_up(connection, mine.where(*free), c.tax_id, tax_ids):
            self.by_tax_id[row.tax_id].append(row.id)

    def _find_points(self, points: list[Point], *, keyed: bool) -> None:
        c = contact_points.c
        mine = select(c.contact_id, c.value, c.raw).where(c.kind.in_(REACHING)).order_by(c.contact_id)
        if keyed:
            mine = mine.where(self._has_no_key(c.contact_id))
        values, raws = {p.value for p in points if p.value}, {p.raw for p in points if not p.value}
        rows = [*looked_up(self._intake.connection, mine, c.value, values)]
        rows += looked_up(self._intake.connection, mine.where(c.value.is_(None)), c.raw, raws)
        for row in rows:
            self.by_point[row.value or row.raw].append(row.contact_id)

    def _has_no_key(self, contact_id: Column[int]) -> ColumnElement[bool]:
        """Whether this source has no key for the contact: with two keys nobody is one."""
        r = external_refs.c
        of_source = (r.table_name == contacts.name, r.row_id == contact_id, r.source == self._intake.source)
        return ~exists().where(*of_source)

    def _load(self, ids: set[int]) -> None:
        connection = self._intake.connection
        hidden = (contacts.c.archived_at, contacts.c.deleted_at, contacts.c.purged_at)
        columns = [contacts.c.id, *hidden, *(contacts.c[name] for name in FILLED)]
        for row in looked_up(connection, select(*columns), contacts.c.id, ids):
            values = {name: row._mapping[name] for name in FILLED}
            is_new = not self._intake.start.had(contacts, row.id)
            archived, deleted, erased = (row._mapping[column.name] is not None for column in hidden)
            self.by_id[row.id] = Known(values, is_new, archived=archived, deleted=deleted, erased=erased)
        p, t, r = contact_points.c, contact_tags.c, external_refs.c
        points = select(p.contact_id, p.kind, p.value, p.raw, p.position)
        for row in looked_up(connection, points, p.contact_id, ids):
            known = self.by_id[row.contact_id]
            known.points[row.kind, row.value or row.raw] = row.raw
            known.position = max(known.position, row.position)
        for row in looked_up(connection, select(t.contact_id, t.tag), t.contact_id, ids):
            self.by_id[row.contact_id].tags |= {search_key(row.tag)}
        refs = select(r.row_id, r.ref).where(r.table_name == contacts.name, r.source == self._intake.source)
        for row in looked_up(connection, refs, r.row_id, ids):
            self.by_id[row.row_id].keys |= {row.ref}


def _keys(record: ContactRecord) -> tuple[str | None, ...]:
    return record.key, record.company_key, record.referrer_key


def name_of(record: ContactRecord) -> str | None:
    """What the record calls the contact itself: a row with a company alone is that company's."""
    return record.name or record.company


def name_without(record: ContactRecord) -> str:
    """What a contact without a name is called until a sheet gives one: its phone or the like, else its key."""
    reaching = (point.raw for point in record.points if point.kind in REACHING)
    return next(reaching, None) or f"{_NAMELESS}{record.key or record.tax_id}"


def point_key(point: Point) -> str:
    """What tells a point from others of its kind: its normal form, or the text where it has none."""
    return point.value or point.raw
