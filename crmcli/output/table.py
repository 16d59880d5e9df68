"""Answers for people: tables and cards at the terminal, plain in a pipe."""

from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from crmcli.output.clean import clean
from crmcli.output.result import Card, Column, Done, Listing, Report, Result, Row
from crmcli.output.values import Look, for_people

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_RIGHT = {"int", "money", "quantity", "rate"}
_WIDE = 10_000
"""A pipe has no width: nothing is wrapped there."""


def write(result: Result, file: IO[str], look: Look) -> None:
    """Prints a result for people."""
    if isinstance(result, Done):
        file.write(clean(result.line) + "\n")
    elif isinstance(result, Report):
        _write_parts(result, file, look)
    else:
        _write_tables(result, file, look)


def _write_parts(report: Report, file: IO[str], look: Look) -> None:
    for number, part in enumerate(report.parts):
        if number:
            file.write("\n")
        write(part, file, look)


def _write_tables(result: Listing | Card, file: IO[str], look: Look) -> None:
    console = _console(file)
    if isinstance(result, Listing):
        _print_listing(console, result, look)
    else:
        _print_card(console, result, look)


def _console(file: IO[str]) -> "Console":
    from rich.console import Console

    terminal = file.isatty()
    return Console(
        file=file, width=None if terminal else _WIDE, highlight=False, markup=False, emoji=False, soft_wrap=not terminal
    )


def _print_listing(console: "Console", listing: Listing, look: Look) -> None:
    _print_title(console, listing.title)
    if listing.rows:
        console.print(_table(listing.columns, listing.rows, look))
    else:
        console.print(listing.empty)
    if len(listing.rows) < listing.total:
        console.print(f"{len(listing.rows)} of {listing.total}; --limit {listing.total} shows all.")
    for remark in listing.remarks:
        console.print(clean(remark))


def _print_card(console: "Console", card: Card, look: Look) -> None:
    _print_title(console, card.title)
    if card.remark:
        console.print(clean(card.remark))
    console.print(_fields(card.columns, card.row, look))
    for name, section in card.sections.items():
        if not section.shown:
            continue
        console.print()
        console.print(section.title or name.replace("_", " ").capitalize(), style="bold")
        _print_listing(console, Listing(section.columns, section.rows, section.total, empty=section.empty), look)


def _print_title(console: "Console", title: str) -> None:
    if title:
        console.print(clean(title), style="bold")


def _table(columns: Sequence[Column], rows: Sequence[Row], look: Look) -> "Table":
    from rich import box
    from rich.table import Table

    shown = [column for column in columns if column.shown and _has_any(column, rows)]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for column in shown:
        right = column.kind in _RIGHT
        table.add_column(column.label or column.key, justify="right" if right else "left", overflow="fold",
                         no_wrap=right or column.kind == "date")  # fmt: skip
    for row in rows:
        table.add_row(*(for_people(row.get(column.key), column, look) for column in shown))
    return table


def _has_any(column: Column, rows: Sequence[Row]) -> bool:
    """A column that is empty throughout only takes room."""
    return any(row.get(column.key) not in (None, "", [], {}) for row in rows)


def _fields(columns: Sequence[Column], row: Row, look: Look) -> "Table":
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for column in columns:
        text = for_people(row.get(column.key), column, look)
        if text and column.shown:
            table.add_row(column.label or column.key, text)
    return table
