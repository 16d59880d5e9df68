"""Answers for people: tables and cards at the terminal, plain in a pipe."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import IO, TYPE_CHECKING

from crmcli.output.clean import one_line
from crmcli.output.layout import fitted, flowed, legible
from crmcli.output.result import DRAWN, Card, Column, Done, Listing, Report, Result, Row
from crmcli.output.values import Look, column_for_people, for_people

if TYPE_CHECKING:
    from rich.console import Console

_RIGHT = {"int", "money", "quantity", "rate", "number", "heat"}
_WHOLE = _RIGHT | {"date", "time", "flag"} | DRAWN
"""Kinds whose values are never broken."""
_WIDE = 10_000
"""A pipe has no width: nothing is wrapped there."""
_GAP = "  "
_USUAL = 80
_LEAST = 10
_NO_BREAK = "\ue000"
"""Stands for a blank at which no line is broken: a character of private use."""
_LEAST_HEAT = 6
"""Columns of a heat map that are shown in a row, or none."""


def write(result: Result, file: IO[str], look: Look) -> None:
    """Prints a result for people."""
    if isinstance(result, Done):
        file.write(one_line(result.line) + "\n")
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
    look = replace(look, ascii_only=console.options.ascii_only)
    if isinstance(result, Listing):
        _print_listing(console, result, look)
    else:
        _print_card(console, result, look)


def _console(file: IO[str]) -> "Console":
    """What knows the width of the terminal and whether it can show bold."""
    from rich.console import Console

    terminal = file.isatty()
    width = _width(file) if terminal else _WIDE
    return Console(file=file, width=width, height=_LEAST, force_terminal=terminal)  # without a height, no width either


def _width(file: IO[str]) -> int:
    """The columns of a terminal: Rich takes a dumb one to have 80 whatever it says."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(file.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL


def _print_listing(console: "Console", listing: Listing, look: Look) -> None:
    _say(console, listing.title, "bold")
    if listing.rows:
        _print_rows(console, [_Shown.of(column, listing.rows, look) for column in _filled(listing)])
    else:
        _say(console, listing.empty)
    if len(listing.rows) < listing.total:
        _say(console, f"{len(listing.rows)} of {listing.total}; --limit {listing.total} shows all.")
    for remark in listing.remarks:
        _say(console, remark)


def _print_card(console: "Console", card: Card, look: Look) -> None:
    _say(console, card.title, "bold")
    _say(console, card.remark)
    _print_fields(console, card.columns, card.row, look)
    for name, section in card.sections.items():
        if not section.shown:
            continue
        console.print()
        _say(console, section.title or name.replace("_", " ").capitalize(), "bold")
        _print_listing(console, Listing(section.columns, section.rows, section.total, empty=section.empty), look)


def _say(console: "Console", text: str, style: str = "") -> None:
    if text:
        _print_lines(console, _wrapped(console, one_line(text), console.width), style)


