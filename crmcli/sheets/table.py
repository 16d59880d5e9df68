"""Where the table is in a sheet: under banners and dates, starting at any column, up to its last row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from crmcli.sheets.content import fields_by_content
from crmcli.sheets.fields import said_of
from crmcli.sheets.forms import form_labels
from crmcli.sheets.grid import Cell, Grid, GridRow, column_letter, text_of
from crmcli.sheets.head import Head, find_head, heads_another
from crmcli.sheets.headings import among, fold
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.vocabulary import COUNTERS

_LETTERS = re.compile(r"[A-Za-z]{1,2}")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, one for every column, and the data rows, whose cells stand under the headings.

    `heading_row` is None where the sheet has none, and its headings are empty. `first` is the sheet's column (from 0)
    of the first heading; `said` is what is known of each column beside its heading, by the user or by its content
    (see fields.said_of). A row may be shorter than the headings. Rows from the number `another_from` on stand under
    other headings: the sheet holds another table there.
    """

    sheet: str
    heading_row: int | None
    first: int
    headings: tuple[str, ...]
    said: tuple[str | None, ...]
    rows: list[GridRow]
    another_from: int | None = None

    def letter(self, place: int) -> str:
        """The letters of the column in that place, as the spreadsheet program shows them."""
        return column_letter(self.first + place)

    def column(self, place: int) -> list[Cell]:
        """The cells of one column, without the empty ones."""
        return list(self.filled(place))

    def filled(self, place: int) -> Iterator[Cell]:
        """The same, one after another."""
        return (row.cells[place] for row in self.rows if place < len(row.cells) and row.cells[place] is not None)


def find_table(grid: Grid, options: ReadingOptions) -> Table | None:
    """The table of a sheet, or None where there is none to be seen (see forms.why_no_table).

    The row with the most known headings heads it; where no heading is known, a first row of plain different words;
    without such a row its columns are known by their content or by the user's word on their letters. Raises Wrong
    for a field in the mapping that no sheet has.
    """
    mapping = options.mapping
    if form_labels(grid.rows):
        return None
    head = find_head(grid.rows, frozenset(fold(heading) for heading in mapping if not _LETTERS.fullmatch(heading)))
    if head and not head.known and _by_letters(head, mapping):
        head = None
    rows = grid.rows if head is None else grid.rows[head.last + 1 :]
    guessed = None if head and head.known else fields_by_content([row.cells for row in rows], options.country)
    if head is None and guessed is None and not (rows and any(map(_LETTERS.fullmatch, mapping))):
        return None
    return _table(grid, head, rows, guessed, mapping)


def counters(table: Table) -> frozenset[int]:
    """The places of columns that only number the rows: 1, 2, 3 ... under "№" or no heading at all."""
    return frozenset(
        place
        for place, heading in enumerate(table.headings)
        if among([heading], COUNTERS) and _counts(table.column(place))
    )


def overflow(cells: Sequence[Cell], width: int) -> bool:
    """Whether a row has filled cells beyond the width of its table."""
    return any(cell is not None for cell in cells[width:])


def _by_letters(head: Head, mapping: Mapping[str, str]) -> bool:
    """Whether the user names columns by their letters, and none by what might be its heading."""
    headings = {fold(text) for text in head.texts}
    return any(map(_LETTERS.fullmatch, mapping)) and all(fold(word) not in headings for word in mapping)


def _table(
    grid: Grid, head: Head | None, below: list[GridRow], guessed: list[str | None] | None, mapping: Mapping[str, str]
) -> Table:
    texts = list(head.texts) if head else []
    width = len(texts) if grid.delimited and head else max([len(texts), *(len(row.cells) for row in below)])
    texts += [""] * (width - len(texts))
    used = [p for p in range(width) if texts[p] or any(_at(row, p) is not None for row in below)]
    first, last = used[0], used[-1]
    headings = tuple(texts[first : last + 1])
    rows = [row for row in below if not (head and head.repeats(row))]
    if first:
        rows = [GridRow(row.number, row.cells[first:]) for row in rows]
    said = said_of(headings, [column_letter(grid.left + p) for p in range(first, last + 1)], mapping)
    if guessed is not None:
        fields = [*guessed, *[None] * (width - len(guessed))][first:]
        said = tuple(field if word is None else word for word, field in zip(said, fields, strict=False))
    another = next((row.number for row in rows if heads_another(row.cells)), None)
    return Table(grid.name, head.number if head else None, grid.left + first, headings, said, rows, another)


def _at(row: GridRow, place: int) -> Cell:
    return row.cells[place] if place < len(row.cells) else None


def _counts(cells: list[Cell]) -> bool:
    numbers = [int(text) if (text := text_of(cell)).isdecimal() else None for cell in cells]
    return bool(numbers) and numbers[0] in (0, 1) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
