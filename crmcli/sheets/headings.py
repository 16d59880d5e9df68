"""What a column's heading means in a sheet of a kind."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from crmcli.sheets.vocabulary import CUSTOM, TELLING, VOCABULARY
from crmcli.values.money import read_amount
from crmcli.values.records import SheetKind
from crmcli.values.text import search_key

_CAMEL = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])|(?<=[A-Z])(?=[A-Z][a-z])")
_FIELD = re.compile(r"(?:поле|field):\s*(\S.*)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<=\w)[ ]?\d{1,2}\b")
_OF_WHOM = re.compile(r"\s*\((?:контакт|компания|сделка|contact|company|deal|обязательно|required)\)$")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_UNIT = re.compile(r"(?:\s*,\s*|\s+|\s*\()(руб|rub|rur|₽|р|usd|\$|eur|€|kzt|тенге|тг|byn|uah|грн|шт|ед|мин|min)\.?\)?$")
_LATIN, _CYRILLIC = "aceopxyktmhbi", "асеорхукТмнві".casefold()
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_HAS_LATIN, _HAS_CYRILLIC = re.compile("[a-z]"), re.compile("[а-яіїєґ]")
# What a label need not repeat: "Рабочий телефон" is a phone that is labelled "Рабочий".
_PLAIN = frozenset({
    "телефон", "тел", "телефоны", "телефона", "номер", "почта", "почты", "эл", "электронная", "адрес", "контакт",
    "контакты", "контактный", "контактные", "данные", "клиента", "контакта", "сайт", "веб-сайт",
    "мессенджер", "messenger",
    "phone", "phones", "telephone", "tel", "number", "e-mail", "email", "mail", "address", "value", "customer",
    "contact", "im", "website", "web", "site", "page", "url", "formatted", "main", "-",
})  # fmt: skip


def fold(heading: str) -> str:
    """The form in which headings are compared: case, ё, underscores, line breaks, units and trailing marks aside."""
    bare = search_key(heading.replace("\ufeff", "").replace("_", " ")).strip("*:. ")
    if not bare.isascii():
        bare = " ".join(_one_script(word) for word in bare.split(" "))
    bare = _OF_WHOM.sub("", bare)
    return (_UNIT.sub("", bare) or bare).strip("*:., ")


def field_named(heading: str) -> str:
    """The custom field that a heading of ours names ("Field: size" -> "size"); "" for every other heading."""
    match = _FIELD.fullmatch(heading)
    return match[1] if match else ""


@lru_cache(65536)
def meaning_of(heading: str, kind: SheetKind) -> str:
    """The meaning of a heading in a sheet of that kind; "" where it has none that we know."""
    words = _words(kind)
    if CUSTOM in VOCABULARY[kind] and field_named(heading):
        return CUSTOM
    return next((words[form][0] for form in _forms(heading) if form in words), "")


def rank_of(heading: str, kind: SheetKind) -> int:
    """How likely the heading is the one of its meaning; the smaller the likelier."""
    words = _words(kind)
    return next((words[form][1] for form in _forms(heading) if form in words), len(words))


def is_heading(cell: object) -> bool:
    """Whether the cell is a heading of any kind of sheet."""
    return isinstance(cell, str) and len(cell) < 60 and not _known_words().isdisjoint(_forms(cell))


def may_be_heading(cell: object) -> bool:
    """Whether is_heading is worth asking, told a hundred times faster: of headings in common spelling it says yes."""
    return isinstance(cell, str) and cell.casefold().strip("*:. ") in _known_words()


def telling(headings: Iterable[str], kind: SheetKind) -> list[str]:
    """Those of the headings that only sheets of that kind have."""
    return among(headings, TELLING[kind])


def among(headings: Iterable[str], words: str) -> list[str]:
    """Those of the headings that are among `words`, separated by semicolons."""
    return [heading for heading in headings if not _folded(words).isdisjoint(_forms(heading))]


def label_of(heading: str) -> str:
    """What a point's heading says beyond "phone" or "e-mail": "Рабочий телефон" -> "Рабочий"."""
    spaced = _OF_WHOM.sub("", _NUMBER.sub("", _CAMEL.sub(" ", heading.replace("_", " "))))
    return " ".join(word for word in spaced.split() if search_key(word).strip("*:.,()") not in _PLAIN).strip("*:. ")


def currency_of(heading: str) -> str | None:
    """The currency that the heading names ("Сумма, руб." -> "RUB"), or None."""
    match = _UNIT.search(search_key(heading).strip("*:. "))
    if match is None:
        return None
    try:
        return read_amount(f"1 {match[1]}").currency
    except ValueError:
        return None


@lru_cache(65536)
def _forms(heading: str) -> tuple[str, ...]:
    """The heading as it stands, with its CamelCase split, without numbers, without what it adds in parentheses."""
    split = _CAMEL.sub(" ", heading)
    without = (_NUMBER.sub("", heading), _NUMBER.sub("", split), _ASIDE.sub("", heading))
    return tuple(dict.fromkeys(fold(text) for text in (heading, split, *without)))


@cache
def _words(kind: SheetKind) -> dict[str, tuple[str, int]]:
    listed = [(fold(word), meaning) for meaning, words in VOCABULARY[kind].items() for word in words.split(";")]
    return {word: (meaning, rank) for rank, (word, meaning) in reversed(list(enumerate(listed)))}


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for kind in VOCABULARY for word in _words(kind)) - {""}


@cache
def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split(";")) if words else frozenset()


def _one_script(word: str) -> str:
    """A word in one script: Latin look-alikes inside a Cyrillic word become Cyrillic, or the other way round."""
    if not (_HAS_LATIN.search(word) and _HAS_CYRILLIC.search(word)):
        return word
    cyrillic = word.translate(_TO_CYRILLIC)
    return cyrillic if not _HAS_LATIN.search(cyrillic) else word.translate(_TO_LATIN)
