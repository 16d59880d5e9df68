"""What was typed, found in the base: never a silent default."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Subquery, Table, func, select

from crmcli import schema
from crmcli.actions.trash import refuse_deleted, told
from crmcli.base.search import has_trigrams
from crmcli.commands.session import current
from crmcli.errors import CrmError, UnknownName
from crmcli.questions import contacts, misspelt, names, rfm, search
from crmcli.questions.history import last_image
from crmcli.questions.rhythm import AsOf, whether_stored
from crmcli.questions.segments import all_segments, segment_members
from crmcli.schema import channels, deals, employees, products, stages
from crmcli.schema.journal import read_image
from crmcli.values.text import search_key

Typed = TypeVar("Typed", str, int)
NO_SEGMENT = "No segment yet: crmcli segment add NAME --where CONDITION saves one."
OVERLAPPING = "Who is in several segments counts in each: the rows do not add up."
_CANDIDATES = 7
_SHOWN = 20


def contact_id(connection: Connection, text: str, *, deleted: bool = False) -> int:
    """The contact that an id, phone, e-mail or part of a name means.

    CrmError where none or several are meant; several are listed. With `deleted` an id may be of one in the trash.
    """
    if deleted and len(met := _deleted_like(connection, text)) == 1 and str(met[0].id) == text.strip():
        return int(met[0].id)
    statement = contacts.contacts_meant_by(text, current().setting("country"))
    found = connection.execute(statement.limit(_CANDIDATES + 1)).all() if text else []
    if len(found) == 1:
        return int(found[0].id)
    if not found:
        raise CrmError(_none_is(connection, text))
    raise CrmError(f"{text!r} may be {_listed(found)}: say which by its id")


def deleted_contact_id(connection: Connection, text: str) -> int:
    """The contact in the trash that an id, or part of a name, phone or e-mail means.

    CrmError where none or several are meant; several are listed.
    """
    found = _deleted_like(connection, text)
    if not found:
        raise CrmError(f"no contact in the trash is {text!r}: see crmcli contact list --deleted")
    if len(found) > 1:
        raise CrmError(f"{text!r} may be {_listed(found)}: say which by its id")
    return int(found[0].id)


def given(find: Callable[[Connection, Typed], int], connection: Connection, typed: Typed | None) -> int | None:
    """What `find` finds; None where the option was not given."""
    return None if typed is None else find(connection, typed)


def employee_id(connection: Connection, name: str) -> int:
    """The id of the employee of that name. UnknownName lists those there are."""
    return _named(connection, employees, "employee", name)


def channel_id(connection: Connection, name: str) -> int:
    """The id of the channel of that name. UnknownName lists those there are."""
    return _named(connection, channels, "channel", name)


def product_id(connection: Connection, name: str) -> int:
    """The id of the product of that name or sku. UnknownName lists those there are."""
    by_sku = connection.execute(select(products.c.id).where(products.c.sku == name)).scalar()
    return int(by_sku) if by_sku else _named(connection, products, "product", name)


def stage_id(connection: Connection, name: str) -> int:
    """The id of the stage of that name. UnknownName lists those there are."""
    return _named(connection, stages, "stage", name)


def deal_id(connection: Connection, number: int) -> int:
    """The id, if there is such a deal. CrmError where there is none, or its contact is in the trash."""
    row = connection.execute(select(deals.c.contact_id).where(deals.c.id == number)).first()
    if row is None:
        raise CrmError(f"there is no deal {number}: see crmcli deal list")
    refuse_deleted(connection, row.contact_id)
    return number


def deal_id_of(connection: Connection, number: int | None, contact_id: int | None) -> int | None:
    """The id, if it may be this contact's deal; None for None. CrmError where there is none, or it is another's."""
    if number is None:
        return None
    whose = select(deals.c.contact_id).where(deals.c.id == deal_id(connection, number))
    if (other := connection.execute(whose).scalar()) not in (None, contact_id):
        raise CrmError(f"deal {number} is of contact {other} {contact_name(connection, other)}: it is not for another")
    return number


def acting_employee_id(connection: Connection, name: str | None = None) -> int | None:
    """The id of the employee named, else of whoever acts; None where nobody is named."""
    return given(employee_id, connection, current().employee or None if name is None else name)


def owner_id_of(connection: Connection, contact_id: int | None) -> int | None:
    """Who looks after a contact."""
    return connection.execute(select(schema.contacts.c.owner_id).where(schema.contacts.c.id == contact_id)).scalar()


def segment(connection: Connection, name: str) -> Any:
    """The row of the saved segment of that name: id, name, condition. UnknownName lists those there are."""
    rows = connection.execute(all_segments()).all()
    return _meant([(search_key(row.name), row) for row in rows], "segment", name)


def among(condition: str, at: AsOf) -> Select[Any]:
    """The ids of the contacts of whom a condition is true. Wrong says where it cannot be read."""
    from crmcli.questions.condition.among import among as condition_statement
    from crmcli.questions.condition.grammar import read_condition
    from crmcli.questions.condition.values import Surroundings

    around = Surroundings(at.day, current().currency_digits)
    return condition_statement(read_condition(condition, around), at)


def in_segment(connection: Connection, names: Sequence[str] | None, at: AsOf) -> Select[Any] | None:
    """The ids of the contacts in all of these segments, saved ones or those of rfm; None where none is named.

    UnknownName lists those there are.
    """
    found = [_members(connection, name, at) for name in names or ()]
    if len(found) < 2:
        return found[0] if found else None
    return select(schema.contacts.c.id).where(*(schema.contacts.c.id.in_(each) for each in found))


def of_segment(names: Sequence[str] | None) -> str:
    """What is to be said of whom an answer without rows is about; nothing where it is about everybody."""
    return " in this segment" if names else ""


def scored_segment(connection: Connection, name: str) -> str | None:
    """The segment of rfm that a name means; None where it means a saved one. CrmError where it may be either."""
    found = rfm.segment_named(name)
    saved = [row.name for row in connection.execute(all_segments()) if found and rfm.segment_named(row.name) == found]
    if saved:
        how = f"save it under another name, and crmcli segment remove {saved[0]!r}"
        raise CrmError(f"segment {name!r} may be the saved one or that of rfm: {how}")
    return found


def members_of_segments(connection: Connection, at: AsOf) -> Subquery | None:
    """Who is in each of the saved segments, as `segment_members` has it; None where none is saved."""
    saved = connection.execute(all_segments()).all()
    return segment_members([(row.name, among(row.condition, at)) for row in saved]) if saved else None


def _members(connection: Connection, name: str, at: AsOf) -> Select[Any]:
    if scored := scored_segment(connection, name):
        return rfm.members(rfm.Rfm(at.day), scored)
    try:
        return among(segment(connection, name).condition, at)
    except UnknownName as error:
        raise UnknownName(f"{error}. Those of rfm are {', '.join(rfm.NAMES)}") from None


def stage_name(connection: Connection, stage_id: int) -> str:
    """The stage's name."""
    return _name_of(connection, stages, stage_id)


