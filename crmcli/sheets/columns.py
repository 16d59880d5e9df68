"""The columns of a table: what each means, and how the whole column writes its dates and numbers."""

from dataclasses import dataclass

from crmcli.errors import CrmError
from crmcli.sheets.amounts import decimal_sign
from crmcli.sheets.days import day_first
from crmcli.sheets.grid import text_of
from crmcli.sheets.headings import currency_of, label_of, meanings
from crmcli.sheets.table import Table, counters
from crmcli.values.records import ColumnReading, SheetKind

DATES = frozenset({"date", "created on", "next contact on", "birthday", "expected on", "closed on"})
NUMBERS = frozenset({"amount", "order amount", "price", "cost", "quantity", "discount", "minutes"})
COUNTER = "row number"
_LABELLED = frozenset({"phone", "email", "messenger", "website", "address"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `place` counts from 0 in the rows; `letter` is the spreadsheet program's name for it.

    `day_first` and `decimal` say how this column writes 03/04/2026 and 1,5; `currency` is what its heading names.
    """

    place: int
    letter: str
    heading: str
    meaning: str
    label: str = ""
    currency: str | None = None
    day_first: bool | None = None
    decimal: str | None = None

    @property
    def title(self) -> str:
        """How messages name the column: "C, Дата"."""
        return f"{self.letter}, {self.heading}" if self.heading else self.letter


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table, from left to right, and by meaning."""

    listed: tuple[Column, ...]
    by_meaning: dict[str, tuple[Column, ...]]

    def __contains__(self, meaning: str) -> bool:
        return meaning in self.by_meaning

    def of(self, meaning: str) -> tuple[Column, ...]:
        """The columns of that meaning, from left to right."""
        return self.by_meaning.get(meaning, ())


def read_columns(table: Table, kind: SheetKind) -> Columns:
    """The columns of a table of that kind. Raises CrmError where a column's dates can be read in two ways."""
    numbering = counters(table)
    found = meanings(table.headings, kind)
    listed = tuple(
        _column(table, place, COUNTER if place in numbering else meaning) for place, meaning in enumerate(found)
    )
    by_meaning: dict[str, tuple[Column, ...]] = {}
    for column in listed:
        by_meaning[column.meaning] = (*by_meaning.get(column.meaning, ()), column)
    return Columns(listed, by_meaning)


def report_columns(table: Table, kind: SheetKind | None) -> tuple[ColumnReading, ...]:
    """What the user is told of the columns; `kind` None where the table is left out."""
    found = meanings(table.headings, kind) if kind else [""] * len(table.headings)
    numbering = counters(table)
    return tuple(
        ColumnReading(
            table.letter(place), heading, COUNTER if place in numbering else found[place], _example(table, place)
        )
        for place, heading in enumerate(table.headings)
    )


def _column(table: Table, place: int, meaning: str) -> Column:
    heading = table.headings[place]
    column = Column(place, table.letter(place), heading, meaning)
    if meaning in DATES:
        return Column(place, column.letter, heading, meaning, day_first=_day_order(table, column))
    if meaning in NUMBERS:
        decimal = decimal_sign(table.column(place))
        return Column(place, column.letter, heading, meaning, currency=currency_of(heading), decimal=decimal)
    if meaning in _LABELLED:
        return Column(place, column.letter, heading, meaning, label=label_of(heading))
    return column


def _day_order(table: Table, column: Column) -> bool | None:
    try:
        return day_first(table.column(column.place))
    except ValueError as error:
        raise CrmError(f"column {column.title} {error}: write its dates as 2026-12-31") from None


def _example(table: Table, place: int) -> str:
    return " ".join(text_of(next(iter(table.column(place)), None)).split())[:40]
