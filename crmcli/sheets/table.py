"""Where the table is in a sheet: under banners and dates, starting at any column, up to its last row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crmcli.sheets.grid import Cell, Grid, GridRow, column_letter, text_of
from crmcli.sheets.headings import among, is_heading
from crmcli.sheets.vocabulary import COUNTERS

_SEARCHED_ROWS = 60
_NO_HEADING = re.compile(r"@|\d{4,}|^[\d\s.,:;/+()-]+$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, one for every column, and the data rows, whose cells stand under the headings.

    `first` is the sheet's column (from 0) of the first heading. A row may be shorter than the headings.
    """

    heading_row: int
    first: int
    headings: tuple[str, ...]
    rows: list[GridRow]

    def letter(self, place: int) -> str:
        """The letters of the column in that place, as the spreadsheet program shows them."""
        return column_letter(self.first + place)

    def column(self, place: int) -> list[Cell]:
        """The cells of one column, without the empty ones."""
        return [row.cells[place] for row in self.rows if place < len(row.cells) and row.cells[place] is not None]


def find_table(grid: Grid) -> Table | None:
    """The table of a sheet, or None where no row heads one.

    The row with the most known headings heads it; where no heading is known, a first row of plain different words.
    """
    rows = grid.rows
    known = [_known_count(row.cells) for row in rows[:_SEARCHED_ROWS]]
    most = max(known, default=0)
    place = known.index(most) if most else _first_plain_row(rows)
    return None if place is None else _table(grid, place)


def counters(table: Table) -> frozenset[int]:
    """The places of columns that only number the rows: 1, 2, 3 ... under "№" or no heading at all."""
    return frozenset(
        place
        for place, heading in enumerate(table.headings)
        if among([heading], COUNTERS) and _counts(table.column(place))
    )


def overflow(cells: list[Cell], width: int) -> bool:
    """Whether a row has filled cells beyond the width of its table."""
    return any(cell is not None for cell in cells[width:])


def _known_count(cells: Sequence[Cell]) -> int:
    """How many cells are known headings; 0 where most of the row is something else."""
    filled = [cell for cell in cells if cell is not None]
    count = len({cell for cell in filled if is_heading(cell)})
    return count if count > 1 or len(filled) == count else 0


def _first_plain_row(rows: list[GridRow]) -> int | None:
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        filled = [cell for cell in row.cells if cell is not None]
        plain = all(isinstance(c, str) and len(c) < 60 and not _NO_HEADING.search(c) for c in filled)
        if len(filled) > 1:
            return place if plain and len(set(filled)) == len(filled) and place + 1 < len(rows) else None
    return None


def _table(grid: Grid, place: int) -> Table:
    heading, below = grid.rows[place], grid.rows[place + 1 :]
    width = len(heading.cells) if grid.delimited else max([len(heading.cells), *(len(r.cells) for r in below)])
    cells = [*heading.cells, *[None] * (width - len(heading.cells))]
    used = [p for p in range(width) if cells[p] is not None or any(_at(row, p) is not None for row in below)]
    first, last = used[0], used[-1]
    headings = tuple(" ".join(text_of(cell).split()) for cell in cells[first : last + 1])
    rows = [GridRow(row.number, row.cells[first:]) for row in below if row.cells != heading.cells]
    return Table(heading.number, grid.left + first, headings, rows)


def _at(row: GridRow, place: int) -> Cell:
    return row.cells[place] if place < len(row.cells) else None


def _counts(cells: list[Cell]) -> bool:
    numbers = [int(text) if (text := text_of(cell)).isdecimal() else None for cell in cells]
    return bool(numbers) and numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
