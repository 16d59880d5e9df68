"""Sheets that are no tables: what was seen in them."""

from collections.abc import Sequence

from crmcli.sheets.grid import Grid, GridRow, text_of
from crmcli.sheets.headings import is_heading

_SEARCHED_ROWS = 60
_SEARCHED_COLUMNS = 500


def form_labels(rows: Sequence[GridRow]) -> list[str]:
    """The labels of a form, which stand below each other, each beside its value; none where it is a table."""
    labels: list[str] = []
    for row in rows[:_SEARCHED_ROWS]:
        filled = [text_of(cell) for cell in row.cells[:_SEARCHED_COLUMNS] if cell is not None]
        if own := _labels(filled):
            labels += own
        elif sum(map(is_heading, filled)) > 1:
            return []
    different = list(dict.fromkeys(labels))
    return different if len(different) > 1 and _below_each_other(rows) else []


def why_no_table(grid: Grid) -> str:
    """What was seen in a sheet where find_table finds nothing."""
    if not grid.rows:
        return "the sheet is empty"
    if labels := form_labels(grid.rows):
        return (
            f"looks like a form, no table: {', '.join(labels)[:80]} stand below each other, each beside its value;"
            " write one row for each customer under a row of headings"
        )
    first = grid.rows[0]
    seen = ", ".join(text_of(cell) for cell in first.cells if cell is not None)[:80]
    if max(sum(cell is not None for cell in row.cells) for row in grid.rows) == 1:
        return (
            f"looks like notes or a bare list, no table: every row has a single cell; row {first.number} says: {seen}"
        )
    return (
        f"no row of headings (Имя, Телефон, Дата, Сумма ...) in its first rows, and the content of its columns does"
        f' not tell; name them with --map, as in --map "A=name"; row {first.number} says: {seen}'
    )


def _below_each_other(rows: Sequence[GridRow]) -> bool:
    labelled = ([text_of(c) for c in row.cells[:_SEARCHED_COLUMNS] if c is not None] for row in rows[:_SEARCHED_ROWS])
    return sum(map(bool, map(_labels, labelled))) > 1


def _labels(filled: list[str]) -> list[str]:
    """The labels of a row of a form: every other cell is a heading that we know and the cells between are none."""
    if len(filled) == 1:
        label, colon, value = filled[0].partition(":")
        return [label] if colon and value.strip() and is_heading(label) else []
    if len(filled) % 2 or not all(map(is_heading, filled[::2])) or any(map(is_heading, filled[1::2])):
        return []
    return [label.strip(": ") for label in filled[::2]]
