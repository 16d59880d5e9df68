"""One value of a column, for people and for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crmcli.output.clean import one_line
from crmcli.output.result import Column, Row
from crmcli.values.money import digits_of, to_decimal


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader's base and terminal say: the currency, and whether all is to be wrapped for programs."""

    currency: str = "RUB"
    meta: bool = False

    @property
    def digits(self) -> int:
        """Decimal digits of the currency."""
        return digits_of(self.currency)


def for_program(value: Any, column: Column, look: Look) -> Any:
    """The value as JSON has it: money and quantities decimal strings, rates to four places, dates ISO."""
    if value is None:
        return [] if column.kind == "texts" else None
    if column.kind == "money":
        return to_decimal(value, look.digits)
    if column.kind == "quantity":
        return _quantity(value)
    if column.kind == "rate":
        return round(float(value), 4)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return list(value) if column.kind == "texts" else value


def record(row: Row, columns: Any, look: Look) -> dict[str, Any]:
    """A row with every column's key, as JSON has it."""
    return {column.key: for_program(row.get(column.key), column, look) for column in columns}


def for_people(value: Any, column: Column, look: Look) -> str:
    """The value as a table shows it, safe for the terminal."""
    if value is None or value == "":
        return ""
    if column.kind == "money":
        return _grouped(value, look.digits)
    return one_line(_WRITTEN.get(column.kind, str)(value))


def _grouped(minor: int, digits: int) -> str:
    whole, point, fraction = to_decimal(minor, digits).partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    sign = "-" if minor < 0 and not grouped.startswith("-") else ""
    return f"{sign}{grouped}" if fraction.strip("0") == "" else f"{sign}{grouped}{point}{fraction}"


def _quantity(thousandths: int) -> str:
    exact = Decimal(thousandths).scaleb(-3).normalize()
    return format(exact, "f")


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "quantity": _quantity,
    "rate": lambda value: f"{float(value) * 100:.1f}%".replace(".0%", "%"),
    "texts": ", ".join,
    "fields": lambda value: ", ".join(f"{name}: {text}" for name, text in value.items()),
    "flag": lambda value: "yes" if value else "no",
    "time": lambda value: value.isoformat("minutes"),
}
