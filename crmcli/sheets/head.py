"""The row that heads a table, or two: groups above ("Контакты | | Заказ |") and what is in each below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from crmcli.sheets.grid import Cell, GridRow, text_of
from crmcli.sheets.headings import fold, is_heading, may_be_heading

_SEARCHED_ROWS = 60
_SEARCHED_COLUMNS = 500
_NO_HEADING = re.compile(r"@|\d{4,}|^[\d\s.,:;/+()-]+$")


@dataclass(frozen=True, slots=True)
class Head:
    """The headings of a table: `texts` from the sheet's first column on; `number` is the row of the lower ones.

    `last` is that row's place among the sheet's rows; `known` says whether any heading is one that we know.
    """

    number: int
    last: int
    texts: tuple[str, ...]
    known: bool
    rows: tuple[GridRow, ...]

    def repeats(self, row: GridRow) -> bool:
        """Whether the row holds these headings once more, as on every printed page."""
        return any(_repeats(row.cells, head.cells) for head in self.rows)


def find_head(rows: Sequence[GridRow], mapped: frozenset[str]) -> Head | None:
    """The row with the most known headings, `mapped` ones (folded) among them; else a first row of plain words."""
    known = [_known_count(row.cells, mapped) for row in rows[:_SEARCHED_ROWS]]
    most = max(known, default=0)
    place = known.index(most) if most else _first_plain_row(rows)
    if place is None:
        return None
    if most and place and _groups(rows[place - 1], rows[place]):
        return _two_rows(rows, place, mapped)
    if most and place + 1 < len(rows) and _refines(rows[place + 1], rows[place]):
        return _two_rows(rows, place + 1, mapped)
    texts = tuple(_heading(cell) for cell in rows[place].cells)
    return Head(rows[place].number, place, texts, most > 0, (rows[place],))


def heads_another(cells: Sequence[Cell]) -> bool:
    """Whether a row below the headings holds headings alone, two or more: another table begins with it."""
    first = next((cell for cell in cells if cell is not None), None)
    if not may_be_heading(first):
        return False
    filled = [cell for cell in cells if cell is not None]
    return len(filled) > 1 and all(map(is_heading, filled))


def _known_count(cells: Sequence[Cell], mapped: frozenset[str]) -> int:
    """How many cells are known headings; 0 where most of the row is something else."""
    filled = [cell for cell in cells[:_SEARCHED_COLUMNS] if cell is not None]
    named = {cell for cell in filled if isinstance(cell, str) and mapped and fold(cell) in mapped}
    count = len({cell for cell in filled if is_heading(cell)} | named)
    return count if count > 1 or len(filled) == count or named else 0


def _first_plain_row(rows: Sequence[GridRow]) -> int | None:
    for place, row in enumerate(rows[:_SEARCHED_ROWS]):
        filled = [cell for cell in row.cells if cell is not None]
        if len(filled) > 1:
            different = len(set(filled)) == len(filled)
            return place if all(map(_is_plain, filled)) and different and place + 1 < len(rows) else None
    return None


def _is_plain(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) < 60 and not _NO_HEADING.search(cell)


def _groups(upper: GridRow, lower: GridRow) -> bool:
    """Whether the upper row names groups of the lower one's columns: words, and fewer, with room to the right."""
    filled = [cell for cell in upper.cells if cell is not None]
    if upper.number + 1 != lower.number or len(filled) < 2 or not all(map(_is_plain, filled)):
        return False
    return any(above is None and cell is not None for above, cell in zip_longest(upper.cells, lower.cells))


def _refines(lower: GridRow, upper: GridRow) -> bool:
    """Whether the row below the headings tells more of them: most of its words, alone or with those, are headings."""
    filled = [cell for cell in lower.cells if cell is not None]
    if not _groups(upper, lower) or not all(map(_is_plain, filled)):
        return False
    pairs = [(group, own) for group, own in zip_longest(_carried(upper.cells), map(_heading, lower.cells)) if own]
    return 2 * sum(is_heading(own) or is_heading(f"{own} {group}") for group, own in pairs) > len(pairs)


def _two_rows(rows: Sequence[GridRow], last: int, mapped: frozenset[str]) -> Head:
    upper, lower = rows[last - 1], rows[last]
    texts: list[str] = []
    for group, above, cell in zip_longest(_carried(upper.cells), upper.cells, lower.cells):
        text = _joined(group or "", _heading(cell), mapped) if cell is not None else _heading(above)
        texts.append(f"{group}: {text}" if group and text and text in texts else text)
    return Head(lower.number, last, tuple(texts), known=True, rows=(upper, lower))


def _joined(group: str, own: str, mapped: frozenset[str]) -> str:
    """The heading of a column in a group: the shortest of the two that is known."""
    told = (f"{group} {own}", own, f"{own} {group}", f"{group} ({own})") if group else (own,)
    return next((text for text in told if is_heading(text) or fold(text) in mapped), own)


def _carried(cells: Sequence[Cell]) -> list[str]:
    """The words of a row of groups, each carried over the empty cells to its right."""
    groups = [""]
    for cell in cells:
        groups.append(_heading(cell) or groups[-1])
    return groups[1:]


def _heading(cell: Cell) -> str:
    return " ".join(text_of(cell).split())


def _repeats(cells: Sequence[Cell], headings: Sequence[Cell]) -> bool:
    """Whether all filled cells of a row say what their headings say, in whatever case; the first one mostly tells."""
    count = 0
    for cell, heading in zip_longest(cells, headings):
        if cell is not None:
            if not isinstance(cell, str) or not isinstance(heading, str) or not _same(cell, heading):
                return False
            count += 1
    return count >= min(2, sum(heading is not None for heading in headings))


def _same(cell: str, heading: str) -> bool:
    return cell == heading or (cell[0].casefold() == heading[0].casefold() and fold(cell) == fold(heading))