def employee_name(connection: Connection, employee_id: int) -> str:
    """The employee's name."""
    return _name_of(connection, employees, employee_id)


def contact_name(connection: Connection, contact_id: int) -> str:
    """The contact's name."""
    return _name_of(connection, schema.contacts, contact_id)


def unerased_name(connection: Connection, contact_id: int) -> str | None:
    """The name of a contact, in the trash or not, or of one that only the history knows; None where it was erased.

    CrmError where there never was one.
    """
    c = schema.contacts.c
    row = connection.execute(select(c.name, c.purged_at).where(c.id == contact_id)).first()
    if row is not None:
        return None if row.purged_at is not None else str(row.name)
    image = connection.execute(last_image(schema.contacts, contact_id)).scalar()
    if image is None:
        raise CrmError(f"there is no contact {contact_id}: see crmcli contact list, also with --deleted")
    return str(read_image(schema.contacts, image)["name"])


def contact_row(connection: Connection, contact_id: int) -> dict[str, Any]:
    """What the contact is now: its columns."""
    return all_rows(connection, select(schema.contacts).where(schema.contacts.c.id == contact_id))[0]


def is_archived(connection: Connection, contact_id: int | None) -> bool:
    """Whether the contact is hidden from lists and questions."""
    c = schema.contacts.c
    return bool(connection.execute(select(c.archived_at.is_not(None)).where(c.id == contact_id)).scalar())


def archived_remark(connection: Connection, contact_id: int | None) -> str:
    """What is to be said to who adds to a contact that lists and questions hide; else nothing."""
    if not is_archived(connection, contact_id):
        return ""
    return f"; the contact is archived: crmcli contact archive {contact_id} --restore brings it back"


def as_written(connection: Connection, known: Select[Any], text: str | None) -> tuple[str, ...] | None:
    """Every way in which a city or tag is written in the base, case aside; None for None."""
    if text is None:
        return None
    return tuple(value for value in connection.execute(known).scalars() if search_key(value) == search_key(text))


def as_of(day: date | None) -> AsOf:
    """The day asked about, today without one, with the base's thresholds."""
    session = current()
    return AsOf(day or session.today, session.setting("due_factor"), session.setting("dormant_factor"))


