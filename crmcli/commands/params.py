"""The types of all arguments: how a date, an amount, a phone or a word is read is decided here alone."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from crmcli import settings
from crmcli.commands.session import current
from crmcli.values import dates, money
from crmcli.values.periods import Period, read_period

_LINE = 500
"""How many characters a name, a tag or a city may have: a longer one is a mistake, and no index takes it."""

_IDS = 2**63 - 1
"""The largest id that an engine can hold."""

_LONG = 24
"""Choices longer than this are told in the help, not in the option's place."""


NO_DAY = date.min
"""What an option gives that takes a date away."""


def new_day(*names: str, help: str, ahead: bool = False) -> Any:  # noqa: A002 - the word Typer uses
    """An option that is a date in place of another; an empty text is NO_DAY."""
    read = _read_day_ahead if ahead else _read_day
    return typer.Option(*names, parser=lambda text: read(text) if text else NO_DAY, metavar="DATE", help=help)


def day(*names: str, help: str, ahead: bool = False) -> Any:  # noqa: A002
    """An option that is a date; `ahead`: a weekday is the next one."""
    return typer.Option(*names, parser=_read_day_ahead if ahead else _read_day, metavar="DATE", help=help)


def amount(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is an amount in the base's currency: minor units."""
    return typer.Option(*names, parser=_read_amount, metavar="AMOUNT", help=help)


def amount_argument(help: str) -> Any:  # noqa: A002
    """An argument that is an amount in the base's currency: minor units."""
    return typer.Argument(parser=_read_amount, metavar="AMOUNT", help=help)


def clock(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a time of day."""
    return typer.Option(*names, parser=_read_clock, metavar="HH:MM", help=help)


def rating(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a rating: ten-thousandths."""
    return typer.Option(*names, parser=_read_rating, metavar="N/M", help=help)


def share(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a part of the whole, 10% or 0.1: ten-thousandths, 0 to 10 000."""
    return typer.Option(*names, parser=_read_share, metavar="PERCENT", help=help)


def word(*names: str, of: Sequence[str], help: str) -> Any:  # noqa: A002
    """An option that is one of some words."""
    choices = "|".join(of)
    if len(choices) > _LONG:
        return typer.Option(*names, parser=_one_of(of), metavar="WORD", help=f"{help}: {', '.join(of)}")
    return typer.Option(*names, parser=_one_of(of), metavar=choices, help=help)


def word_argument(metavar: str, of: Sequence[str], help: str) -> Any:  # noqa: A002
    """An argument that is one of some words."""
    return typer.Argument(parser=_one_of(of), metavar=metavar, help=f"{help}: {', '.join(of)}")


def contact(help: str = "Id, phone, e-mail or part of the name") -> Any:  # noqa: A002
    """An argument that says which contact is meant."""
    return typer.Argument(parser=line_of_text, metavar="CONTACT", help=help)


def text(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is a line of text: a name, a city, a tag."""
    return typer.Option(*names, parser=line_of_text, metavar=metavar, help=help)


def segment() -> Any:
    """An option that is the name of a saved segment: finding.in_segment finds its people."""
    return typer.Option("--segment", parser=_read_name, metavar="SEGMENT", help="Those of this saved segment alone")


def text_argument(metavar: str, help: str, *, empty: bool = False) -> Any:  # noqa: A002
    """An argument that is a line of text; an `empty` one is refused unless it means something."""
    return typer.Argument(parser=line_of_text if empty else _read_name, metavar=metavar, help=help)


def long_text(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is a text of any length, with its line breaks."""
    return typer.Option(*names, parser=_read_text, metavar=metavar, help=help)


def record_id(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is the id of a row."""
    return typer.Option(*names, parser=_read_id, metavar=metavar, help=help)


def record_id_argument(metavar: str, help: str) -> Any:  # noqa: A002
    """An argument that is the id of a row."""
    return typer.Argument(parser=_read_id, metavar=metavar, help=help)


def fields(*names: str, help: str, metavar: str = "FIELD=VALUE") -> Any:  # noqa: A002
    """A repeatable option field=value."""
    return typer.Option(*names, parser=_read_field, metavar=metavar, help=help)


def named_amounts(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """A repeatable option NAME=AMOUNT: (name, minor units of the base's currency)."""
    return typer.Option(*names, parser=_read_named_amount, metavar=metavar, help=help)


def file(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is the path of a file."""
    return typer.Option(*names, parser=_read_path, metavar=metavar, help=help)


def path_argument(metavar: str, help: str) -> Any:  # noqa: A002
    """An argument that is the path of a file or folder."""
    return typer.Argument(parser=_read_path, metavar=metavar, help=help)


def comparison(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is previous, year-ago or a Period, FROM..TO."""
    return typer.Option(*names, parser=_read_comparison, metavar="PERIOD", help=f"{help}: previous, year-ago, FROM..TO")


def percent(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a change in percent: a fraction, 1/20 for +5%."""
    return typer.Option(*names, parser=_read_percent, metavar="PERCENT", help=help)


def line(*names: str, help: str) -> Any:  # noqa: A002
    """A repeatable option PRODUCT[*QUANTITY][=AMOUNT]: (name, thousandths, minor units or None)."""
    return typer.Option(*names, parser=_read_line, metavar="PRODUCT[*QTY][=AMOUNT]", help=help)


def rate(*names: str, help: str) -> Any:  # noqa: A002
    """A repeatable option CODE=RATE; read before the amounts that need it."""
    return typer.Option(*names, parser=_read_rate, metavar="CODE=RATE", help=help, is_eager=True)


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


_read_text, line_of_text = _checked(_storable), _checked(_line_of_text)


@_checked
def _read_name(value: str) -> str:
    found = _line_of_text(value)
    if not found:
        raise ValueError("this one is empty")
    return found


@_checked
def _read_id(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value[:20]) <= _IDS:
        raise ValueError(f"{value!r} is no id: a number as lists show it")
    return int(value)


@_checked
def _read_day(value: str) -> date:
    return dates.read_date(value, current().today)


@_checked
def _read_day_ahead(value: str) -> date:
    return dates.read_date(value, current().today, ahead=True)


@_checked
def _read_amount(value: str) -> int:
    found = money.read_amount(value, current().currency_digits)
    if found.minor < 0:
        raise ValueError(f"{value!r} is negative: what is given back is a purchase refund")
    return in_base_currency(found, value)


@_checked
def _read_clock(value: str) -> time:
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})", value)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{value!r} is no time of day: write 14:30")
    return time(int(match[1]), int(match[2]))


@_checked
def _read_rating(value: str) -> int:
    match = re.fullmatch(r"(\d{1,3})/(\d{1,3})", value)
    if not match or int(match[2]) == 0 or int(match[1]) > int(match[2]):
        raise ValueError(f"{value!r} is no rating: write 4/5")
    return (int(match[1]) * 20_000 + int(match[2])) // (2 * int(match[2]))


@_checked
def _read_share(value: str) -> int:
    match = re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{1,6})?)(%?)", value.replace(" ", ""))
    found = Decimal(match[1].replace(",", ".")) * (100 if match[2] else 10_000) if match else Decimal(-1)
    if not 0 <= found <= 10_000 or found != int(found):
        raise ValueError(f"{value!r} is no part of the whole: write 10% or 0.1")
    return int(found)


@_checked
def _read_field(value: str) -> tuple[str, str]:
    name, found, content = value.partition("=")
    if not found or not name.strip():
        raise ValueError(f"{value!r}: write FIELD=VALUE; FIELD= takes the field away")
    return _line_of_text(name), _storable(content).strip()


@_checked
def _read_comparison(value: str) -> str | Period:
    if value in {"previous", "year-ago"}:
        return value
    return read_period(value, current().today)


@_checked
def _read_percent(value: str) -> Fraction:
    match = re.fullmatch(r"([+−–-]?\d{1,4}(?:[.,]\d{1,4})?)\s?%?", value.strip())
    if not match:
        raise ValueError(f"{value[:60]!r} is no change in percent: write +5% or -2%")
    percent = Fraction(re.sub("[−–]", "-", match[1]).replace(",", "."))
    if not -100 <= percent <= 1000:
        raise ValueError(f"{value!r}: from -100% to +1000%")
    return percent / 100


@_checked
def _read_named_amount(value: str) -> tuple[str, int]:
    name, found, amount = value.rpartition("=")
    if not found or not name.strip():
        raise ValueError(f"{value!r}: write NAME=AMOUNT, such as Ads=1200")
    return _line_of_text(name), _read_amount(amount)


@_checked
def _read_path(value: str) -> Path:
    _read_name(value)
    return Path(value)  # blanks and all: they are of the file's name


@_checked
def _read_line(value: str) -> tuple[str, int, int | None]:
    named, found, price = value.rpartition("=")
    if not found:
        named, price = value, ""
    name, found, quantity = named.rpartition("*")
    if not found:
        name, quantity = named, "1"
    if not name.strip():
        raise ValueError(f"{value!r}: write PRODUCT*QUANTITY=AMOUNT, such as 'Tea 250 g*2=900'")
    return _line_of_text(name), _thousandths(quantity), _read_amount(price) if price else None


@_checked
def _read_rate(value: str) -> tuple[str, Decimal]:
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


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
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


Segment = Annotated[str | None, segment()]
