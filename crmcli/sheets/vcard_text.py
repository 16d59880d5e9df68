"""A file of vCards (2.1, 3.0, 4.0) taken apart: cards, and their properties with the text decoded.

Bytes are looked at one by one until a property is whole: programs fold lines in the middle of a letter, and every
property may be in an encoding of its own.
"""

import codecs
import re
from binascii import a2b_qp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from crmcli.sheets.encoding import decode, encoding_of

_HEAD = re.compile(r'(?:[^":]++|"[^"]*")*+:')
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*"|")+')
_FOLD = re.compile(rb"\n[ \t]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PART = re.compile(r"((?:[^\\;]+|\\.|\\\Z)*)(?:;|\Z)", re.DOTALL)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"B\0", b"\0B")
"""How a file of two bytes a letter begins."""
_ENCODINGS = {"QUOTED-PRINTABLE": "QUOTED-PRINTABLE", "BASE64": "BASE64", "B": "BASE64", "8BIT": "", "7BIT": ""}
_LONGEST_HEAD = 4000
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the colon: `name` in capitals, `types` in lower case, `service` of a messenger."""

    name: str
    group: str = ""
    types: tuple[str, ...] = ()
    service: str = ""
    encoding: str = ""
    charset: str = ""
    yearless: bool = False


@dataclass(slots=True)
class Property:
    """A property of a card; `value` is decoded but not yet unescaped, and empty where it holds a picture or a key."""

    head: Head
    value: str

    @property
    def text(self) -> str:
        """The value as one text."""
        return _unescaped(self.value)

    @property
    def parts(self) -> list[str]:
        """The parts of a value such as surname;first name;middle name; there may be more empty ones at the end."""
        return [_unescaped(part) for part in _PART.findall(self.value)]


@dataclass(slots=True)
class CardText:
    """One card, from BEGIN:VCARD in line `row` on; `damage` says why it cannot be read."""

    row: int
    properties: list[Property] = field(default_factory=list)
    damage: str = ""


def read_cards(content: bytes) -> Iterator[CardText]:
    """The cards of the file in its order. Raises ValueError where the file is no text."""
    if content.startswith(_WIDE):
        content = decode(content).encode()
    content = content.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    content = content.replace(b"\r\r\n", b"\n").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    encoding = encoding_of(_FOLD.sub(b"", content))
    return _cards(_whole_lines(content.decode("latin-1").split("\n")), encoding)


def _whole_lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines with what was folded under them joined, each with its number in the file."""
    first, parts = 0, list[str]()
    for number, line in enumerate(lines, 1):
        if parts and line[:1] in {" ", "\t"} and _marker(parts[0]) is None:
            parts.append(line[1:])
        elif parts and _goes_on(parts, line):
            parts[-1] = parts[-1].removesuffix("=")
            parts.append(line)
        else:
            if parts:
                yield first, "".join(parts)
            first, parts = number, [line]
    yield first, "".join(parts)


def _goes_on(parts: list[str], line: str) -> bool:
    """Whether a line that is not folded belongs to the one before: by a soft line break, or as more of a picture."""
    if parts[-1].endswith("=") and _marker(line) is None:
        return _head_of(parts[0]).encoding == "QUOTED-PRINTABLE"
    return line != "" and ":" not in line and _head_of(parts[0]).encoding == "BASE64"


def _cards(lines: Iterable[tuple[int, str]], encoding: str) -> Iterator[CardText]:
    card: CardText | None = None
    inside = 0
    for number, line in lines:
        marker = _marker(line)
        if card is None:
            card = CardText(number) if marker == "BEGIN" else None
        elif marker == "BEGIN" and (inside or _holds_a_card(card)):
            inside += 1
        elif marker == "BEGIN":
            yield _cut_short(card)
            card = CardText(number)
        elif marker == "END" and inside:
            inside -= 1
        elif marker == "END":
            yield card
            card = None
        elif not inside and line.strip():
            _take(card, number, line, encoding)
    if card is not None:
        yield _cut_short(card)


def _marker(line: str) -> str | None:
    if len(line) > 40 or not line[:3].strip().upper().startswith(("BE", "EN")):
        return None
    word, _, what = line.upper().partition(":")
    return word.strip() if what.strip() == "VCARD" else None


def _holds_a_card(card: CardText) -> bool:
    """Whether a card of an assistant begins here, inside the card."""
    last = card.properties[-1] if card.properties else None
    return last is not None and last.head.name == "AGENT" and not last.value.strip()


def _cut_short(card: CardText) -> CardText:
    return CardText(card.row, card.properties, card.damage or "the card has no END:VCARD: it is cut short")


def _take(card: CardText, number: int, line: str, encoding: str) -> None:
    if ":" not in line:
        shown = line.encode("latin-1").decode(encoding, "replace").strip()[:40]
        card.damage = card.damage or f"line {number} is no property of a card: {shown}"
        return
    head = _head_of(line)
    value = "" if head.encoding == "BASE64" else _decoded(line[_colon(line) + 1 :], head, encoding)
    card.properties.append(Property(head, value))


def _colon(line: str) -> int:
    """Where the head ends; a colon in quotes is part of it."""
    at = line.find(":")
    if '"' in line[:at] and (match := _HEAD.match(line)):
        return match.end() - 1
    return at


def _head_of(line: str) -> Head:
    start = line[:_LONGEST_HEAD]
    return _read_head(start[: _colon(start)])


@lru_cache(4096)
def _read_head(text: str) -> Head:
    whole, *parameters = _PARAMETER.findall(text.encode("latin-1").decode("utf-8", "replace")) or [""]
    group, _, name = whole.strip().rpartition(".")
    said = [_parameter(parameter) for parameter in parameters]
    types = [word.strip().lower() for key, value in said if key == "TYPE" for word in value.split(",")]
    read = dict(said)
    encoding = _ENCODINGS.get(read.get("ENCODING", "").upper(), "")
    charset = _charset(read.get("CHARSET", ""))
    service = read.get("X-SERVICE-TYPE", "")
    return Head(name.upper(), group.lower(), tuple(types), service, encoding, charset, "X-APPLE-OMIT-YEAR" in read)


def _parameter(text: str) -> tuple[str, str]:
    """Name and value; one without a name, as 2.1 has them, is an encoding or a type."""
    key, said, value = text.replace('"', "").partition("=")
    key = key.strip()
    if said:
        return key.upper(), value.strip()
    return "ENCODING" if key.upper() in _ENCODINGS else "TYPE", key


def _charset(named: str) -> str:
    """Python's name of the encoding, "" where it is unknown or none for texts."""
    try:
        found = codecs.lookup(named).name
    except (LookupError, ValueError):
        return ""
    return "" if found in _NO_CHARSETS else found


def _decoded(value: str, head: Head, encoding: str) -> str:
    """The text of a value, which is given byte by byte."""
    if value.isascii() and head.encoding != "QUOTED-PRINTABLE":
        return value
    content = value.encode("latin-1")
    if head.encoding == "QUOTED-PRINTABLE":
        content = a2b_qp(content)
    for name in dict.fromkeys((head.charset or "utf-8", encoding)):
        try:
            return content.decode(name)
        except (LookupError, ValueError):
            continue
    return _guessed(content)


def _guessed(content: bytes) -> str:
    try:
        return decode(content)
    except ValueError:
        return content.decode("utf-8", "replace")


def _unescaped(value: str) -> str:
    text = _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value) if "\\" in value else value
    return text.replace("\r", "").strip()
