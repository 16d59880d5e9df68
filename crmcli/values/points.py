"""Contact points: a phone, an e-mail, a messenger or an address of a contact."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from crmcli.values.home_phones import home_e164
from crmcli.values.value_class import value_class

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

PointKind = Literal["phone", "email", "messenger", "address", "website"]
_EMAIL = re.compile(r"[^\s\x00-\x1f@<>,;\"()]+@[^\s\x00-\x1f@<>,;:\"()./?]+(\.[^\s\x00-\x1f@<>,;:\"()./?]+)+")
_MAILTO = re.compile(r"^mailto:\s*|\?.*$", re.IGNORECASE | re.DOTALL)
_INTERNAL = re.compile(r"\bвн(?:утр)?\b", re.IGNORECASE)
_NOTE = re.compile(r"[\s,(]+[^\W\d_]\D*$")
_LONGEST = 1000
_WORD = re.compile(r"[^\W\d_]")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""What copying from a web page or an address book leaves in a text, and nobody sees."""


@value_class
class Point:
    """A contact point as it is stored.

    `value` is the normal form (E.164 for a phone, lower case for an e-mail), None where `raw`, the text as typed,
    could not be parsed.
    """

    kind: PointKind
    value: str | None
    raw: str
    label: str = ""


def read_phone(text: str, country: str, label: str = "") -> Point:
    """A phone in E.164, for a number dialled inside `country` (ISO 3166 alpha-2) unless it starts with +."""
    return Point("phone", e164(text, country), text.strip(), label)


def e164(text: str, country: str) -> str | None:
    """The E.164 form of a phone, or None where the text is not a possible number.

    An extension (доб. 12) and a note after the number (Иван) are no part of it.
    """
    return home_e164(text, country) or parsed_e164(text, country)


@lru_cache(65536)
def parsed_e164(text: str, country: str) -> str | None:
    """The same answer by phonenumbers' parser, for every spelling; ten times as slow."""
    if len(text) > _LONGEST:
        return None
    typed = _INTERNAL.sub("доб", _INVISIBLE.sub("", text).strip())
    return _normal(typed, country) or _normal(_NOTE.sub("", typed), country)


def _normal(typed: str, country: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None
    if typed.startswith("+"):
        if not phonenumbers.is_possible_number(number):
            return None
    elif not phonenumbers.is_valid_number(number):
        international = _with_plus(typed)
        if international is None:
            return None
        number = international
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_email(text: str, label: str = "") -> Point:
    """An e-mail in lower case, of a mailto: link its address; without a value where the text is none."""
    bare = _INVISIBLE.sub("", text).strip()
    if bare.casefold().startswith("mailto:"):
        bare = _MAILTO.sub("", bare)
    bare = bare.removesuffix(".").lower()
    return Point("email", bare if _EMAIL.fullmatch(bare) else None, text.strip(), label)


def _with_plus(text: str) -> "PhoneNumber | None":
    """The number read as international, for sheets that drop the plus: 380501234567 in a Russian base."""
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + re.sub(r"\D", "", text), None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


_NOBODYS = re.compile(r"(?:no|do)[-_.]?(?:not[-_.]?)?reply|nobody|none|null|test|mailer-daemon")
_MADE_UP = re.compile(r"(\d)\1{8}$|0{7}$|(?:1234567890|0123456789)$")
NAMES_ON_A_POINT = 4
"""A phone or e-mail of more names than these is an office's or somebody's made-up one, and tells nobody."""


def is_junk(kind: str, value: str) -> bool:
    """Whether a phone or e-mail in its normal form is nobody's: +79990000000, noreply@example.com."""
    if kind == "email":
        return _NOBODYS.fullmatch(value.partition("@")[0]) is not None
    return kind == "phone" and _MADE_UP.search(value) is not None


def shown_point(kind: str, value: str | None, raw: str) -> str:
    """The text that stands for a stored point where it is to be read again: its value, or all that was typed.

    A phone's extension, a page's path and an address are in the text alone.
    """
    if value is None or kind in {"website", "address"}:
        return raw
    return raw if kind == "phone" and _WORD.search(raw) else value
