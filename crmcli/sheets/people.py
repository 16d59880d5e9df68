"""Who a row speaks of: names, companies and the ways to reach them, in every kind of sheet."""

import re
from typing import Literal

from crmcli.sheets.grid import text_of
from crmcli.sheets.points import address_of, emails_of, messengers_of, phones_of, websites_of
from crmcli.sheets.rows import Row
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key

_TOKEN = re.compile(r"\w+")
_FORMS = frozenset({
    "ооо", "оао", "зао", "пао", "ао", "нао", "ип", "тоо", "чп", "одо", "чуп", "фгуп", "муп", "гуп", "мбоу", "гбоу",
    "ано", "снт", "тсж", "нко", "кфх",
    "ltd", "inc", "gmbh", "llc", "corp", "plc", "limited", "llp", "bv", "srl", "sarl", "spa", "oy",
})  # fmt: skip
Kind = Literal["person", "company"]


def customer_of(row: Row) -> ContactRecord | None:
    """The contact that the row speaks of, None where it names nobody. Raises BadCell for a phone cut short."""
    name, company, kind = _identity(row)
    record = ContactRecord(
        row.where,
        key=row.text("customer key"),
        name=name,
        kind=kind,
        company=company,
        points=_points(row),
        city=row.text("city"),
        tax_id=row.text("tax id"),
    )
    return record if record.key or name or any(p.kind != "address" for p in record.points) or record.tax_id else None


def kind_of(name: str) -> Kind:
    """A company where the name carries a form of organisation such as ООО or Ltd, else a person."""
    return "company" if not _FORMS.isdisjoint(_TOKEN.findall(search_key(name))) else "person"


def full_name(row: Row) -> str | None:
    """The person's name from columns of parts: surname first where the sheet is Russian, as people there write it."""
    order = ("last", "first", "middle") if _is_russian(row) else ("first", "middle", "last")
    return " ".join(part for meaning in order if (part := row.text(meaning))) or None


def _identity(row: Row) -> tuple[str | None, str | None, Kind | None]:
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
    kind = kind_of(person)
    return person, company if company != person else None, kind


def _is_russian(row: Row) -> bool:
    return any(not column.heading.isascii() for m in ("last", "first") for column in row.columns.of(m))


def _points(row: Row) -> tuple[Point, ...]:
    found = [*phones_of(row), *emails_of(row), *messengers_of(row), *websites_of(row), *address_of(row)]
    return tuple({(p.kind, p.value or text_of(p.raw)): p for p in reversed(found)}.values())[::-1]
