"""The options and arguments that commands declare: how each is read is decided in typed alone."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer

from crmcli.commands import typed

_LONG = 24
"""Choices longer than this are told in the help, not in the option's place."""

NO_DAY = date.min
"""What an option gives that takes a date away."""


def new_day(*names: str, help: str, ahead: bool = False) -> Any:  # noqa: A002 - the word Typer uses
    """An option that is a date in place of another; an empty text is NO_DAY."""
    read = typed.read_day_ahead if ahead else typed.read_day
    return typer.Option(*names, parser=lambda text: read(text) if text else NO_DAY, metavar="DATE", help=help)


def day(*names: str, help: str, ahead: bool = False) -> Any:  # noqa: A002
    """An option that is a date; `ahead`: a weekday is the next one."""
    return typer.Option(*names, parser=typed.read_day_ahead if ahead else typed.read_day, metavar="DATE", help=help)


def amount(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is an amount in the base's currency: minor units."""
    return typer.Option(*names, parser=typed.read_amount, metavar="AMOUNT", help=help)


def amount_argument(help: str) -> Any:  # noqa: A002
    """An argument that is an amount in the base's currency: minor units."""
    return typer.Argument(parser=typed.read_amount, metavar="AMOUNT", help=help)


def clock(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a time of day."""
    return typer.Option(*names, parser=typed.read_clock, metavar="HH:MM", help=help)


def rating(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a rating: ten-thousandths."""
    return typer.Option(*names, parser=typed.read_rating, metavar="N/M", help=help)


def share(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a part of the whole, 10% or 0.1: ten-thousandths, 0 to 10 000."""
    return typer.Option(*names, parser=typed.read_share, metavar="PERCENT", help=help)


def word(*names: str, of: Sequence[str], help: str) -> Any:  # noqa: A002
    """An option that is one of some words."""
    choices = "|".join(of)
    if len(choices) > _LONG:
        return typer.Option(*names, parser=typed.one_of(of), metavar="WORD", help=f"{help}: {', '.join(of)}")
    return typer.Option(*names, parser=typed.one_of(of), metavar=choices, help=help)


def word_argument(metavar: str, of: Sequence[str], help: str) -> Any:  # noqa: A002
    """An argument that is one of some words."""
    return typer.Argument(parser=typed.one_of(of), metavar=metavar, help=f"{help}: {', '.join(of)}")


def contact(help: str = "Id, phone, e-mail or part of the name") -> Any:  # noqa: A002
    """An argument that says which contact is meant."""
    return typer.Argument(parser=typed.line_of_text, metavar="CONTACT", help=help)


def text(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is a line of text: a name, a city, a tag."""
    return typer.Option(*names, parser=typed.line_of_text, metavar=metavar, help=help)


def segment() -> Any:
    """A repeatable option that is the name of a segment, saved or of rfm: finding.in_segment finds their people."""
    return typer.Option(
        "--segment",
        parser=typed.read_name,
        metavar="SEGMENT",
        help="Who is in this segment, saved or of rfm; repeated: in all",
    )


def text_argument(metavar: str, help: str, *, empty: bool = False) -> Any:  # noqa: A002
    """An argument that is a line of text; an `empty` one is refused unless it means something."""
    return typer.Argument(parser=typed.line_of_text if empty else typed.read_name, metavar=metavar, help=help)


def long_text(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is a text of any length, with its line breaks."""
    return typer.Option(*names, parser=typed.read_text, metavar=metavar, help=help)


def record_id(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is the id of a row."""
    return typer.Option(*names, parser=typed.read_id, metavar=metavar, help=help)


def record_id_argument(metavar: str, help: str) -> Any:  # noqa: A002
    """An argument that is the id of a row."""
    return typer.Argument(parser=typed.read_id, metavar=metavar, help=help)


def fields(*names: str, help: str, metavar: str = "FIELD=VALUE") -> Any:  # noqa: A002
    """A repeatable option field=value."""
    return typer.Option(*names, parser=typed.read_field, metavar=metavar, help=help)


def named_amounts(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """A repeatable option NAME=AMOUNT: (name, minor units of the base's currency)."""
    return typer.Option(*names, parser=typed.read_named_amount, metavar=metavar, help=help)


def file(*names: str, metavar: str, help: str) -> Any:  # noqa: A002
    """An option that is the path of a file."""
    return typer.Option(*names, parser=typed.read_path, metavar=metavar, help=help)


def path_argument(metavar: str, help: str) -> Any:  # noqa: A002
    """An argument that is the path of a file or folder."""
    return typer.Argument(parser=typed.read_path, metavar=metavar, help=help)


def place_argument(metavar: str, help: str) -> Any:  # noqa: A002
    """An argument that is where a base is: a Location."""
    return typer.Argument(parser=typed.read_place(metavar), metavar=metavar, help=help)


def comparison(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is previous, year-ago or a Period, FROM..TO."""
    return typer.Option(
        *names, parser=typed.read_comparison, metavar="PERIOD", help=f"{help}: previous, year-ago, FROM..TO"
    )


def percent(*names: str, help: str) -> Any:  # noqa: A002
    """An option that is a change in percent: a fraction, 1/20 for +5%."""
    return typer.Option(*names, parser=typed.read_percent, metavar="PERCENT", help=help)


def line(*names: str, help: str) -> Any:  # noqa: A002
    """A repeatable option PRODUCT[*QUANTITY][=AMOUNT]: (name, thousandths, minor units or None)."""
    return typer.Option(*names, parser=typed.read_line, metavar="PRODUCT[*QTY][=AMOUNT]", help=help)


def rate(*names: str, help: str) -> Any:  # noqa: A002
    """A repeatable option CODE=RATE; read before the amounts that need it."""
    return typer.Option(*names, parser=typed.read_rate, metavar="CODE=RATE", help=help, is_eager=True)


Segment = Annotated[list[str] | None, segment()]
