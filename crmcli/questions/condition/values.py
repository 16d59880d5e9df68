"""What a token means as the value of a field."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from crmcli.questions.condition.fields import Field, Kind, Value
from crmcli.questions.condition.tokens import Token, wrong_at
from crmcli.values.dates import read_date
from crmcli.values.money import read_amount
from crmcli.values.text import search_key

_FLAGS = {"yes": True, "true": True, "да": True, "no": False, "false": False, "нет": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a value depends on: the day that dates are counted from, and the decimal digits of the currency."""

    day: date
    digits: int = 2


def read_value(field: Field, token: Token, around: Surroundings) -> Value:
    """The value that a token is to a field. Wrong, with the place, where it is none."""
    try:
        return _READ[field.kind](field, token.text, around)
    except ValueError as error:
        raise wrong_at(token.at, f"{field.name} {error}") from None


def _text(_field: Field, text: str, _around: Surroundings) -> str:
    key = search_key(text)
    if not key:
        raise ValueError("is compared with nothing: write is empty")
    return key


def _word(field: Field, text: str, _around: Surroundings) -> str:
    found = field.words.get(search_key(text))
    if found is None:
        raise ValueError(f"is one of {', '.join(field.words)}, not {text[:40]!r}")
    return found


def _number(_field: Field, text: str, _around: Surroundings) -> int:
    if not _WHOLE.fullmatch(packed := re.sub(r"\s", "", text)):
        raise ValueError(f"is a whole number, not {text[:40]!r}")
    return int(packed)


def _money(_field: Field, text: str, around: Surroundings) -> int:
    found = read_amount(text, around.digits)
    if found.currency:
        raise ValueError(f"is in the base's currency: write {text[:40]!r} without one")
    return found.minor


def _date(_field: Field, text: str, around: Surroundings) -> date:
    return read_date(text, around.day)


def _flag(_field: Field, text: str, _around: Surroundings) -> bool:
    if search_key(text) not in _FLAGS:
        raise ValueError(f"is yes or no, not {text[:40]!r}")
    return _FLAGS[search_key(text)]


_READ: dict[Kind, Callable[[Field, str, Surroundings], Value]] = {
    "text": _text,
    "word": _word,
    "number": _number,
    "money": _money,
    "date": _date,
    "flag": _flag,
}
