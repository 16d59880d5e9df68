"""Reading a workbook or a .csv into the base."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from crmcli.actions.importing import Report, store_records
from crmcli.base.writing import Writer
from crmcli.commands import params
from crmcli.commands.deal import Rate
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, words
from crmcli.errors import CrmError
from crmcli.output import table
from crmcli.output.progress import working
from crmcli.output.result import Card, Column, Listing
from crmcli.sheets.reading import ReadingOptions, read_file
from crmcli.values.records import ContactRecord, PurchaseRecord, Record, Rejection, SheetReading

app = words("Read a workbook or a .csv as it is.")

_ROW = (
    Column("file", "File", shown=False),
    Column("dry_run", "Dry run", "flag", shown=False),
    Column("rows", "Rows", "int", shown=False),
    Column("new", "New", "int", shown=False),
    Column("known", "In the base already", "int", shown=False),
    Column("filled", "Completed", "int", shown=False),
    Column("rejected", "Rejected", "int", shown=False),
    Column("joined", "Joined", "int", shown=False),
    Column("refunds", "Refunds", "int", shown=False),
    Column("unattributed", "Of nobody known", "int", shown=False),
    Column("left_out", "Left out", "int", shown=False),
    Column("kept_as_typed", "Kept as typed", "int", shown=False),
    Column("contacts_made", "Contacts made", "int", shown=False),
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
    Column("new", "New", "int"),
    Column("known", "Already there", "int"),
    Column("filled", "Completed", "int"),
    Column("rejected", "Rejected", "int"),
    Column("remark", "Remark"),
)
_COLUMNS = (
    Column("sheet", "Sheet"),
    Column("column", "Column"),
    Column("heading", "Heading"),
    Column("meaning", "Became"),
    Column("example", "For example"),
)
_REJECTIONS = (
    Column("sheet", "Sheet"),
    Column("row", "Row", "int"),
    Column("column", "Column"),
    Column("value", "Cell"),
    Column("reason", "Why"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    file: str
    readings: tuple[SheetReading, ...]
    report: Report
    operation_id: int | None
    """None where nothing was stored."""


@command(
    app,
    "import",
    [
        "crmcli import customers.xlsx --dry-run",
        "crmcli import customers.xlsx --yes",
        "crmcli import customers.xlsx --sheet Продажи --rate USD=92.50 --yes",
    ],
    AskingWord,
)
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx) or a text file (.csv)")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; store nothing")] = False,
    sheet: Annotated[str | None, params.text("--sheet", metavar="NAME", help="This sheet alone")] = None,
    source: Annotated[
        str, params.text("--source", metavar="NAME", help="The system it comes from, where several have keys alike")
    ] = "",
    rate: Rate = None,
) -> Card:
    """Read a workbook or text file into the base as it is.

    Headings are recognised in Russian and English; each sheet's kind (contacts, purchases, deals, touches) is found
    by itself. What the base has already is not stored again. Rows that cannot be stored are listed with the reason,
    and the exit code is 3 then. Nothing is stored before the whole file was read.
    """
    session = current()
    session.keep_from_output([file])
    with working(f"Reading {file.name} ..."):
        readings = read_file(file, reading_options(sheet))
    _refuse_if_nothing_is_read(readings)
    if dry_run:
        return outcome_card(_tried(file, readings, source), dry_run=True)
    if "yes" not in session.flags:
        _ask(file, readings, source)
    return outcome_card(stored(file, readings, source))


def stored(file: Path, readings: tuple[SheetReading, ...], source: str = "") -> Outcome:
    """Stores what was read, as one operation."""
    with working(f"Storing {file.name} ..."), current().writing("import") as writer:
        report = _store(writer, readings, source)
        changed = sum(tally.new + tally.filled for tally in report.sheets.values())
        writer.summary = f"imported {file.name}: {changed} rows stored or completed"
    return Outcome(file.name, readings, report, current().operation_id)


def outcome_card(outcome: Outcome, *, dry_run: bool = False) -> Card:
    """What was done, or would be: in a line, by sheet, and the rows that were not taken with the reason."""
    report, rejected = outcome.report, _rejected(outcome)
    made = report.made
    row = {
        "file": outcome.file,
        "dry_run": dry_run,
        "rows": sum(reading.row_count for reading in outcome.readings),
        "new": sum(tally.new for tally in report.sheets.values()),
        "known": sum(tally.known for tally in report.sheets.values()),
        "filled": sum(tally.filled for tally in report.sheets.values()),
        "rejected": len(rejected),
        **_counted(outcome.readings),
        "contacts_made": report.contacts_made,
        "stages_made": made["stages"],
        "employees_made": made["employees"],
        "channels_made": made["channels"],
        "products_made": len(made["products"]) or None,
        "operation_id": outcome.operation_id,
    }
    sections = {
        "sheets": _sheets(outcome, rejected),
        "columns": _columns(outcome.readings, shown=dry_run),
        "rejected_rows": _rejections(rejected),
    }
    line = _line(row, report, dry_run=dry_run)
    return Card(_ROW, row, sections=sections, remark=line, exit_code=3 if rejected else 0)


def reading_options(sheet: str | None = None) -> ReadingOptions:
    """How the cells of a file are understood in this base."""
    session = current()
    return ReadingOptions(
        today=session.today,
        country=session.setting("country"),
        currency=session.setting("currency"),
        currency_digits=session.currency_digits,
        rates=session.rates,
        sheet=sheet,
    )


def _refuse_if_nothing_is_read(readings: Sequence[SheetReading]) -> None:
    """Raises CrmError where no sheet is one that can be stored."""
    if all(reading.kind is None for reading in readings):
        left_out = next((reading for reading in readings if reading.row_count), readings[0])
        raise CrmError(f"nothing of it can be stored: sheet {left_out.sheet}: {left_out.remark}")


def _tried(file: Path, readings: tuple[SheetReading, ...], source: str) -> Outcome:
    with working(f"Looking what is new in {file.name} ..."), current().trying("import") as writer:
        return Outcome(file.name, readings, _store(writer, readings, source), None)


def _store(writer: Writer, readings: Sequence[SheetReading], source: str) -> Report:
    records = [record for reading in readings for record in reading.records]
    return store_records(writer, records, source, current().today)


def _ask(file: Path, readings: tuple[SheetReading, ...], source: str) -> None:
    """Shows on a terminal what would be done, and asks. Raises CrmError where the answer is no."""
    session = current()
    if session.can_ask:
        table.write(outcome_card(_tried(file, readings, source), dry_run=True), sys.stderr, session.look)
    if not session.confirm(f"Store {file.name}?"):
        raise CrmError("nothing was stored")


def _rejected(outcome: Outcome) -> list[Rejection]:
    """Every row that was not taken, in the file's order."""
    order = {reading.sheet: number for number, reading in enumerate(outcome.readings)}
    found = [rejection for reading in outcome.readings for rejection in reading.rejections]
    return sorted([*found, *outcome.report.rejections], key=lambda one: (order[one.where.sheet], one.where.row))


