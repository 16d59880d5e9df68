"""A spreadsheet file read into records: the entrance to this room."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from crmcli.errors import CrmError
from crmcli.sheets.columns import Columns, read_columns, report_columns
from crmcli.sheets.contacts import read_contact
from crmcli.sheets.deals import read_deal
from crmcli.sheets.formats import read_grids
from crmcli.sheets.grid import Grid, GridRow, text_of
from crmcli.sheets.kinds import decide_kind
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.purchases import merge_orders, read_purchase
from crmcli.sheets.rows import BadCell, Row
from crmcli.sheets.table import find_table, overflow
from crmcli.sheets.totals import without_totals
from crmcli.sheets.touches import read_touch
from crmcli.values.records import PurchaseRecord, Record, Rejection, SheetKind, SheetReading, Where

__all__ = ["ReadingOptions", "read_file"]

_MAKERS: dict[SheetKind, Callable[[Row], Record]] = {
    "contacts": read_contact,
    "purchases": read_purchase,
    "deals": read_deal,
    "touches": read_touch,
}


def read_file(path: Path, options: ReadingOptions) -> tuple[SheetReading, ...]:
    """What every sheet of the file says, in the file's order; sheets without records are there with a remark.

    Nothing is returned before everything is read. Raises CrmError where the file cannot be read, where no sheet
    holds a table, or where a column's dates can be read in two ways.
    """
    grids = _chosen(read_grids(path), options.sheet, path)
    readings = tuple(_read_sheet(grid, options, path) for grid in grids)
    if all(reading.heading_row is None for reading in readings):
        raise CrmError(f"{path.name}: no table found: {readings[0].remark}")
    return readings


def _chosen(grids: list[Grid], name: str | None, path: Path) -> list[Grid]:
    if name is None:
        return grids
    chosen = [grid for grid in grids if grid.name.casefold() == name.strip().casefold()]
    if not chosen:
        raise CrmError(f"{path.name} has no sheet {name!r}; it has {', '.join(grid.name for grid in grids)}")
    return [replace(chosen[0], left_out="")]


def _read_sheet(grid: Grid, options: ReadingOptions, path: Path) -> SheetReading:
    if grid.left_out:
        return SheetReading(grid.name, None, remark=f"left out: {grid.left_out}")
    table = find_table(grid)
    if table is None:
        return SheetReading(grid.name, None, remark=_no_table(grid))
    decision = decide_kind(table)
    columns = report_columns(table, decision.kind)
    if decision.kind is None:
        return SheetReading(grid.name, None, table.heading_row, columns, len(table.rows), remark=decision.remark)
    try:
        known = read_columns(table, decision.kind)
    except CrmError as error:
        raise CrmError(f"{path.name}, sheet {grid.name}: {error}") from None
    rows = without_totals(table.rows, known)
    records, rejections = _records(rows, _Making(grid, decision.kind, known, options))
    remark = "" if rows else "no rows below the headings"
    return SheetReading(grid.name, decision.kind, table.heading_row, columns, len(rows), records, rejections, remark)


@dataclass(frozen=True, slots=True)
class _Making:
    """What turns the rows of one table into records."""

    grid: Grid
    kind: SheetKind
    columns: Columns
    options: ReadingOptions


def _records(rows: list[GridRow], making: _Making) -> tuple[tuple[Record, ...], tuple[Rejection, ...]]:
    records: list[Record] = []
    rejections: list[Rejection] = []
    broken: dict[str, int] = {}
    for grid_row in rows:
        row = Row(making.columns, making.options, Where(making.grid.name, grid_row.number), grid_row.cells)
        try:
            records.append(_record(row, making))
        except BadCell as bad:
            rejections.append(_rejection(row, bad))
            broken.setdefault(row.text("key") or "", grid_row.number)
    if making.kind == "purchases":
        purchases = [record for record in records if isinstance(record, PurchaseRecord)]
        orders, incomplete = merge_orders(purchases, making.columns, broken)
        return tuple(orders), tuple(sorted(rejections + incomplete, key=lambda rejection: rejection.where.row))
    return tuple(records), tuple(rejections)


def _record(row: Row, making: _Making) -> Record:
    width = len(making.columns.listed)
    if making.grid.delimited and overflow(row.cells, width):
        raise BadCell(None, "", f"has more cells than the {width} headings: quote texts that contain the delimiter")
    return _MAKERS[making.kind](row)


def _rejection(row: Row, bad: BadCell) -> Rejection:
    """What the user is told of a rejected row; of one without a single cell to blame, its beginning."""
    beginning = ", ".join(text_of(cell) for cell in row.cells if cell is not None)[:80]
    return Rejection(row.where, bad.column, bad.value if bad.column else beginning, bad.reason)


def _no_table(grid: Grid) -> str:
    if not grid.rows:
        return "the sheet is empty"
    first = grid.rows[0]
    seen = ", ".join(text_of(cell) for cell in first.cells if cell is not None)[:80]
    return f"no row of headings (Имя, Телефон, Дата, Сумма ...) in its first rows; row {first.number} says: {seen}"
