"""Reading a workbook, a text file or vCards into the base."""

import getpass
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer

from crmcli.actions.importing import OnDuplicate, Store
from crmcli.base.writing import Writer
from crmcli.commands import mapping, params
from crmcli.commands.deal import Rate
from crmcli.commands.imported import Outcome, outcome_card
from crmcli.commands.rejected import rejected_sheets
from crmcli.commands.session import asked, current, keep_from
from crmcli.commands.word import AskingWord, command, words
from crmcli.errors import AmbiguousDates, CrmError, Locked, Wrong
from crmcli.output import table
from crmcli.output.clean import one_line
from crmcli.output.progress import counting, working
from crmcli.output.rejects import write_rejects
from crmcli.output.result import Card
from crmcli.output.show import refuse_unshowable, send
from crmcli.sheets.guard import STDIN, Reading, opened
from crmcli.sheets.options import ReadingOptions
from crmcli.values.records import Batch, SheetReading

app = words("Read a workbook, a text file or vCards as they are.")


@dataclass(frozen=True, slots=True)
class _How:
    """How rows are stored."""

    source: str = ""
    on_duplicate: OnDuplicate = "fill"
    rejects: Path | None = None


@command(
    app,
    "import",
    [
        "crmcli import customers.xlsx --dry-run",
        "crmcli import customers.xlsx --sheet Продажи --rate USD=92.50 --yes",
        'crmcli import customers.xlsx --map "Примечание=tags" --rejects rejects.xlsx --yes',
    ],
    AskingWord,
)
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A workbook, a text file or vCards; - is standard input")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; store nothing")] = False,
    on_duplicate: Annotated[
        OnDuplicate,
        params.word(
            "--on-duplicate",
            of=("fill", "update", "skip", "new"),
            help="What the base has already: fill its empty fields, update it, skip it, or store it as new",
        ),
    ] = "fill",
    sheet: Annotated[str | None, params.text("--sheet", metavar="NAME", help="This sheet alone")] = None,
    said: Annotated[
        list[str] | None, params.fields("--map", metavar="HEADING=FIELD", help="What a column holds")
    ] = None,
    ignored: Annotated[
        list[str] | None, params.text("--ignore", metavar="HEADING", help="Leave this column out")
    ] = None,
    default: Annotated[
        list[str] | None, params.fields("--default", help="What is read where a row has nothing for a field")
    ] = None,
    keep_unknown: Annotated[
        bool, typer.Option("--keep-unknown", help="Keep columns that mean nothing known as custom fields")
    ] = False,
    dates: Annotated[
        str | None, params.word("--dates", of=mapping.DATES, help="What 03/04/2026 means where the sheet cannot tell")
    ] = None,
    mapping_file: Annotated[
        Path | None, params.file("--mapping", metavar="FILE.toml", help="Read columns as this file says")
    ] = None,
    save_mapping: Annotated[
        Path | None, params.file("--save-mapping", metavar="FILE.toml", help="Save how the columns were read")
    ] = None,
    rejects: Annotated[
        Path | None, params.file("--rejects", metavar="FILE.xlsx", help="Write the rows not taken there, to be mended")
    ] = None,
    source: Annotated[
        str, params.text("--source", metavar="NAME", help="The system it comes from, where several have keys alike")
    ] = "",
    rate: Rate = None,
    password_env: Annotated[
        str | None, params.text("--password-env", metavar="NAME", help="The variable that holds the file's password")
    ] = None,
) -> Card:
    """Read a workbook, a text file or vCards into the base as they are.

    Headings are recognised in Russian and English; each sheet's kind (contacts, products, deals, purchases, touches)
    is found by itself. What the base has already is not stored again. Rows that cannot be stored are listed with the
    reason, and the exit code is 3 then. All of a file is stored, or nothing.
    """
    session = current()
    session.keep_from_output([file])
    _keep_apart(file, rejects, save_mapping)
    options = replace(reading_options(), sheet=sheet, password=_password(password_env), with_cells=rejects is not None)
    if mapping_file:
        options = mapping.with_file(options, mapping_file)
    options = mapping.with_words(options, said or (), ignored or (), default or ())  # type: ignore[arg-type] # parsed
    options = replace(options, keep_unknown=keep_unknown or options.keep_unknown)
    if dates:
        options = replace(options, day_first=dates == mapping.DATES[0])
    how = _How(source, on_duplicate, rejects)
    asks = not dry_run and "yes" not in session.flags
    with ExitStack() as stack:
        reading = _opened(stack, file, options, keep=asks)
        _refuse_if_nothing_is_read(reading.sheets)
        if save_mapping:
            told = mapping.written(reading.sheets, reading.options, save_mapping)
            send(partial(_write, told), save_mapping)
        if dry_run:
            return _tried(reading, how)
        if asks:
            _ask(reading, how)
        outcome = stored(reading.name, reading.sheets, reading.batches(), how)
        return outcome_card(outcome, session.operation_id)


