"""What a command returns: data and what it means, without its looks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "text",
    "texts",
    "int",
    "money",
    "quantity",
    "rate",
    "number",
    "date",
    "time",
    "flag",
    "fields",
    "labelled",
    "heat",
    "bar",
    "line",
]
DRAWN = {"bar", "line"}
"""Kinds that are pictures: people alone get them."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` is its name in machine formats and never changes, `label` its heading in a table.

    Kinds: money is minor units, quantity thousandths, rate a fraction, number one with up to four places, texts a list
    of texts, fields a dict, labelled a list of texts with their labels. Pictures: heat is a rate that a table shades,
    bar a fraction of 1 drawn as a bar, line a list of numbers drawn as a line. A column that is not `shown` is in
    machine formats alone. `full` is the rate that heat shades darkest. One that is `rough` is an estimate: people see
    no more of it than is known, an amount in whole units of the currency, a number with two places, a rate in whole
    percents, and nothing as certain that is not.
    """

    key: str
    label: str = ""
    kind: Kind = "text"
    shown: bool = True
    full: float = 1.0
    rough: bool = False


def told(columns: Sequence[Column]) -> list[Column]:
    """The columns that machine formats have."""
    return [column for column in columns if column.kind not in DRAWN]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. `total`: how many rows there are, shown or not; `left_out`: how many were left out on purpose.

    `summary`: what --meta says of the whole in machine formats.
    `remarks` are printed under a table. One that is not `shown` is in machine formats alone.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int
    left_out: int = 0
    title: str = ""
    remarks: Sequence[str] = ()
    empty: str = "Nothing found."
    shown: bool = True
    summary: "Card | None" = None


@dataclass(frozen=True, slots=True)
class Card:
    """One record: its fields, and lists nested under their names. `remark` is for people."""

    columns: Sequence[Column]
    row: Row
    title: str = ""
    sections: Mapping[str, Listing] = field(default_factory=dict)
    remark: str = ""
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: one line for people, a record for programs. `exit_code` 3: done in part."""

    line: str
    columns: Sequence[Column]
    row: Row
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Several answers under one another, of a command that does a whole job."""

    parts: Sequence["Listing | Card | Done"]
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows come one by one. `key` is its name in machine formats, `name` that of a workbook's sheet.

    Machine formats have `columns`, sheets have `headed` under their labels.
    """

    key: str
    name: str
    columns: Sequence[Column]
    headed: Sequence["Headed"]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Headed:
    """A column of a sheet. `words` are how its codes are written there; `part` is the one of the column's fields."""

    column: Column
    heading: str
    words: Mapping[str, str] = field(default_factory=dict)
    part: str = ""

    def getter(self) -> Callable[[Row], Any]:
        """What says, of a row, what the sheet's cell holds."""
        key, words, part = self.column.key, self.words, self.part
        if part:
            return lambda row: (row.get(key) or {}).get(part)
        if words:
            return lambda row: words.get(row.get(key, ""), row.get(key))
        return lambda row: row.get(key)


@dataclass(frozen=True, slots=True)
class Export:
    """Whole tables for another program, or for the same one.

    `for_excel`: separated values are to open with a double click. `cut` is said by the writer: what was too long.
    """

    tables: Sequence[Table]
    for_excel: bool = False
    cut: list[str] = field(default_factory=list)


Result = Listing | Card | Done | Report
