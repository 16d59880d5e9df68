"""One value of a column, for people and for programs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crmcli.output import pictures
from crmcli.output.clean import one_line
from crmcli.output.result import Column, Row
from crmcli.values.lists import write_list
from crmcli.values.money import digits_of, to_decimal


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader's base and terminal say: the currency, whether all is to be wrapped for programs, and whether
    the terminal knows no character but ASCII's.
    """

    currency: str = "RUB"
    meta: bool = False
    ascii_only: bool = False

    @property
    def digits(self) -> int:
        """Decimal digits of the currency."""
        return digits_of(self.currency)


def for_program(value: Any, column: Column, look: Look) -> Any:
    """The value as JSON has it: money and quantities decimal strings, rates to four places, dates ISO."""
    if value is None:
        return _EMPTY[column.kind]() if column.kind in _EMPTY else None
    if column.kind == "money":
        return to_decimal(value, look.digits)
    if column.kind == "quantity":
        return _quantity(value)
    if column.kind in {"rate", "heat"}:
        return round(float(value), 4)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return _PLAIN[column.kind](value) if column.kind in _PLAIN else value


def record(row: Row, columns: Any, look: Look) -> dict[str, Any]:
    """A row with every column's key, as JSON has it."""
    return {column.key: for_program(row.get(column.key), column, look) for column in columns}


def for_people(value: Any, column: Column, look: Look, *, exact: bool = False) -> str:
    """The value as a table shows it, safe for the terminal; with `exact` round amounts and rates keep their zeros."""
    if value is None or value == "":
        return ""
    if column.rough:
        return _rough(value, column, look)
    if column.kind in {"money", "rate"}:
        return _grouped(value, look.digits, exact=exact) if column.kind == "money" else _percent(value, exact=exact)
    if column.kind == "heat":
        return f"{value * 100:.0f}% {pictures.shade(value / column.full, ascii_only=look.ascii_only)}"
    if column.kind in _DRAWING:
        return _DRAWING[column.kind](value, look.ascii_only)
    return one_line(_WRITTEN.get(column.kind, str)(value))


def column_for_people(column: Column, rows: Sequence[Row], look: Look) -> list[str]:
    """A whole column as a table shows it: where one amount has a fraction all show theirs, so that they align."""
    texts = [for_people(row.get(column.key), column, look) for row in rows]
    if column.kind in {"money", "rate"} and any("." in text for text in texts):
        return [for_people(row.get(column.key), column, look, exact=True) for row in rows]
    return texts


def _grouped(minor: int, digits: int, *, exact: bool) -> str:
    whole, point, fraction = to_decimal(abs(minor), digits).partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    sign = "-" if minor < 0 else ""
    return f"{sign}{grouped}{point}{fraction}" if exact or fraction.strip("0") else f"{sign}{grouped}"


def _percent(fraction: Any, *, exact: bool) -> str:
    percent = f"{float(fraction) * 100:.1f}"
    return f"{percent if exact else percent.removesuffix('.0')}%"


def _rough(value: Any, column: Column, look: Look) -> str:
    if column.kind == "rate":
        return _likely(float(value))
    if column.kind == "number":
        return f"{value:.2f}"
    unit = 10**look.digits
    return _grouped(round(value / unit) * unit, look.digits, exact=False)


def _likely(chance: float) -> str:
    """Whole percents, but nearly all is not all, and hardly anything is not nothing."""
    if 0 < chance < 0.01:
        return "<1%"
    return ">99%" if 0.99 < chance < 1 else f"{chance * 100:.0f}%"


def _quantity(thousandths: int) -> str:
    return format(Decimal(thousandths).scaleb(-3).normalize(), "f")


_DRAWING: dict[str, Callable[[Any, bool], str]] = {
    "bar": lambda value, ascii_only: pictures.bar(value, ascii_only=ascii_only),
    "line": lambda value, ascii_only: pictures.line(value, ascii_only=ascii_only),
}
_EMPTY: dict[str, Callable[[], Any]] = {"texts": list, "fields": dict, "labelled": list}
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "texts": list,
    "fields": dict,
    "flag": bool,
    "labelled": lambda value: [{"text": text, "label": label} for text, label in value],
}
_WRITTEN: dict[str, Callable[[Any], str]] = {
    "quantity": _quantity,
    "number": "{:.4f}".format,
    "texts": ", ".join,
    "labelled": write_list,
    "fields": lambda value: ", ".join(f"{name}: {text}" for name, text in value.items()),
    "flag": lambda value: "yes" if value else "no",
    "time": lambda value: value.isoformat("minutes"),
}
