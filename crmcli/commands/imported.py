"""What became of a file: gathered batch by batch, and told in a line, by sheet, by column and by rejected row."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crmcli.actions.importing import Report
from crmcli.commands.session import current
from crmcli.output.result import Card, Column, Listing
from crmcli.values.records import (
    REASON,
    Batch,
    Cells,
    ContactRecord,
    ProductRecord,
    PurchaseRecord,
    Record,
    Rejection,
    SheetReading,
)

_ROW = (
    Column("file", "File", shown=False),
    Column("sheet", "Sheet", shown=False),
    Column("kind", "Read as", shown=False),
    Column("heading_row", "Headings in row", "int", shown=False),
    Column("dry_run", "Dry run", "flag", shown=False),
    Column("rows", "Rows", "int", shown=False),
    Column("created", "New", "int", shown=False),
    Column("matched", "In the base already", "int", shown=False),
    Column("updated", "Changed", "int", shown=False),
    Column("unchanged", "Unchanged", "int", shown=False),
    Column("rejected", "Rejected", "int", shown=False),
    Column("joined", "Joined", "int", shown=False),
    Column("refunds", "Refunds", "int", shown=False),
    Column("unattributed", "Of nobody known", "int", shown=False),
    Column("left_out", "Left out", "int", shown=False),
    Column("kept_as_typed", "Kept as typed", "int", shown=False),
    Column("contacts_made", "Contacts made", "int", shown=False),
    Column("columns_not_taken", "Columns not taken", "texts", shown=False),
    Column("stages_made", "Stages made", "texts"),
    Column("employees_made", "Employees made", "texts"),
    Column("channels_made", "Channels made", "texts"),
    Column("products_made", "Products made", "int"),
    Column("operation_id", kind="int", shown=False),
)
_SHEETS = (
    Column("sheet", "Sheet"),
    Column("kind", "Read as"),
    Column("heading_row", "Headings in row", "int"),
    Column("rows", "Rows", "int"),
    Column("created", "New", "int"),
    Column("matched", "Already there", "int"),
    Column("updated", "Changed", "int"),
    Column("unchanged", "Unchanged", "int", shown=False),
    Column("rejected", "Rejected", "int"),
    Column("hidden_rows", "Hidden rows", "int", shown=False),
    Column("why", "Why so", shown=False),
    Column("remark", "Remark"),
)
_COLUMNS = (
    Column("sheet", "Sheet"),
    Column("column", "Column"),
    Column("heading", "Heading"),
    Column("field", "Became"),
    Column("example", "For example"),
)
_REJECTIONS = (
    Column("sheet", "Sheet"),
    Column("row", "Row", "int"),
    Column("column", "Column"),
    Column("value", "Cell"),
    Column("reason", "Why"),
)


@dataclass(slots=True)
class Outcome:
    """What became of a file. `rejections` and `cells`, which are kept where they are given, come as it is read."""

    file: str
    sheets: tuple[SheetReading, ...]
    report: Report
    rejections: list[Rejection] = field(default_factory=list)
    cells: dict[str, Cells] = field(default_factory=dict)
    records: int = 0
    refunds: int = 0
    unattributed: int = 0
    kept_as_typed: int = 0

    def add(self, batch: Batch, refused: Sequence[Rejection]) -> None:
        """Counts a batch that is stored, of which the base refused some."""
        self.records += len(batch.records) + len(batch.rejections)
        self.rejections += [*batch.rejections, *refused]
        purchases = [record for record in batch.records if isinstance(record, PurchaseRecord)]
        self.refunds += sum(purchase.is_refund for purchase in purchases)
        self.unattributed += sum(purchase.customer is None for purchase in purchases)
        self.kept_as_typed += sum(_has_unread_point(record) for record in batch.records)
        if batch.cells:
            self._keep_cells(batch, purchases, refused)

    def _keep_cells(self, batch: Batch, purchases: Sequence[PurchaseRecord], refused: Sequence[Rejection]) -> None:
        more = {purchase.where: purchase.more_rows for purchase in purchases if purchase.more_rows}
        kept = self.cells.setdefault(batch.sheet, {})
        for where in [one.where for one in (*batch.rejections, *refused)]:
            kept |= {row: batch.cells[row] for row in (where.row, *more.get(where, ())) if row in batch.cells}

    @property
    def rejected(self) -> list[Rejection]:
        """Every row that was not taken, in the file's order."""
        order = {reading.sheet: number for number, reading in enumerate(self.sheets)}
        return sorted(self.rejections, key=lambda one: (order[one.where.sheet], one.where.row))

    @property
    def changed(self) -> int:
        """Rows that were made anew or changed."""
        return sum(tally.created + tally.updated for tally in self.report.sheets.values())