def stored_as_of(connection: Connection, day: date | None) -> AsOf:
    """The same with what the base knows of that day, so that what is asked of it is short."""
    at = as_of(day)
    known = connection.execute(whether_stored(at.day)).one()
    return replace(at, is_stored=True, median=known.median) if known.is_stored else at


def fetched(
    connection: Connection, statement: Select[Any], counted: Select[Any] | None = None
) -> tuple[list[dict[str, Any]], int]:
    """The rows that are to be shown, and how many there are, if that is told: `counted` says it where it is cheaper."""
    limit = current().limit
    if limit is None:
        rows = all_rows(connection, statement)
        return rows, len(rows)
    rows = all_rows(connection, statement.limit(limit))
    if len(rows) < limit or not current().tells_counts:
        return rows, len(rows)
    if counted is None:
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
    return rows, int(connection.execute(counted).scalar_one())


def all_rows(connection: Connection, statement: Select[Any]) -> list[dict[str, Any]]:
    """Every row of a statement."""
    return [dict(row) for row in connection.execute(statement).mappings()]


def split_lists(rows: Iterable[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    """The rows with joined phones, e-mails or tags as lists again."""
    return [{**row, **{key: _split(row.get(key)) for key in keys}} for row in rows]


def _split(joined: str | None) -> list[str]:
    return joined.split(contacts.SEPARATOR) if joined else []


def _listed(found: Sequence[Any]) -> str:
    """The candidates: 12 Anna, 15 Ivan, ..."""
    more = ", ..." if len(found) > _CANDIDATES else ""
    return ", ".join(f"{row.id} {row.name}" for row in found[:_CANDIDATES]) + more


def _none_is(connection: Connection, text: str) -> str:
    """That nobody is meant, and who might have been."""
    deleted = _deleted_like(connection, text)
    if len(deleted) == 1 and str(deleted[0].id) == text.strip():
        return told(deleted[0].id, erased=deleted[0].purged)
    if archived := _listed(_archived_like(connection, text)):
        return f"no contact is {text!r}; archived: {archived}"
    if deleted:
        return f"no contact is {text!r}; in the trash: {_listed(deleted)}; crmcli contact restore brings one back"
    if near := _named_alike(connection, text):
        listed = " or ".join(f'"{row.name}" ({row.id})' for row in near)
        return f"no contact is {text!r}; did you mean {listed}?"
    return f"no contact is {text!r}; see crmcli contact list --search, or crmcli contact add"


def _named_alike(connection: Connection, text: str) -> Sequence[Any]:
    """Whom a misspelt name may mean; nobody where to see that, every name of a server would have to be looked at."""
    key = search_key(text)
    wanted = misspelt.candidates(key) if has_trigrams(connection) else None
    return [] if wanted is None else misspelt.nearest(key, connection.execute(wanted).all())


def _archived_like(connection: Connection, text: str) -> Sequence[Any]:
    c = schema.contacts.c
    archived = (c.archived_at.is_not(None), schema.not_deleted())
    like = select(c.id, c.name).where(*archived, search.text_matches(search_key(text))).order_by(c.id)
    return connection.execute(like.limit(_CANDIDATES + 1)).all() if text else []


def _deleted_like(connection: Connection, text: str) -> Sequence[Any]:
    like = contacts.deleted_contacts().where(contacts.id_or_text_matches(text)).limit(_CANDIDATES + 1)
    return connection.execute(like).all() if text.strip() else []


def _name_of(connection: Connection, table: Table, row_id: int) -> str:
    return str(connection.execute(select(table.c.name).where(table.c.id == row_id)).scalar_one())


def _named(connection: Connection, table: Table, what: str, name: str) -> int:
    """The id of the only row of a table that is meant by a name."""
    rows = connection.execute(names.ids_and_keys(table)).all()
    return int(_meant([(row.search_key, row) for row in rows], what, name).id)


def _meant(rows: Sequence[tuple[str, Any]], what: str, name: str) -> Any:
    """The row met exactly, or else the only one with a word that begins so. UnknownName lists those there are."""
    key = search_key(name)
    exact = [row for row_key, row in rows if row_key == key]
    met = exact or [row for row_key, row in rows if key and re.search(rf"(^|\s){re.escape(key)}", row_key)]
    if len(met) == 1:
        return met[0]
    if met:
        raise UnknownName(f"{what} {name!r} may be {', '.join(row.name for row in met[:_SHOWN])}: say which")
    listed = ", ".join(row.name for _, row in rows[:_SHOWN]) or f"none yet: crmcli {what} add {name!r} makes it"
    raise UnknownName(
        f"there is no {what} {name!r}; there are {listed}" if rows else f"there is no {what} {name!r}, and {listed}"
    )
