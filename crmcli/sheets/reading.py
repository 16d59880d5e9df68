"""A spreadsheet file read into records: what is in it first, then its rows in batches."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from crmcli.errors import CrmError
from crmcli.sheets.columns import Columns, read_columns, report_columns
from crmcli.sheets.contacts import read_contact
from crmcli.sheets.deals import read_deal
from crmcli.sheets.fields import check_mapping
from crmcli.sheets.formats import grids_of
from crmcli.sheets.forms import why_no_table
from crmcli.sheets.grid import Grid, GridRow, text_of
from crmcli.sheets.kinds import decide_kind
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.products import read_product
from crmcli.sheets.purchases import merge_orders, read_purchase
from crmcli.sheets.rows import BadCell, Row, rows_of
from crmcli.sheets.table import find_table, overflow
from crmcli.sheets.totals import without_totals
from crmcli.sheets.touches import read_touch
from crmcli.sheets.vcards import is_vcards, read_vcards
from crmcli.values.records import Batch, Cells, PurchaseRecord, Record, Rejection, SheetKind, SheetReading

__all__ = ["BATCH", "Opened", "ReadingOptions", "open_content"]

_MAKERS: dict[SheetKind, Callable[[Row], Record]] = {
    "contacts": read_contact,
    "products": read_product,
    "deals": read_deal,
    "purchases": read_purchase,
    "touches": read_touch,
}
"""What makes the records of a kind. In this order sheets are read: who the customers are comes first."""

BATCH = 5_000
"""So many rows are read, sent and stored at once: enough to look them up together, few enough for any memory and for
storing to begin soon."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose tables are found: every sheet, in the file's order and still without rows, and the rows to come."""

    sheets: tuple[SheetReading, ...]
    batches: Iterator[Batch]


def open_content(name: str, content: bytes, options: ReadingOptions) -> Opened:
    """What a file of that name and content holds.

    Raises CrmError where it cannot be read, where no sheet holds a table, or where a column's dates can be read in
    two ways; nothing more is raised once it is open.
    """
    if is_vcards(content):
        return _opened_cards(read_vcards(name, content, options))
    grids = _chosen(grids_of(name, content, options.password), options.sheet, name)
    opened = [_open_sheet(grid, options) for grid in grids]
    check_mapping(options.mapping, [column for reading, _ in opened for column in reading.columns])
    if not any(reading.columns for reading, _ in opened):
        raise CrmError(f"{name}: no table found: {opened[0][0].remark}")
    return Opened(tuple(reading for reading, _ in opened), _batches([making for _, making in opened if making]))


def _opened_cards(reading: SheetReading) -> Opened:
    batch = Batch(reading.sheet, list(reading.records), list(reading.rejections))
    return Opened((replace(reading, records=(), rejections=()),), iter([batch]))


def _chosen(grids: list[Grid], wanted: str | None, name: str) -> list[Grid]:
    if wanted is None:
        return grids
    chosen = [grid for grid in grids if grid.name.casefold() == wanted.strip().casefold()]
    if not chosen:
        raise CrmError(f"{name} has no sheet {wanted!r}; it has {', '.join(grid.name for grid in grids)}")
    return [replace(chosen[0], left_out="")]


@dataclass(frozen=True, slots=True)
class _Making:
    """What turns the rows of one table into records."""

    sheet: str
    delimited: bool
    kind: SheetKind
    columns: Columns
    options: ReadingOptions
    rows: list[GridRow]
    another_from: int | None = None


def _open_sheet(grid: Grid, options: ReadingOptions) -> tuple[SheetReading, _Making | None]:
    if grid.left_out:
        return SheetReading(grid.name, None, remark=f"left out: {grid.left_out}"), None
    table = find_table(grid, options)
    if table is None:
        return SheetReading(grid.name, None, remark=why_no_table(grid)), None
    decision = decide_kind(table, options)
    columns = report_columns(table, decision.kind, options)
    if decision.kind is None:
        left_out = SheetReading(grid.name, None, table.heading_row, columns, len(table.rows), remark=decision.remark)
        return left_out, None
    known = read_columns(table, decision.kind, options)
    rows = without_totals(table.rows, known)
    totals = len(table.rows) - len(rows)
    remark = f"totals left out: {totals}" if totals else "" if rows else "no rows below the headings"
    reading = SheetReading(grid.name, decision.kind, table.heading_row, columns, len(rows), remark=remark)
    return replace(reading, hidden_rows=grid.hidden_rows, why=decision.why), _Making(
        grid.name, grid.delimited, decision.kind, known, options, rows, table.another_from
    )


def _batches(makings: Sequence[_Making]) -> Iterator[Batch]:
    order = list(_MAKERS)
    for making in sorted(makings, key=lambda making: order.index(making.kind)):
        yield from _orders(making) if making.kind == "purchases" else _chunks(making)


def _chunks(making: _Making) -> Iterator[Batch]:
    """The rows in batches; their cells are let go with each."""
    while some := making.rows[:BATCH]:
        del making.rows[:BATCH]
        yield _batch(making, some, {})


def _batch(making: _Making, rows: Sequence[GridRow], broken: dict[str, int]) -> Batch:
    """The records of those rows; `broken` learns the key of every row that is rejected."""
    batch = Batch(making.sheet, [], [])
    for row in rows_of(making.columns, making.options, making.sheet, rows):
        if making.options.with_cells:
            batch.cells[row.where.row] = tuple(row.cells)
        try:
            batch.records.append(_record(row, making))
        except BadCell as bad:
            batch.rejections.append(_rejection(row, bad))
            broken.setdefault(_key(row), row.where.row)
    return batch


def _orders(making: _Making) -> Iterator[Batch]:
    """Purchases in batches: the rows of one order may stand anywhere, so all are read before the first is given."""
    broken: dict[str, int] = {}
    batch = _batch(making, making.rows, broken)
    purchases = [record for record in batch.records if isinstance(record, PurchaseRecord)]
    orders, incomplete = merge_orders(purchases, making.columns, broken)
    rejections = sorted([*batch.rejections, *incomplete], key=lambda rejection: rejection.where.row)
    yield Batch(batch.sheet, [], rejections, _cells_of(batch.cells, [one.where.row for one in rejections]))
    for start in range(0, len(orders), BATCH):
        some = orders[start : start + BATCH]
        rows = [row for order in some for row in (order.where.row, *order.more_rows)]
        yield Batch(batch.sheet, list[Record](some), [], _cells_of(batch.cells, rows))


def _cells_of(cells: Cells, rows: Iterable[int]) -> Cells:
    return {row: cells[row] for row in rows} if cells else {}


def _key(row: Row) -> str:
    try:
        return row.text("key") or ""
    except BadCell:
        return ""


def _record(row: Row, making: _Making) -> Record:
    if making.another_from is not None and row.where.row >= making.another_from:
        raise BadCell(None, "", f"another table begins in row {making.another_from}: put it on a sheet of its own")
    width = len(making.columns.listed)
    if making.delimited and overflow(row.cells, width):
        raise BadCell(None, "", f"has more cells than the {width} headings: quote texts that contain the delimiter")
    return _MAKERS[making.kind](row)


def _rejection(row: Row, bad: BadCell) -> Rejection:
    """What the user is told of a rejected row; of one without a single cell to blame, its beginning."""
    beginning = ", ".join(text_of(cell) for cell in row.cells if cell is not None)[:80]
    return Rejection(row.where, bad.column, bad.value if bad.column else beginning, bad.reason)
