"""The columns of a table: what each means, and how the whole column writes its dates and numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crmcli.errors import AmbiguousDates
from crmcli.sheets.amounts import decimal_sign, read_share
from crmcli.sheets.days import DayOrder, day_order
from crmcli.sheets.fields import column_fields, fields_of, known_field
from crmcli.sheets.grid import text_of
from crmcli.sheets.headings import currency_of, label_of
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.table import Table, counters
from crmcli.values.records import ColumnReading, SheetKind

DATES = frozenset({"date", "created on", "next contact on", "birthday", "expected on", "closed on", "archived on"})
NUMBERS = frozenset({"amount", "order amount", "price", "cost", "quantity", "discount", "minutes"})
COUNTER = "row number"
ODD_RATING = "rating on a scale of its own"
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
        return ", ".join(part for part in (self.letter, self.heading) if part)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table, from left to right, and by meaning.

    `defaults` holds the text that stands for a meaning where a row has none, under a column that messages can name;
    `meanings` are those that a row can have.
    """

    listed: tuple[Column, ...]
    by_meaning: dict[str, tuple[Column, ...]]
    defaults: dict[str, tuple[Column, str]] = field(default_factory=dict)
    meanings: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "meanings", frozenset({*self.by_meaning, *self.defaults}))

    def __contains__(self, meaning: str) -> bool:
        return meaning in self.meanings

    def of(self, meaning: str) -> tuple[Column, ...]:
        """The columns of that meaning, from left to right."""
        return self.by_meaning.get(meaning, ())


def read_columns(table: Table, kind: SheetKind, options: ReadingOptions) -> Columns:
    """The columns of a table of that kind. Raises AmbiguousDates where a column's dates can be read in two ways.

    A column that does not tell day from month is read as the others of its table that part their numbers by the same
    sign, if these agree; then by the user's word. That its dates are in order under one reading tells nothing.
    """
    listed = [_column(table, place, meaning) for place, meaning in enumerate(_meanings(table, kind, options))]
    orders = {column.place: day_order(table.column(column.place)) for column in listed if column.meaning in DATES}
    for place, order in orders.items():
        first = _day_first(order, orders.values(), options.day_first)
        if first is None and (order.doubtful or order.day_first):
            example = order.doubtful or f"{order.day_first} beside {order.month_first}"
            raise AmbiguousDates(table.sheet, listed[place].title, example)
        listed[place] = replace(listed[place], day_first=first)
    by_meaning: dict[str, list[Column]] = {}
    for column in listed:
        by_meaning.setdefault(column.meaning, []).append(column)
    grouped = {meaning: tuple(columns) for meaning, columns in by_meaning.items()}
    return Columns(tuple(listed), grouped, _defaults(table.sheet, kind, options))


def report_columns(table: Table, kind: SheetKind | None, options: ReadingOptions) -> tuple[ColumnReading, ...]:
    """What the user is told of the columns; `kind` None where the table is left out."""
    found = _meanings(table, kind, options) if kind else [""] * len(table.headings)
    return tuple(
        ColumnReading(table.letter(place), heading, found[place], _example(table, place))
        for place, heading in enumerate(table.headings)
    )


def given_fields(defaults: Mapping[str, str]) -> dict[str, str]:
    """The defaults by field. Raises Wrong for a field that no sheet has."""
    return {known_field(named): text for named, text in defaults.items() if named and text.strip()}


def _meanings(table: Table, kind: SheetKind, options: ReadingOptions) -> list[str]:
    numbering = {place for place in counters(table) if table.said[place] is None}
    found = column_fields(table.headings, table.said, kind, keep_unknown=options.keep_unknown)
    return [COUNTER if place in numbering else meaning for place, meaning in enumerate(found)]


def _column(table: Table, place: int, meaning: str) -> Column:
    heading = table.headings[place]
    column = Column(place, table.letter(place), heading, meaning)
    if meaning in NUMBERS:
        return replace(column, currency=currency_of(heading), decimal=decimal_sign(table.column(place)))
    if meaning == "rating" and None in map(read_share, table.column(place)):
        return replace(column, meaning=ODD_RATING)
    return replace(column, label=label_of(heading)) if meaning in _LABELLED else column


def _day_first(order: DayOrder, all_orders: Iterable[DayOrder], answer: bool | None) -> bool | None:
    if order.told is not None or not (order.doubtful or order.day_first):
        return order.told
    beside = {other.told for other in all_orders if other.sign == order.sign and other.told is not None}
    return beside.pop() if len(beside) == 1 and not order.day_first else answer


def _defaults(sheet: str, kind: SheetKind, options: ReadingOptions) -> dict[str, tuple[Column, str]]:
    given = {name: text.strip() for name, text in given_fields(options.defaults).items() if name in fields_of(kind)}
    return {name: (_default_column(sheet, name, text, options.day_first), text) for name, text in given.items()}


def _default_column(sheet: str, meaning: str, text: str, answer: bool | None) -> Column:
    """What messages call a default, read as a column of its own."""
    column = Column(-1, "", f"--default {meaning}", meaning)
    if meaning not in DATES:
        return column
    order = day_order([text])
    first = _day_first(order, (), answer)
    if first is None and order.doubtful:
        raise AmbiguousDates(sheet, column.title, text)
    return replace(column, day_first=first)


def _example(table: Table, place: int) -> str:
    return " ".join(text_of(next(table.filled(place), None)).split())[:40]