def _filled(listing: Listing) -> list[Column]:
    """The columns that say something: one that is empty throughout only takes room."""
    return [
        column
        for column in listing.columns
        if column.shown and any(row.get(column.key) not in (None, "", [], {}) for row in listing.rows)
    ]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column as it is shown: its heading, its cells, how wide they are, and how narrow they may become."""

    column: Column
    heading: str
    cells: Sequence[str]
    natural: int
    least: int

    @classmethod
    def of(cls, column: Column, rows: Sequence[Row], look: Look) -> "_Shown":
        from rich.cells import cell_len

        cells = column_for_people(column, rows, look)
        heading = _heading(column)
        widest = max(map(cell_len, cells))
        natural = max(widest, cell_len(heading))
        words = [heading, *([] if column.kind in _WHOLE else cells)]
        longest_word = max((cell_len(word) for text in words for word in text.split()), default=0)
        least = max(widest, longest_word) if column.kind in _WHOLE else legible(natural, longest_word)
        return cls(column, heading, cells, natural, least)


def _heading(column: Column) -> str:
    return one_line(column.label) or column.key.replace("_", " ").capitalize()


def _print_rows(console: "Console", shown: Sequence[_Shown]) -> None:
    """A table where its columns stay legible in the console's width, else each row as a few lines.

    A heat map goes without its last columns before it is torn.
    """
    kept = list(shown)
    while (widths := _widths(console, kept)) is None and len(heat := _heat_places(kept)) > _LEAST_HEAT:
        del kept[heat[-1]]
    if widths is None:
        _print_stacked(console, shown)
        return
    _print_table(console, kept, widths)
    if more := len(shown) - len(kept):
        _say(console, f"{more} more columns in a wider terminal.")


def _widths(console: "Console", shown: Sequence[_Shown]) -> list[int] | None:
    room = console.width - len(_GAP) * (len(shown) - 1)
    return fitted([one.natural for one in shown], [one.least for one in shown], room)


def _heat_places(shown: Sequence[_Shown]) -> list[int]:
    return [place for place, one in enumerate(shown) if one.column.kind == "heat"]


def _print_table(console: "Console", shown: Sequence[_Shown], widths: Sequence[int]) -> None:
    headings = [_wrapped(console, one.heading, width) for one, width in zip(shown, widths, strict=True)]
    height = max(map(len, headings))
    level = [[""] * (height - len(heading)) + heading for heading in headings]
    _print_lines(console, _side_by_side(shown, widths, level), "bold")
    line = "-" if console.options.ascii_only else "─"
    _print_lines(console, [line * (sum(widths) + len(_GAP) * (len(widths) - 1))])
    for cells in zip(*(one.cells for one in shown), strict=True):
        wrapped = [_wrapped(console, cell, width) for cell, width in zip(cells, widths, strict=True)]
        _print_lines(console, _side_by_side(shown, widths, wrapped))


def _side_by_side(shown: Sequence[_Shown], widths: Sequence[int], columns: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of several cells next to each other."""
    for parts in zip_longest(*columns, fillvalue=""):
        padded = (_padded(*three) for three in zip(parts, shown, widths, strict=True))
        yield _GAP.join(padded)


def _padded(text: str, one: _Shown, width: int) -> str:
    from rich.cells import cell_len

    blanks = " " * (width - cell_len(text))
    return blanks + text if one.column.kind in _RIGHT else text + blanks


def _print_stacked(console: "Console", shown: Sequence[_Shown]) -> None:
    """Each row begins with what it is, its first text, and goes on with the rest behind their headings."""
    from rich.cells import cell_len

    first_text = next((place for place, one in enumerate(shown) if one.column.kind == "text"), 0)
    room = console.width - len(_GAP)
    for cells in zip(*(one.cells for one in shown), strict=True):
        _say(console, _GAP.join(cell for cell in cells[: first_text + 1] if cell), "bold")
        rest = zip(shown[first_text + 1 :], cells[first_text + 1 :], strict=True)
        pieces = [f"{one.heading}: {cell}" for one, cell in rest if cell]
        for line in flowed([(piece, cell_len(piece)) for piece in pieces], _GAP, room):
            _print_lines(console, (_GAP + part for part in _wrapped(console, line, room)))


def _print_fields(console: "Console", columns: Sequence[Column], row: Row, look: Look) -> None:
    from rich.cells import cell_len

    texts = [(_heading(column), for_people(row.get(column.key), column, look)) for column in columns if column.shown]
    filled = [(heading, text) for heading, text in texts if text]
    width = max((cell_len(heading) for heading, _ in filled), default=0)
    room = console.width - width - len(_GAP)
    for heading, text in filled:
        if room < _LEAST:
            _say(console, f"{heading}: {text}")
            continue
        first, *more = _wrapped(console, text, room)
        console.print(
            heading, style="bold", end=" " * (width - cell_len(heading) + len(_GAP)), markup=False, highlight=False
        )
        _print_lines(console, [first, *(" " * (width + len(_GAP)) + line for line in more)])


def _wrapped(console: "Console", text: str, width: int) -> list[str]:
    """The text in lines of at most that width: broken between words, a word that is longer inside, no amount in two."""
    from rich.cells import cell_len
    from rich.text import Text

    if cell_len(text) <= width:
        return [text]
    held = Text(text.replace("\u00a0", _NO_BREAK))  # Rich would break there
    return [line.plain.replace(_NO_BREAK, "\u00a0") for line in held.wrap(console, width, overflow="fold")]


def _print_lines(console: "Console", lines: Iterable[str], style: str = "") -> None:
    """Lines as they are, but for the blanks at their ends: these are a nuisance in mails and diffs."""
    from rich.text import Text

    for line in lines:
        if style:
            console.print(Text(line.rstrip(" "), style), soft_wrap=True)
        else:
            console.file.write(line.rstrip(" ") + "\n")
