"""What was typed as an option or an argument, read into its value; Typer is told in a line what was expected."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import typer

from crmcli import settings
from crmcli.commands.session import current
from crmcli.values import dates, money
from crmcli.values.periods import Period, read_period

_LINE = 500
"""How many characters a name, a tag or a city may have: a longer one is a mistake, and no index takes it."""

_IDS = 2**63 - 1
"""The largest id that an engine can hold."""


def in_base_currency(found: money.Amount, typed: str) -> int:
    """Minor units of the base's currency. ValueError for another one without a rate."""
    ours = current().setting("currency")
    if found.currency in (None, ours):
        return found.minor
    if found.currency not in current().rates:
        raise ValueError(f"{typed!r} is in {found.currency}, the base in {ours}: add --rate {found.currency}=...")
    theirs = Decimal(found.minor).scaleb(-current().currency_digits)
    minor = money.to_minor(theirs * current().rates[found.currency], current().currency_digits)
    if minor > money.LIMIT:
        raise ValueError(f"{typed!r} is too large an amount to be right")
    return minor


def _checked(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser for Typer; it may be handed a default that is read already."""

    def parser(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return read(value)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None

    return parser


def _storable(value: str) -> str:
    """The text, if an engine can hold it: without NUL, and valid Unicode."""
    if re.search("[\x00\ud800-\udfff]", value):
        raise ValueError(f"{value[:60]!r} has characters that cannot be stored")
    return value


def _line_of_text(value: str) -> str:
    found = " ".join(_storable(value).split())
    if len(found) > _LINE:
        raise ValueError(f"{found[:20]!r}... is too long: {len(found)} characters, {_LINE} at most")
    return found


read_text, line_of_text = _checked(_storable), _checked(_line_of_text)


@_checked
def read_name(value: str) -> str:
    """A text in one line that says something."""
    found = _line_of_text(value)
    if not found:
        raise ValueError("this one is empty")
    return found


@_checked
def read_id(value: str) -> int:
    """An id that an engine can hold."""
    if not value.isdecimal() or not 0 < int(value[:20]) <= _IDS:
        raise ValueError(f"{value!r} is no id: a number as lists show it")
    return int(value)


@_checked
def read_day(value: str) -> date:
    """A date."""
    return dates.read_date(value, current().today)


@_checked
def read_day_ahead(value: str) -> date:
    """A date; a weekday is the next one."""
    return dates.read_date(value, current().today, ahead=True)


@_checked
def read_amount(value: str) -> int:
    """Minor units of the base's currency, none below zero."""
    found = money.read_amount(value, current().currency_digits)
    if found.minor < 0:
        raise ValueError(f"{value!r} is negative: what is given back is a purchase refund")
    return in_base_currency(found, value)


@_checked
def read_clock(value: str) -> time:
    """A time of day."""
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})", value)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{value!r} is no time of day: write 14:30")
    return time(int(match[1]), int(match[2]))


@_checked
def read_rating(value: str) -> int:
    """Ten-thousandths: 4/5 is 8000, 4.5/5 is 9000."""
    match = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{1,2})?)/([0-9]{1,3})", value.replace(" ", ""))
    given, best = (Fraction(match[1].replace(",", ".")), int(match[2])) if match else (Fraction(0), 0)
    if not match:
        raise ValueError(f"{value!r} is no rating: say of how many, as in 4/5 or 4.5/5")
    if not best or given > best:
        raise ValueError(f"{value!r} is no rating: it is more than there is to give")
    return floor(given * 10_000 / best + Fraction(1, 2))


@_checked
def read_share(value: str) -> int:
    """Ten-thousandths of the whole: 10% and 0.1 are 1000."""
    match = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{1,6})?)(%?)", value.replace(" ", ""))
    found = Decimal(match[1].replace(",", ".")) * (100 if match[2] else 10_000) if match else Decimal(-1)
    if 10_000 < found <= 1_000_000 and match and not match[2]:
        raise ValueError(f"{value!r} is more than the whole: write {match[1]}% or {found.scaleb(-6).normalize():f}")
    if not 0 <= found <= 10_000 or found != int(found):
        raise ValueError(f"{value!r} is no part of the whole: write 10% or 0.1")
    return int(found)


