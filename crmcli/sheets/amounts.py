"""Amounts, prices and quantities in cells."""

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

from crmcli.sheets.grid import Cell
from crmcli.sheets.options import ReadingOptions
from crmcli.values.money import LIMIT, Amount, read_amount, to_minor

_FINE = 2
"""Prices are read with so many digits more than amounts: 1000 pieces at 0.0125 make 12.50."""
_SEPARATED = re.compile(r"(?P<whole>\d[\d\s.,'’]*)(?P<sign>[.,])(?P<fraction>\d+)")
_UNITS = re.compile(
    r"\s*(?:шт|уп|упак|кг|г|гр|л|м|м2|м²|ч|час|часа|часов|мес|услуга|pcs|pc|kg|ea|pieces|units?)\.?$", re.I
)
_SHARE = re.compile(r"(?P<part>\d{1,3}(?:[.,]\d{1,20})?)(?:/(?P<of>\d{1,3})|(?P<percent>%))?")
_FAILED = re.compile(r"#?(?:nan|inf|-inf|n/a|ref!|value!|div/0!|name\?|null!?|знач!|ссылка!|дел/0!|н/д)", re.I)


def decimal_sign(cells: Iterable[Cell]) -> str | None:
    """The decimal sign of a column's texts, "," or "."; None where it writes no fraction or both."""
    signs = {sign for cell in cells if isinstance(cell, str) and (sign := _sign(cell))}
    return signs.pop() if len(signs) == 1 else None


def read_money(cell: Cell, decimal: str | None, currency: str | None, options: ReadingOptions) -> int:
    """The amount of a cell in minor units of the base's currency.

    `currency` is what the surroundings name, such as a column of currencies; the cell's own sign goes before it.
    Raises ValueError with what is wrong.
    """
    amount = _amount(cell, decimal, options.currency_digits)
    minor = _converted(Decimal(amount.minor), amount.currency or currency, options)
    return _within(int(minor.quantize(Decimal(1), ROUND_HALF_UP)))


def read_price(cell: Cell, decimal: str | None, currency: str | None, options: ReadingOptions) -> Decimal:
    """The price of one piece, in minor units with their fractions. Raises ValueError with what is wrong."""
    amount = _amount(cell, decimal, options.currency_digits + _FINE)
    return _converted(Decimal(amount.minor).scaleb(-_FINE), amount.currency or currency, options)


def read_quantity(cell: Cell, decimal: str | None) -> int:
    """A quantity in thousandths. Raises ValueError with what is wrong."""
    return _amount(_UNITS.sub("", cell) if isinstance(cell, str) else cell, decimal, 3).minor


def read_share(cell: Cell) -> int | None:
    """A share of the whole in ten-thousandths, written 0.8, 80% or 4/5; None where the cell is none."""
    match = _SHARE.fullmatch(str(cell).replace(" ", ""))
    if match is None or isinstance(cell, bool):
        return None
    part, whole = Decimal(match["part"].replace(",", ".")), Decimal(match["of"] or (100 if match["percent"] else 1))
    return int((part * 10_000 / whole).quantize(Decimal(1), ROUND_HALF_UP)) if part <= whole > 0 else None


def times(price: Decimal, quantity: int) -> int:
    """So many thousandths at that price, in minor units. Raises ValueError where that is too much to be right."""
    return _within(int((price * quantity / 1000).quantize(Decimal(1), ROUND_HALF_UP)))


def read_currency(text: str) -> str | None:
    """The code of the currency that a text names ("руб." -> "RUB"), None where it names none."""
    try:
        return read_amount(f"1 {text}").currency
    except ValueError:
        return None


def _amount(cell: Cell, decimal: str | None, digits: int) -> Amount:
    try:
        if isinstance(cell, str) and not _FAILED.fullmatch(cell):
            return read_amount(cell, digits, decimal)
        if isinstance(cell, int | float) and not isinstance(cell, bool) and isfinite(cell):
            return Amount(_within(to_minor(Decimal(repr(cell)), digits), digits))
    except ArithmeticError:
        raise ValueError("no amount that can be right: write a number such as 1200.50") from None
    raise ValueError("no amount: write a number such as 1200.50")


def _within(minor: int, digits: int = 2) -> int:
    if abs(minor) > LIMIT * 10 ** max(0, digits - 3):
        raise ValueError("too large an amount to be right")
    return minor


def _converted(minor: Decimal, currency: str | None, options: ReadingOptions) -> Decimal:
    if currency is None or currency == options.currency:
        return minor
    if currency not in options.rates:
        raise ValueError(
            f"is in {currency}, the base is in {options.currency}: give the rate with --rate {currency}=..., "
            f"or, in a new base, first crmcli config set currency {currency}"
        )
    return minor * options.rates[currency]


def _sign(text: str) -> str | None:
    """The decimal sign that one text gives away: three digits after a lone sign may be thousands and tell nothing."""
    match = _SEPARATED.search(text)
    if not match:
        return None
    sign, whole = match["sign"], match["whole"]
    other = "," if sign == "." else "."
    if other in whole:
        return sign
    if sign in whole:
        return other if len(match["fraction"]) == 3 else None
    return sign if len(match["fraction"]) != 3 or whole == "0" else None
