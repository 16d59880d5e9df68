"""The types of all arguments: how a date, an amount, a phone or a word is read is decided here alone."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

import typer

from crmcli import settings
from crmcli.commands.session import current
from crmcli.values import dates, money

_LONG = 24
"""Choices longer than this are told in the help, not in the option's place."""


def day(*names: str, help: str, ahead: bool = False) -> Any:  # noqa: A002 - the word Typer uses
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
    return typer.Argument(metavar="CONTACT", help=help)


def text(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is taken as it stands."""
    return typer.Option(*names, metavar=metavar, help=help)


def fields(*names: str, help: str) -> Any:  # noqa: A002
    """A repeatable option field=value."""
    return typer.Option(*names, parser=_read_field, metavar="FIELD=VALUE", help=help)


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
    return money.to_minor(theirs * current().rates[found.currency], current().currency_digits)


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
def _read_field(value: str) -> tuple[str, str]:
    name, found, content = value.partition("=")
    if not found or not name.strip():
        raise ValueError(f"{value!r}: write FIELD=VALUE; FIELD= takes the field away")
    return name.strip(), content.strip()


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
    return name.strip(), _thousandths(quantity), _read_amount(price) if price else None


@_checked
def _read_rate(value: str) -> tuple[str, Decimal]:
    code, _, text_rate = value.partition("=")
    try:
        number = Decimal(text_rate.replace(",", "."))
    except InvalidOperation:
        number = Decimal(0)
    if not re.fullmatch("[A-Z]{3}", code) or not number > 0 or not number.is_finite():
        raise ValueError(f"{value!r}: write the currency and its rate, such as USD=92.50")
    current().rates[code] = number
    return code, number


def _thousandths(value: str) -> int:
    try:
        number = Decimal(value.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal(0)
    if not 0 < number < 10**9:
        raise ValueError(f"{value!r} is no quantity")
    return money.to_minor(number, 3)


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
