"""Contacts as vCards 3.0: the version that telephones, Outlook and web mail all take.

Of 4.0 Outlook reads nothing, and Google and Apple themselves export 3.0. Labels of one's own are written the way that
Apple and Google do (item1.X-ABLabel), since TYPE takes its own words alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Literal
from urllib.parse import quote

from crmcli.errors import Wrong
from crmcli.output.clean import cell_text
from crmcli.output.records import only_table
from crmcli.output.result import Export, Row
from crmcli.output.values import Look

_FOLD_AT = 75
"""Octets of a line, without its end."""
_SPECIAL = re.compile(r"[\\;,\n]")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_TYPES = {
    "Mobile": "CELL", "Home": "HOME", "Work": "WORK", "Main": "MAIN", "Other": "OTHER", "Fax": "FAX", "Pager": "PAGER",
    "Home fax": "HOME,FAX", "Work fax": "WORK,FAX", "Work mobile": "WORK,CELL", "Home mobile": "HOME,CELL",
}  # fmt: skip
_SCHEMES = {"Skype": "skype", "Telegram": "telegram", "WhatsApp": "whatsapp", "Viber": "viber", "ICQ": "icq",
            "Jabber": "xmpp"}  # fmt: skip
_SERVICE = re.compile(r"\w[\w -]*")
Labelled = tuple[str, str]
_Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact as a card shows it; points are pairs of value and label, `title` is the job, `key` never changes."""

    name: str
    kind: Literal["person", "company"] = "person"
    key: str = ""
    company: str = ""
    title: str = ""
    phones: tuple[Labelled, ...] = ()
    emails: tuple[Labelled, ...] = ()
    messengers: tuple[Labelled, ...] = ()
    websites: tuple[Labelled, ...] = ()
    addresses: tuple[Labelled, ...] = ()
    city: str = ""
    birthday: date | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


def write_vcards(export: Export, file: IO[str], _look: Look) -> None:
    """Writes contacts as vCards, one by one. Raises Wrong for tables of anything else."""
    if any(table.key != "contacts" for table in export.tables):
        raise Wrong("a .vcf holds contacts alone: choose .xlsx or .csv")
    file.writelines(vcards(map(_card, only_table(export, ".vcf").rows)))


def vcards(cards: Iterable[ContactCard]) -> Iterator[str]:
    """The text of each card, one after another; together they are a file in UTF-8."""
    for card in cards:
        yield "".join(_folded(line) for line in _lines(card))


def _card(row: Row) -> ContactCard:
    """The card of a row of exported contacts."""
    fields = dict(row["extra"])
    points = {key: tuple(row.get(key, ())) for key in ("phones", "emails", "messengers", "websites", "addresses")}
    return ContactCard(
        row["name"],
        row["kind"],
        row["key"],
        row["company"] or "",
        fields.pop("Title", ""),
        **points,
        city=row["city"] or "",
        birthday=row["birthday"],
        tags=tuple(row["tags"]),
        note=row["note"] or "",
        extra=fields,
    )


def _lines(card: ContactCard) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:3.0")
    yield from _names(card)
    said = {"TITLE": card.title, "NOTE": card.note, "UID": card.key}
    yield from (f"{name}:{_escaped(text)}" for name, text in said.items() if text)
    if card.birthday:
        yield f"BDAY:{card.birthday.isoformat()}"
    if card.tags:
        yield f"CATEGORIES:{','.join(map(_escaped, card.tags))}"
    for number, (name, value, label) in enumerate(_labelled(card), 1):
        yield f"item{number}.{name}:{value}" if label else f"{name}:{value}"
        if label:
            yield f"item{number}.X-ABLabel:{_escaped(label)}"
    yield "END:VCARD"


def _names(card: ContactCard) -> Iterator[str]:
    """The name whole and in parts, which some telephones show instead; that a company is one only Apple's card says."""
    is_company = card.kind == "company"
    last, first, middle = ("", "", "") if is_company else _parts(card.name)
    yield f"FN:{_escaped(card.name)}"
    yield f"N:{_escaped(last)};{_escaped(first)};{_escaped(middle)};;"
    if company := card.company or (card.name if is_company else ""):
        yield f"ORG:{_escaped(company)}"
    if is_company:
        yield "X-ABShowAs:COMPANY"


def _parts(name: str) -> tuple[str, str, str]:
    """Surname, first and middle name; Russian names begin with the surname. What has other words is a first name."""
    match name.split():
        case [last, first] if _CYRILLIC.search(name):
            return last, first, ""
        case [last, first, middle] if _CYRILLIC.search(name):
            return last, first, middle
        case [first, last]:
            return last, first, ""
        case [first, middle, last]:
            return last, first, middle
        case _:
            return "", name, ""


def _labelled(card: ContactCard) -> Iterator[_Line]:
    """Property, value and label of what may have one; the label is empty where the property's own words say it."""
    for value, label in card.phones:
        yield _typed("TEL", _escaped(value), label)
    for value, label in card.emails:
        yield _typed("EMAIL;TYPE=INTERNET", _escaped(value), label)
    for value, label in card.messengers:
        yield _messenger(value, label)
    for value, label in card.websites:
        yield _typed("URL", _escaped(value), label)
    for number, (value, label) in enumerate(card.addresses):
        yield _typed("ADR", f";;{_escaped(value)};{'' if number else _escaped(card.city)};;;", label)
    if card.city and not card.addresses:
        yield "ADR", f";;;{_escaped(card.city)};;;", ""
    for heading, text in card.extra.items():
        yield "X-CRMCLI-FIELD", _escaped(text), heading


def _typed(name: str, value: str, label: str) -> _Line:
    return (f"{name};TYPE={_TYPES[label]}", value, "") if label in _TYPES else (name, value, label)


def _messenger(value: str, label: str) -> _Line:
    uri = f"{_SCHEMES.get(label, 'x-apple')}:{quote(cell_text(value), safe='@+')}"
    return (f"IMPP;X-SERVICE-TYPE={label}", uri, "") if _SERVICE.fullmatch(label) else ("IMPP", uri, label)


def _escaped(text: str) -> str:
    """The text in one line, in which nothing but a line's end is lost: no control character belongs into a card."""
    return _SPECIAL.sub(lambda match: "\\n" if match[0] == "\n" else f"\\{match[0]}", cell_text(text))


def _folded(line: str) -> str:
    """The line with its end, folded where it is too long, but never within a letter."""
    if len(line) <= _FOLD_AT and line.isascii():
        return f"{line}\r\n"
    octets = line.encode()
    pieces: list[str] = []
    start = 0
    while start < len(octets):
        end = start + _FOLD_AT - bool(pieces)
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end].decode())
        start = end
    return "\r\n ".join(pieces) + "\r\n"