def _counted(readings: Sequence[SheetReading]) -> dict[str, int]:
    """What an owner would want to know of the rows besides."""
    records = [record for reading in readings for record in reading.records]
    purchases = [record for record in records if isinstance(record, PurchaseRecord)]
    taken = [reading for reading in readings if reading.kind]
    return {
        "joined": sum(reading.row_count - len(reading.records) - len(reading.rejections) for reading in taken),
        "refunds": sum(purchase.amount < 0 for purchase in purchases),
        "unattributed": sum(purchase.customer is None for purchase in purchases),
        "left_out": sum(reading.row_count for reading in readings if not reading.kind),
        "kept_as_typed": sum(_has_unread_point(record) for record in records),
    }


def _has_unread_point(record: Record) -> bool:
    customer = record if isinstance(record, ContactRecord) else record.customer
    return any(point.value is None for point in customer.points) if customer else False


def _sheets(outcome: Outcome, rejected: Sequence[Rejection]) -> Listing:
    rows = [_sheet_row(reading, outcome.report, rejected) for reading in outcome.readings]
    return Listing(_SHEETS, rows, len(rows), title="Sheets")


def _sheet_row(reading: SheetReading, report: Report, rejected: Sequence[Rejection]) -> dict[str, Any]:
    tally = report.sheets[reading.sheet]
    return {
        "sheet": reading.sheet,
        "kind": reading.kind,
        "heading_row": reading.heading_row,
        "rows": reading.row_count,
        "new": tally.new,
        "known": tally.known,
        "filled": tally.filled,
        "rejected": sum(rejection.where.sheet == reading.sheet for rejection in rejected),
        "remark": reading.remark,
    }


def _columns(readings: Sequence[SheetReading], *, shown: bool) -> Listing:
    rows = [
        {
            "sheet": reading.sheet,
            "column": column.letter,
            "heading": column.heading,
            "meaning": column.meaning,
            "example": column.example,
        }
        for reading in readings
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


def _line(row: dict[str, Any], report: Report, *, dry_run: bool) -> str:
    told = {
        "known already": row["known"],
        "of these completed": row["filled"],
        "rejected": row["rejected"],
        "joined to the order of another row": row["joined"],
        "in sheets left out": row["left_out"],
        "refunds": row["refunds"],
        "sales to nobody known": row["unattributed"],
        "dated after today, counting from then on": report.later_than_today,
        "with a phone or e-mail kept as typed": row["kept_as_typed"],
        "contacts made": row["contacts_made"],
    }
    did = "Would store" if dry_run else "Stored"
    counted = "".join(f"; {what}: {count}" for what, count in told.items() if count)
    back = f" (crmcli undo {row['operation_id']} takes it back)" if row["operation_id"] else ""
    return f"{did} {row['new']} of {row['rows']} rows of {row['file']}{counted}.{back}"