@_checked
def read_field(value: str) -> tuple[str, str]:
    """The name of a field, and what it is to have."""
    name, found, content = value.partition("=")
    if not found or not name.strip():
        raise ValueError(f"{value!r}: write FIELD=VALUE; FIELD= takes the field away")
    return _line_of_text(name), _storable(content).strip()


@_checked
def read_comparison(value: str) -> str | Period:
    """previous, year-ago, or the period that FROM..TO names."""
    if value in {"previous", "year-ago"}:
        return value
    return read_period(value, current().today)


@_checked
def read_percent(value: str) -> Fraction:
    """A change as a fraction: +5% is 1/20."""
    match = re.fullmatch(r"([+−–-]?\d{1,4}(?:[.,]\d{1,4})?)\s?%?", value.strip())
    if not match:
        raise ValueError(f"{value[:60]!r} is no change in percent: write +5% or -2%")
    percent = Fraction(re.sub("[−–]", "-", match[1]).replace(",", "."))
    if not -100 <= percent <= 1000:
        raise ValueError(f"{value!r}: from -100% to +1000%")
    return percent / 100


@_checked
def read_named_amount(value: str) -> tuple[str, int]:
    """A name, and minor units of the base's currency."""
    name, found, amount = value.rpartition("=")
    if not found or not name.strip():
        raise ValueError(f"{value!r}: write NAME=AMOUNT, such as Ads=1200")
    return _line_of_text(name), read_amount(amount)


@_checked
def read_path(value: str) -> Path:
    """A path as it is, blanks and all."""
    read_name(value)
    return Path(value)  # blanks and all: they are of the file's name


def read_place(named: str) -> Callable[[str], Any]:
    """What reads where a base is, a path or URL, into its Location; errors say how it is `named`."""

    @_checked
    def read(value: str) -> Any:
        from crmcli.base.location import read_location

        read_name(value)
        return read_location(value, named)

    return read


@_checked
def read_line(value: str) -> tuple[str, int, int | None]:
    """A product, its quantity in thousandths, and minor units where they are said."""
    named, found, price = value.rpartition("=")
    if not found:
        named, price = value, ""
    name, found, quantity = named.rpartition("*")
    if not found:
        name, quantity = named, "1"
    if not name.strip():
        raise ValueError(f"{value!r}: write PRODUCT*QUANTITY=AMOUNT, such as 'Tea 250 g*2=900'")
    return _line_of_text(name), _thousandths(quantity), read_amount(price) if price else None


@_checked
def read_rate(value: str) -> tuple[str, Decimal]:
    """A currency, and what one of it is in the base's."""
    code, _, text_rate = value.partition("=")
    number = _decimal(text_rate)
    if not re.fullmatch("[A-Z]{3}", code) or not 0 < number < 10**9:
        raise ValueError(f"{value!r}: write the currency and its rate, such as USD=92.50")
    current().rates[code] = number
    return code, number


def _thousandths(value: str) -> int:
    number = _decimal(value)
    found = money.to_minor(number, 3) if number < 10**6 else 0
    if found <= 0:
        raise ValueError(f"{value!r} is no quantity")
    return found


def _decimal(value: str) -> Decimal:
    """The number; 0, which is no good quantity or rate, for what is none."""
    try:
        number = Decimal(value.strip().replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def one_of(words: Sequence[str]) -> Callable[[str], str]:
    """A parser that takes one of the words alone."""

    @_checked
    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(words)}")
        return value

    return read


def read_common(name: str) -> Callable[[str], str]:
    """A parser that checks the text of a setting given as a flag and leaves it text."""

    @_checked
    def read(value: str) -> str:
        settings.setting_named(name).read(value)
        return value

    return read
