"""What a command returns: data and what it means, without its looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["text", "texts", "int", "money", "quantity", "rate", "date", "time", "flag", "fields"]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `key` is its name in machine formats and never changes, `label` its heading in a table.

    Kinds: money is minor units, quantity thousandths, rate a fraction, texts a list of texts, fields a dict.
    A column that is not `shown` is in machine formats alone.
    """

    key: str
    label: str = ""
    kind: Kind = "text"
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. `total`: how many rows there are, shown or not; `left_out`: how many were left out on purpose.

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

    Its headings are the labels of its columns.
    """

    key: str
    name: str
    columns: Sequence[Column]
    rows: Iterable[Row]


Result = Listing | Card | Done | Report