def outcome_card(outcome: Outcome, operation_id: int | None, *, dry_run: bool = False) -> Card:
    """What was done, or would be: in a line, by sheet, and the rows that were not taken with the reason."""
    report, rejected, made = outcome.report, outcome.rejected, outcome.report.made
    first = next((reading for reading in outcome.sheets if reading.kind), None)
    taken = sum(reading.row_count for reading in outcome.sheets if reading.kind)
    row = {
        "file": outcome.file,
        "sheet": first and first.sheet,
        "kind": first and first.kind,
        "heading_row": first and first.heading_row,
        "dry_run": dry_run,
        "rows": sum(reading.row_count for reading in outcome.sheets),
        **_counts([report.sheets[reading.sheet] for reading in outcome.sheets]),
        "rejected": len(rejected),
        "joined": taken - outcome.records,
        "refunds": outcome.refunds,
        "unattributed": outcome.unattributed,
        "left_out": sum(reading.row_count for reading in outcome.sheets if not reading.kind),
        "kept_as_typed": outcome.kept_as_typed,
        "contacts_made": report.contacts_made,
        "columns_not_taken": _not_taken(outcome.sheets),
        "stages_made": made["stages"],
        "employees_made": made["employees"],
        "channels_made": made["channels"],
        "products_made": len(made["products"]) or None,
        "operation_id": operation_id,
    }
    sections = {
        "sheets": _sheets(outcome, rejected, dry_run=dry_run),
        "columns": _columns(outcome.sheets, shown=dry_run),
        "rejected_rows": _rejections(rejected),
    }
    return Card(_ROW, row, sections=sections, remark=_line(row, report), exit_code=3 if rejected else 0)


def _not_taken(sheets: Sequence[SheetReading]) -> list[str]:
    """The headings of filled columns of which nothing is stored."""
    columns = [column for reading in sheets if reading.kind for column in reading.columns]
    unread = [column.heading or column.letter for column in columns if not column.meaning and column.example]
    return [heading for heading in dict.fromkeys(unread) if heading != REASON]


def _counts(tallies: Sequence[Any]) -> dict[str, int]:
    matched, updated = sum(tally.matched for tally in tallies), sum(tally.updated for tally in tallies)
    created = sum(tally.created for tally in tallies)
    return {"created": created, "matched": matched, "updated": updated, "unchanged": matched - updated}


def _has_unread_point(record: Record) -> bool:
    if isinstance(record, ProductRecord):
        return False
    customer = record if isinstance(record, ContactRecord) else record.customer
    return any(point.value is None for point in customer.points) if customer else False


def _sheets(outcome: Outcome, rejected: Sequence[Rejection], *, dry_run: bool) -> Listing:
    rows = [_sheet_row(reading, outcome.report, rejected) for reading in outcome.sheets]
    columns = [replace(column, shown=column.shown or (dry_run and column.key == "why")) for column in _SHEETS]
    return Listing(columns, rows, len(rows), title="Sheets")


def _sheet_row(reading: SheetReading, report: Report, rejected: Sequence[Rejection]) -> dict[str, Any]:
    hidden = f"{reading.hidden_rows} hidden rows are read like the others" if reading.hidden_rows else ""
    return {
        "sheet": reading.sheet,
        "kind": reading.kind,
        "heading_row": reading.heading_row,
        "rows": reading.row_count,
        **_counts([report.sheets[reading.sheet]]),
        "rejected": sum(rejection.where.sheet == reading.sheet for rejection in rejected),
        "hidden_rows": reading.hidden_rows,
        "why": reading.why,
        "remark": "; ".join(said for said in (reading.remark, hidden) if said),
    }


def _columns(sheets: Sequence[SheetReading], *, shown: bool) -> Listing:
    rows = [
        {
            "sheet": reading.sheet,
            "column": column.letter,
            "heading": column.heading,
            "field": column.meaning,
            "example": column.example,
        }
        for reading in sheets
        for column in reading.columns
    ]
    return Listing(_COLUMNS, rows, len(rows), title="Columns", shown=shown)


def _rejections(rejected: Sequence[Rejection]) -> Listing:
    rows = [
        {
            "sheet": one.where.sheet,
            "row": one.where.row,
            "column": one.column,
            "value": one.value,
            "reason": one.reason,
        }
        for one in rejected
    ]
    limit = current().limit
    return Listing(_REJECTIONS, rows[:limit], len(rows), title="Rejected rows", shown=bool(rows))


def _line(row: dict[str, Any], report: Report) -> str:
    told = {
        "known already": row["matched"],
        "of these changed": row["updated"],
        "of these different but left alone (--on-duplicate update takes them over)": sum(
            tally.differing for tally in report.sheets.values()
        ),
        "rejected": row["rejected"],
        "joined to the order of another row": row["joined"],
        "in sheets left out": row["left_out"],
        "refunds": row["refunds"],
        "sales to nobody known": row["unattributed"],
        "dated after today, counting from then on": report.later_than_today,
        "with a phone or e-mail kept as typed": row["kept_as_typed"],
        "contacts made": row["contacts_made"],
        "stored apart from others that they may be (see crmcli contact duplicates)": report.apart,
    }
    did = "Would store" if row["dry_run"] else "Stored"
    counted = "".join(f"; {what}: {count}" for what, count in told.items() if count)
    if unread := row["columns_not_taken"]:
        counted += f"; columns not taken: {', '.join(unread)} (--keep-unknown keeps them, --map says what they hold)"
    back = f" (crmcli undo {row['operation_id']} takes it back)" if row["operation_id"] else ""
    return f"{did} {row['created']} of {row['rows']} rows of {row['file']}{counted}.{back}"
