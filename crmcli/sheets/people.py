"""Who a row speaks of: names, companies and the ways to reach them, in every kind of sheet."""

import re
from collections.abc import Callable, Iterable
from typing import Literal

from crmcli.sheets.points import address_of, addresses_of, emails_of, messengers_of, phones_of, websites_of
from crmcli.sheets.rows import Row
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key

_TOKEN = re.compile(r"\w+")
_FORMS = frozenset({
    "ооо", "оао", "зао", "пао", "ао", "нао", "ип", "тоо", "чп", "одо", "чуп", "фгуп", "муп", "гуп", "мбоу", "гбоу",
    "фгбу", "фгбоу", "фгаоу", "гк", "ано", "снт", "тсж", "нко", "кфх",
    "ltd", "inc", "gmbh", "llc", "corp", "plc", "limited", "llp", "bv", "srl", "sarl", "spa", "oy",
})  # fmt: skip
_POINTS: dict[str, Callable[[Row], Iterable[Point]]] = {
    "phone": phones_of,
    "email": emails_of,
    "messenger": messengers_of,
    "website": websites_of,
    "address": address_of,
    "addresses": addresses_of,
}
Kind = Literal["person", "company"]


def customer_of(row: Row) -> ContactRecord | None:
    """The contact that the row speaks of, None where it names nobody. Raises BadCell for a phone cut short."""
    name, company, kind = identity_of(row)
    points, key, tax_id = points_of(row), row.text("customer key"), row.text("tax id")
    if not names_somebody(name or key or tax_id, points):
        return None
    return ContactRecord(
        row.where, key=key, name=name, kind=kind, company=company, points=points, city=row.text("city"), tax_id=tax_id
    )


def names_somebody(said: str | None, points: tuple[Point, ...]) -> bool:
    """Whether a contact can be known again by what is `said` of it (a name, a key) or by its points."""
    return bool(said) or any(point.kind != "address" for point in points)


def identity_of(row: Row) -> tuple[str | None, str | None, Kind | None]:
    """Name, company and kind. "Клиент" is the person's company where another column names the person."""
    person = row.text("name") or full_name(row)
    party, company = row.text("party"), row.text("company")
    if person is None and party is not None:
        person = party
    elif party is not None and company is None and search_key(party) != search_key(person or ""):
        company = party
    if person is None:
        person = row.text("alias") if company is None else None
    if person is None:
        return company, None, "company" if company else None
    return person, company if company != person else None, kind_of(person)


def points_of(row: Row) -> tuple[Point, ...]:
    """The ways to reach the contact, each once, in the order of the columns. Raises BadCell for a phone cut short."""
    found: list[Point] = []
    meanings = row.columns.meanings
    for meaning, read in _POINTS.items():
        if meaning in meanings:
            found += read(row)
    if len({point.kind for point in found}) == len(found):
        return tuple(found)
    return tuple({(p.kind, p.value or p.raw): p for p in reversed(found)}.values())[::-1]


def kind_of(name: str) -> Kind:
    """A company where the name carries a form of organisation such as ООО or Ltd, else a person."""
    key = search_key(name)
    words = key.split(" ") if key.replace(" ", "").isalnum() else _TOKEN.findall(key)
    return "person" if _FORMS.isdisjoint(words) else "company"


def full_name(row: Row) -> str | None:
    """The person's name from columns of parts: surname first where the sheet is Russian, as people there write it."""
    if not any(meaning in row.columns for meaning in ("last", "first", "middle")):
        return None
    order = ("last", "first", "middle") if _is_russian(row) else ("first", "middle", "last")
    return " ".join(part for meaning in order if (part := row.text(meaning))) or None


def _is_russian(row: Row) -> bool:
    return any(not column.heading.isascii() for m in ("last", "first") for column in row.columns.of(m))