def stored(
    name: str,
    sheets: tuple[SheetReading, ...],
    batches: Iterable[Batch],
    how: _How = _How(),
) -> Outcome:
    """Stores what is read, as one operation."""
    with current().writing("import") as writer:
        outcome = _store(writer, name, sheets, batches, how)
        writer.summary = f"imported {name}: {outcome.changed} rows stored or completed"
    return outcome


def reading_options() -> ReadingOptions:
    """How the cells of a file are understood in this base."""
    session = current()
    return ReadingOptions(
        today=session.today,
        country=session.setting("country"),
        currency=session.setting("currency"),
        currency_digits=session.currency_digits,
        rates=session.rates,
    )


def _keep_apart(file: Path, rejects: Path | None, save_mapping: Path | None) -> None:
    """Sees that what is written beside the answer replaces neither file nor base. Raises Wrong or CrmError."""
    for path, option in ((rejects, "--rejects"), (save_mapping, "--save-mapping")):
        if path:
            refuse_unshowable("xlsx", path)
            keep_from(path, option, [file, *current().base_files])


def _password(variable: str | None) -> str | None:
    """The password in an environment variable. Raises Wrong where there is none of that name."""
    if variable and variable not in os.environ:
        raise Wrong(f"--password-env {variable}: there is no such variable")
    return os.environ[variable] if variable else None


def _opened(stack: ExitStack, file: Path, options: ReadingOptions, *, keep: bool) -> Reading:
    """The file, once what it leaves open is asked: its password, or the order of day and month."""
    session = current()
    can_ask = session.can_ask and file != STDIN
    while True:
        try:
            with working(f"Reading {file.name} ..."):
                return stack.enter_context(opened(file, options, keep=keep))
        except AmbiguousDates as error:
            if not can_ask:
                raise
            options = replace(options, day_first=_asked_order(error))
        except Locked:
            if not can_ask or options.password is not None:
                raise
            options = replace(options, password=getpass.getpass(f"Password of {one_line(file.name)}: "))


def _asked_order(error: AmbiguousDates) -> bool:
    """Whether the day comes first, as the user says. Raises the error again where he says neither."""
    where = f"Sheet {error.sheet}, column {error.column}"
    answer = asked(f"{where}: in {error.example}, does the day come first? [y/n] ").casefold()
    if answer not in {"y", "yes", "д", "да", "n", "no", "н", "нет"}:
        raise error
    return answer[0] in "yд"


def _refuse_if_nothing_is_read(sheets: Sequence[SheetReading]) -> None:
    """Raises CrmError where no sheet is one that can be stored."""
    if all(reading.kind is None for reading in sheets):
        left_out = next((reading for reading in sheets if reading.row_count), sheets[0])
        raise CrmError(f"nothing of it can be stored: sheet {left_out.sheet}: {left_out.remark}")


def _write(text: str, file: IO[bytes]) -> None:
    file.write(text.encode())


def _tried(reading: Reading, how: _How) -> Card:
    with current().trying("import") as writer:
        outcome = _store(writer, reading.name, reading.sheets, reading.batches(), how)
    return outcome_card(outcome, None, dry_run=True)


def _store(writer: Writer, name: str, sheets: tuple[SheetReading, ...], batches: Iterable[Batch], how: _How) -> Outcome:
    store = Store(writer, current().today, how.source, how.on_duplicate)
    outcome = Outcome(name, sheets, store.report)
    with counting(f"Storing {name}", sum(reading.row_count for reading in sheets if reading.kind)) as advance:
        for batch in batches:
            outcome.add(batch, store.take(batch.records))
            advance(len(batch.records) + len(batch.rejections))
        store.finish()
    if how.rejects and outcome.cells:
        send(partial(write_rejects, rejected_sheets(outcome)), how.rejects)
    return outcome


def _ask(reading: Reading, how: _How) -> None:
    """Shows on a terminal what would be done, and asks. Raises CrmError where the answer is no."""
    session = current()
    if session.can_ask:
        table.write(_tried(reading, replace(how, rejects=None)), sys.stderr, session.look)
    if not session.confirm(f"Store {reading.name}?"):
        raise CrmError("nothing was stored")
