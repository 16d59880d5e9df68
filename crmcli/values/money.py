"""Money: an integer count of minor units, read from text in Russian and English notation."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

LIMIT = 10**13
"""The largest amount taken, in minor units; a larger one is a mistake."""

_SIGNS = {
    "₽": "RUB", "руб": "RUB", "рублей": "RUB", "рубль": "RUB", "рубля": "RUB", "р": "RUB",
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₸": "KZT", "тг": "KZT", "₴": "UAH", "грн": "UAH",
}  # fmt: skip
_NO_MINOR = {"JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF"}
_THREE_MINOR = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_PARTS = re.compile(
    r"(?P<before>[^\d.,()+-]*)(?P<open>\(?)(?P<sign>[+-]?)(?P<before2>[^\d.,()+-]*)"
    r"(?P<number>[\d.,]*\d[\d.,]*?)(?P<scale>[kkмmк]?)(?P<after>[^\d()]*)(?P<close>\)?)"
)
_SCALES = {"k": 1000, "к": 1000, "m": 10**6, "м": 10**6}
EXPECTED = "an amount is 1200, 1200.50, '1 200,50' or 12k"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as read: minor units, and the currency's code where the text named one."""

    minor: int
    currency: str | None = None


def digits_of(currency: str) -> int:
    """How many decimal digits the currency's minor unit has (ISO 4217)."""
    return 0 if currency in _NO_MINOR else 3 if currency in _THREE_MINOR else 2


def read_amount(text: str, digits: int = 2, decimal: str | None = None) -> Amount:
    """The amount that `text` means, with `digits` decimal digits in the minor unit.

    `decimal` is the decimal sign ("," or ".") where the surroundings tell it, as a whole column does. Without it, a
    single comma before three digits is a thousands separator and a single point before three digits is refused as
    ambiguous. Negative: a minus, or parentheses. Raises ValueError with what is wrong.
    """
    if len(text) > 60:
        raise ValueError(f"{text[:20]!r}... is no amount: {EXPECTED}")
    packed = _SPACES.sub("", text.replace("−", "-").replace("–", "-"))
    match = _PARTS.fullmatch(packed)
    if not match or bool(match["open"]) != bool(match["close"]):
        raise ValueError(f"{text!r} is no amount: {EXPECTED}")
    marks = [m for m in (match["before"], match["before2"], match["after"]) if m]
    if len(marks) > 1:
        raise ValueError(f"{text!r} is no amount: {EXPECTED}")
    currency = _currency(marks[0], text) if marks else None
    number = _number(match["number"], decimal, text) * _SCALES.get(match["scale"].casefold(), 1)
    minor = to_minor(number, digits)
    if minor > LIMIT:
        raise ValueError(f"{text!r} is too large an amount to be right")
    return Amount(-minor if match["open"] or match["sign"] == "-" else minor, currency)


def to_minor(number: Decimal | float, digits: int = 2) -> int:
    """The number in minor units, rounded half up; a float is taken by its shortest decimal form.

    Raises ValueError for what is not finite or far beyond LIMIT.
    """
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite() or abs(exact) > LIMIT * 1000:
        raise ValueError(f"{number} is no amount")
    return int(exact.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


def to_decimal(minor: int, digits: int = 2) -> str:
    """The decimal string of an amount: 120050 -> "1200.50"."""
    sign, count = ("-" if minor < 0 else ""), abs(minor)
    if not digits:
        return f"{sign}{count}"
    return f"{sign}{count // 10**digits}.{count % 10**digits:0{digits}d}"


def _currency(mark: str, text: str) -> str:
    word = mark.strip(".").casefold()
    if word in _SIGNS:
        return _SIGNS[word]
    if re.fullmatch(r"[a-z]{3}", word):
        return word.upper()
    raise ValueError(f"{text!r} is no amount: {EXPECTED}")


def _number(packed: str, decimal: str | None, text: str) -> Decimal:
    sign = decimal or _decimal_sign(packed, text)
    other = "," if sign == "." else "."
    whole, _, fraction = packed.partition(sign)
    if other in fraction or sign in fraction:
        raise ValueError(f"{text!r} is no amount: {EXPECTED}")
    groups = whole.split(other)
    if len(groups) > 1 and (not groups[0] or len(groups[0]) > 3 or any(len(g) != 3 for g in groups[1:])):
        raise ValueError(f"{text!r} is no amount: {EXPECTED}")
    return Decimal(f"{''.join(groups) or '0'}.{fraction or '0'}")


def _decimal_sign(packed: str, text: str) -> str:
    commas, points = packed.count(","), packed.count(".")
    if commas and points:
        return "," if packed.rfind(",") > packed.rfind(".") else "."
    if points > 1 or (commas == 1 and len(packed) - packed.find(",") - 1 != 3):
        return ","
    if points == 1 and len(packed) - packed.find(".") - 1 == 3 and packed.find(".") in (1, 2, 3) and packed[0] != "0":
        raise ValueError(f"{text!r} could be {packed.replace('.', '')} or {packed}0: write one of these")
    return "."
