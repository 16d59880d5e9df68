"""Phones, e-mails, messengers, websites and addresses in cells; several may stand in one cell."""

import re
from collections.abc import Iterable, Iterator

from crmcli.sheets.columns import Column
from crmcli.sheets.countries import country_code
from crmcli.sheets.grid import text_of
from crmcli.sheets.plain import EMAIL, PHONE
from crmcli.sheets.rows import BadCell, Row
from crmcli.values.lists import Labelled, read_list
from crmcli.values.points import Point, e164, read_email, read_phone
from crmcli.values.text import search_key

_PHONES = re.compile(r"[;/\n|]|:::|\sи\s|,(?!\s*(?:доб|вн|ext|x))", re.IGNORECASE)
_EMAILS = re.compile(r"[,;|]|:::|\s++(?!\(|[^()]{0,80}\))")
_LINES = re.compile(r"[;\n]|:::")
_BRACKETED = re.compile(r"([^()]*[^\s()])\s*\((?!(?:доб|вн|ext|x)\b)([^\W\d_][^()]*)\)", re.IGNORECASE)
_CUT = re.compile(r"\+?\d+(?:[.,]\d+)?[eе]\+?\d+", re.IGNORECASE)
_NONE = frozenset({"нет", "не указан", "none", "no", "0", "-", "—", "отсутствует", "nan"})
_LONGEST_NONE = max(map(len, _NONE))
_HANDLE = re.compile(r"@?([a-z][\w.]{2,})", re.ASCII)
_LINK = re.compile(r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|vk\.com|instagram\.com|wa\.me)/([^/?]+)/?(?:\?.*)?")


def phones_of(row: Row) -> Iterable[Point]:
    """The phones of the row. Raises BadCell for one that a spreadsheet program cut to 7.9E+10."""
    plain = row.plain.points["phone"]
    if plain is not None and (point := plain[row.at]):
        return (point,)
    country, found = _country(row), list[Point]()
    for column, text in _cells(row, "phone"):
        if PHONE.fullmatch(text):
            found.append(read_phone(text, country, _label(row, column, "phone label")))
        else:
            found += _odd_phones(row, column, text, country)
    return found


def _odd_phones(row: Row, column: Column, text: str, country: str) -> Iterator[Point]:
    if _CUT.fullmatch(text):
        raise BadCell(column, text, "a phone cut by the spreadsheet program: format the column as text, enter it anew")
    for piece, label in _several(_PHONES, text, _label(row, column, "phone label")):
        email = read_email(piece, label) if "@" in piece else None
        yield email if email and email.value else read_phone(piece, country, label)


def emails_of(row: Row) -> Iterable[Point]:
    """The e-mails of the row; of "Ivan <ivan@example.ru>" only the address."""
    plain = row.plain.points["email"]
    if plain is not None and (point := plain[row.at]):
        return (point,)
    found: list[Point] = []
    for column, text in _cells(row, "email"):
        label = _label(row, column, "email label")
        if EMAIL.fullmatch(text):
            found.append(Point("email", text, text, label))
        else:
            found += _odd_emails(text, label)
    return found


def _odd_emails(text: str, beside: str) -> list[Point]:
    pieces = [(piece.strip("<>"), label) for piece, label in _several(_EMAILS, text, beside)]
    addresses = [(piece, label) for piece, label in pieces if "@" in piece]
    quoted = read_list(text) is not None
    return [read_email(*one) for one in (pieces if quoted else addresses or [(text, beside)])]


def messengers_of(row: Row) -> Iterator[Point]:
    """The messenger names of the row: a phone in E.164, else @name in lower case."""
    for column, text in _cells(row, "messenger"):
        for piece, label in _several(_LINES, text, column.label):
            yield Point("messenger", _messenger(piece, _country(row)), piece, label)


def websites_of(row: Row) -> Iterator[Point]:
    """The websites of the row, without the protocol and in lower case."""
    for column, text in _cells(row, "website"):
        for piece, label in _several(_LINES, text, column.label):
            yield Point("website", re.sub(r"^https?://|/$", "", piece.lower()), piece, label)


def address_of(row: Row) -> Iterator[Point]:
    """The addresses of columns of one each; the first is made whole from those of city, region, code and country."""
    for number, (column, text) in enumerate(_cells(row, "address")):
        whole = _whole_address(row, text) if number == 0 else text
        yield Point("address", " ".join(whole.split()), whole, column.label)


def addresses_of(row: Row) -> Iterator[Point]:
    """The addresses of columns of several, as they are."""
    for column, text in _cells(row, "addresses"):
        for piece, label in _several(_LINES, text, column.label):
            yield Point("address", " ".join(piece.split()), piece, label)


def _country(row: Row) -> str:
    """Where the row's phones are dialled: in its own country where it names one."""
    named = row.text("country")
    return country_code(named) if named else row.options.country


def _cells(row: Row, meaning: str) -> list[tuple[Column, str]]:
    texts = [(column, cell if type(cell) is str else text_of(cell)) for column, cell in row.filled(meaning)]
    return [(column, text) for column, text in texts if len(text) > _LONGEST_NONE or text.casefold() not in _NONE]


def _several(pattern: re.Pattern[str], text: str, beside: str) -> list[Labelled]:
    """The texts of a cell, each with the label in brackets behind it, else the one `beside` the cell."""
    written = read_list(text)
    if written is None:
        written = [_told_apart(piece) for piece in pattern.split(text) if piece.strip()]
    return [(piece, label or beside) for piece, label in written]


def _told_apart(piece: str) -> Labelled:
    """A text and the label in brackets behind it: +7 916 123-45-67 (work)."""
    match = _BRACKETED.fullmatch(piece.strip())
    return (match[1], match[2]) if match else (piece.strip(), "")


def _label(row: Row, column: Column, meaning: str) -> str:
    """The column's own label, else the cell of the label column next to it, as Google's contacts have them."""
    for beside in row.columns.of(meaning):
        if abs(beside.place - column.place) == 1 and row.cell(beside) is not None:
            return text_of(row.cell(beside)).lstrip("* ")
    return column.label


def _messenger(text: str, country: str) -> str | None:
    lowered = text.strip().lower()
    link = _LINK.fullmatch(lowered)
    name = link[1] if link else lowered
    if phone := e164(name, country) if sum(c.isdigit() for c in name) > 9 else None:
        return phone
    handle = _HANDLE.fullmatch(name)
    return f"@{handle[1]}" if handle else None


def _whole_address(row: Row, text: str) -> str:
    parts = [text := " ".join(text.split())]
    for meaning in ("city", "region", "postcode", "country"):
        part = row.text(meaning)
        if part and search_key(part) not in search_key(text):
            parts.append(part)
    return ", ".join(parts)
