"""A sample shop: its workbook made, imported, and asked whom to call and where the funnel leaks."""

import sys
from dataclasses import replace
from pathlib import Path
from shutil import which
from typing import Annotated

import typer

from crmcli.actions import contact, segment, trash
from crmcli.commands.funnel import funnel
from crmcli.commands.import_ import reading_options, stored
from crmcli.commands.imported import outcome_card
from crmcli.commands.reactivate import reactivate
from crmcli.commands.session import Session, current
from crmcli.commands.word import JobWord, command, words
from crmcli.errors import CrmError
from crmcli.output.result import Column, Done, Report
from crmcli.sample import AS_OF, write_sample
from crmcli.sheets.guard import opened

app = words("Make a sample shop and answer its questions.")

_SHOWN = 10


@command(app, "demo", ["crmcli demo", "crmcli demo my-shop"], JobWord)
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where its two files go")] = Path("crmcli-demo"),
) -> Report:
    """Make a sample shop: a workbook and a base of its own, which is imported and asked.

    Your own base is left alone: the demo has its own in the folder, made anew each time, unless --base names an empty
    one.
    """
    session = current()
    session.today = AS_OF
    workbook, base = folder / "demo-shop.xlsx", folder / "demo-shop.db"
    _make(folder)
    write_sample(workbook)
    _choose_base(session, base)
    with opened(workbook, reading_options()) as reading:
        outcome = stored(reading.name, reading.sheets, reading.batches())
    imported = session.operation_id
    _fill_trash(session)
    _save_segment(session)
    silent = reactivate(as_of=AS_OF)
    title = f"Whom to call on {AS_OF}, most valuable first (crmcli reactivate --limit {_SHOWN})"
    shown = replace(silent, title=title, rows=silent.rows[:_SHOWN])
    leaks = replace(funnel(), title="Where the funnel leaks (crmcli funnel)")
    return Report([outcome_card(outcome, imported), shown, leaks, _next(session)])


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CrmError(f"{folder} cannot be made: {error.strerror}. Name another folder: crmcli demo FOLDER") from None


def _choose_base(session: Session, path: Path) -> None:
    """The demo's own base, without what an earlier demo left; or the empty one that --base names."""
    if "base" not in session.flags:
        for leftover in (path, *(path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm", "journal"))):
            leftover.unlink(missing_ok=True)
        session.flags["base"] = str(path)
    elif session.base is not None:
        raise CrmError(f"there is a base at {session.location} already: the demo needs a place of its own")


def _fill_trash(session: Session) -> None:
    """Deletes a contact that was made to try things out, so that there is one to bring back."""
    with session.writing("contact add") as writer:
        contact_id = contact.add(writer, "Проба", "person")
        writer.summary = f"added contact {contact_id} Проба"
    with session.writing("contact delete") as writer:
        trash.delete(writer, contact_id, "was made to try things out")
        writer.summary = f"deleted contact {contact_id} Проба"


def _save_segment(session: Session) -> None:
    """Saves a segment, so that there is one to look at."""
    with session.writing("segment add") as writer:
        segment_id = segment.add(writer, "Regulars", "state = active and purchases >= 5")
        writer.summary = f"saved segment {segment_id} Regulars"


def _next(session: Session) -> Done:
    base = session.flags["base"]
    program = "crmcli" if which("crmcli") else sys.argv[0]
    line = f"Look around: {program} --base '{base}' contact list --state due --as-of {AS_OF}"
    return Done(line, [Column("base"), Column("as_of", kind="date")], {"base": base, "as_of": AS_OF})
