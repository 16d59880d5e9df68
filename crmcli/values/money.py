"""Money: an integer count of minor units, read from text in Russian and English notation."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

LIMIT = 10**13
"""The largest amount taken, in minor units; a larger one is a mistake."""

DEFAULT_CURRENCY = "RUB"
"""The currency of a base that names none."""

_LONGEST = 60
_SIGNS = {
    "₽": "RUB", "руб": "RUB", "рублей": "RUB", "рубль": "RUB", "рубля": "RUB", "р": "RUB",
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₸": "KZT", "тг": "KZT", "₴": "UAH", "грн": "UAH",
}  # fmt: skip
_NO_MINOR = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
}  # fmt: skip
_THREE_MINOR = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
_SCALES = {"k": 3, "к": 3, "тыс": 3, "млн": 6, "m": 6, "м": 6}
_MINUSES = str.maketrans(dict.fromkeys("−–‐‑‒﹣－", "-"))
_SPACES = re.compile(r"[\s'’]+")
_TORN = re.compile(r"\d[\s'’]+(?!\d{3}(?!\d))\d|\d{4}[\s'’]+\d|[.,]\d+[\s'’]+\d")
"""Spaces that part digits, but no groups of three: two numbers, or a slip."""
_PARTS = re.compile(
    r"(?P<before>(?:[^\d.,()+-]+\.?)?)(?P<open>\(?)(?P<sign>[+-]?)(?P<before2>(?:[^\d.,()+-]+\.?)?)"
    r"(?P<number>[\d.,]*\d)(?P<after>[^\d()]*)(?P<close>\)?)"
)
EXPECTED = "write 1200, 1200.50, '1 200,50' or 12k"


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
    try:
        return _read(text, digits, decimal)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no amount: {error}") from None


def to_minor(number: Decimal | float, digits: int = 2) -> int:
    """The number in minor units, rounded half up; a float is taken by its shortest decimal form.

    Raises ValueError for what is not finite or far beyond LIMIT.
    """
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite() or exact.copy_abs() > LIMIT * 1000:
        raise ValueError("it is too large to be right" if exact.is_finite() else "no number")
    return int(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP).scaleb(digits))


def to_decimal(minor: int, digits: int = 2) -> str:
    """The decimal string of an amount: 120050 -> "1200.50"."""
    sign, count = ("-" if minor < 0 else ""), abs(minor)
    if not digits:
        return f"{sign}{count}"
    return f"{sign}{count // 10**digits}.{count % 10**digits:0{digits}d}"


def _read(text: str, digits: int, decimal: str | None) -> Amount:
    match = _PARTS.fullmatch(_SPACES.sub("", text.translate(_MINUSES))) if len(text) <= _LONGEST else None
    if not match or _TORN.search(text) or bool(match["open"]) != bool(match["close"]):
        raise ValueError(EXPECTED)
    power, after = _scaled(match["after"])
    marks = [mark for mark in (match["before"], match["before2"], after) if mark]
    if len(marks) > 1:
        raise ValueError(EXPECTED)
    minor = to_minor(_number(match["number"], decimal, power), digits)
    if minor > LIMIT:
        raise ValueError("it is too large to be right")
    return Amount(-minor if match["open"] or match["sign"] == "-" else minor, _currency(marks[0]) if marks else None)


def _scaled(mark: str) -> tuple[int, str]:
    """The power of ten that the mark after a number stands for, and what is left of the mark: кр, thousand roubles."""
    word = mark.casefold()
    if _code(word) is None:
        for scale, power in _SCALES.items():
            if word.startswith(scale):
                return power, word.removeprefix(scale).removeprefix(".")
    return 0, mark


def _currency(mark: str) -> str:
    code = _code(mark.casefold())
    if code is None:
        raise ValueError(EXPECTED)
    return code


def _code(word: str) -> str | None:
    """The currency that a folded mark names: a sign, or any three Latin letters."""
    bare = word.strip(".")
    return _SIGNS.get(bare) or (bare.upper() if re.fullmatch(r"[a-z]{3}", bare) else None)


def _number(packed: str, decimal: str | None, power: int) -> Decimal:
    sign = decimal or _decimal_sign(packed)
    other = "," if sign == "." else "."
    whole, _, fraction = packed.partition(sign)
    groups = whole.split(other)
    if other in fraction or sign in fraction or (len(groups) > 1 and not _by_thousands(groups)):
        raise ValueError(EXPECTED)
    return Decimal(f"{''.join(groups) or '0'}.{fraction or '0'}e{power}")


def _by_thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def _decimal_sign(packed: str) -> str:
    """The decimal sign of a number that stands alone. Raises ValueError where a point may as well part thousands."""
    commas, points = packed.count(","), packed.count(".")
    if commas and points:
        return max(",.", key=packed.rfind)
    if commas + points != 1:
        return "," if points else "."
    if not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", packed):
        return "," if commas else "."
    if points:
        raise ValueError(f"it could be {packed.replace('.', '')} or {packed}0; write one of these")
    return "."
