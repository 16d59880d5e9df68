"""Reading a workbook or a .csv into the base."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Literal

import typer

from crmcli.actions.importing import OnDuplicate, Store
from crmcli.base.writing import Writer
from crmcli.commands import params
from crmcli.commands.deal import Rate
from crmcli.commands.imported import Outcome, outcome_card
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, words
from crmcli.errors import CrmError
from crmcli.output import table
from crmcli.output.progress import counting, working
from crmcli.output.result import Card
from crmcli.sheets.guard import Reading, opened
from crmcli.sheets.options import ReadingOptions
from crmcli.values.records import Batch, SheetReading

app = words("Read a workbook or a .csv as it is.")


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
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook, a text file or vCards; - reads them here")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; store nothing")] = False,
    sheet: Annotated[str | None, params.text("--sheet", metavar="NAME", help="This sheet alone")] = None,
    on_duplicate: Annotated[
        Literal["fill", "update", "skip", "new"],
        typer.Option("--on-duplicate", help="What the base has: fill what is empty, update, skip it, or store it anew"),
    ] = "fill",
    source: Annotated[
        str, params.text("--source", metavar="NAME", help="The system it comes from, where several have keys alike")
    ] = "",
    rate: Rate = None,
) -> Card:
    """Read a workbook or text file into the base as it is.

    Headings are recognised in Russian and English; each sheet's kind (contacts, purchases, deals, touches) is found
    by itself. What the base has already is not stored again. Rows that cannot be stored are listed with the reason,
    and the exit code is 3 then. All of a file is stored, or nothing.
    """
    session = current()
    session.keep_from_output([file])
    asks = not dry_run and "yes" not in session.flags
    with ExitStack() as stack:
        with working(f"Reading {file.name} ..."):
            reading = stack.enter_context(opened(file, reading_options(sheet), keep=asks))
        _refuse_if_nothing_is_read(reading.sheets)
        if dry_run:
            return _tried(reading, source, on_duplicate)
        if asks:
            _ask(file, reading, source, on_duplicate)
        return outcome_card(
            stored(reading.name, reading.sheets, reading.batches(), source, on_duplicate), session.operation_id
        )


def stored(
    name: str,
    sheets: tuple[SheetReading, ...],
    batches: Iterable[Batch],
    source: str = "",
    on_duplicate: OnDuplicate = "fill",
) -> Outcome:
    """Stores what is read, as one operation."""
    with current().writing("import") as writer:
        outcome = _store(writer, name, sheets, batches, source, on_duplicate)
        writer.summary = f"imported {name}: {outcome.changed} rows stored or completed"
    return outcome


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


def _refuse_if_nothing_is_read(sheets: Sequence[SheetReading]) -> None:
    """Raises CrmError where no sheet is one that can be stored."""
    if all(reading.kind is None for reading in sheets):
        left_out = next((reading for reading in sheets if reading.row_count), sheets[0])
        raise CrmError(f"nothing of it can be stored: sheet {left_out.sheet}: {left_out.remark}")


def _tried(reading: Reading, source: str, on_duplicate: OnDuplicate) -> Card:
    with current().trying("import") as writer:
        outcome = _store(writer, reading.name, reading.sheets, reading.batches(), source, on_duplicate)
    return outcome_card(outcome, None, dry_run=True)


def _store(
    writer: Writer,
    name: str,
    sheets: tuple[SheetReading, ...],
    batches: Iterable[Batch],
    source: str,
    on_duplicate: OnDuplicate,
) -> Outcome:
    store = Store(writer, current().today, source, on_duplicate)
    outcome = Outcome(name, sheets, store.report)
    with counting(f"Storing {name}", sum(reading.row_count for reading in sheets if reading.kind)) as advance:
        for batch in batches:
            refused = store.take(batch.records)
            outcome.add(batch, refused)
            advance(len(batch.records) + len(batch.rejections))
        store.finish()
    return outcome


def _ask(file: Path, reading: Reading, source: str, on_duplicate: OnDuplicate) -> None:
    """Shows on a terminal what would be done, and asks. Raises CrmError where the answer is no."""
    session = current()
    if session.can_ask:
        table.write(_tried(reading, source, on_duplicate), sys.stderr, session.look)
    if not session.confirm(f"Store {reading.name}?"):
        raise CrmError("nothing was stored")
