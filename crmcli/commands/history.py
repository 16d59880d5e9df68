"""Who changed what, and when."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Annotated, Any

from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.changed import Change, changes_told
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.errors import CrmError, Wrong
from crmcli.output.result import Column, Listing
from crmcli.questions import history as asked
from crmcli.schema import contacts
from crmcli.schema.journal import ERASED
from crmcli.values.text import search_key

app = words("Who changed what, and when.")

_OPERATION = (
    Column("operation_id", "Id", "int"),
    Column("at", "When"),
    Column("actor", "Who"),
    Column("command", "Command"),
    Column("summary", "What"),
    Column("undone_by", "Undone by", "int"),
)
_NESTED = (*_OPERATION, Column("changes"))
_FLAT = (
    Column("operation_id", "Id", "int"),
    Column("at", "When"),
    Column("actor", "Who"),
    Column("command", "Command"),
    Column("summary", "What", shown=False),
    Column("undone_by", "Undone by", "int", shown=False),
    Column("table", "Of"),
    Column("row_id", "Row", "int"),
    Column("action", "Done"),
    Column("field", "Field"),
    Column("before", "Before"),
    Column("after", "After"),
)
_COUNTED = (Column("table", "Of"), Column("action", "Done"), Column("rows", "Rows", "int"))
_MANY = 500
"""An operation of more changes is summed up for people, unless --limit says how many lines are wanted."""


@command(
    app,
    "history",
    ["crmcli history", "crmcli history 12", "crmcli history --operation 1 --limit 5"],
    ListWord,
)
def history(
    contact: Annotated[str | None, params.contact("What became of this contact: id, phone, e-mail or name")] = None,
    operation: Annotated[int | None, params.record_id("--operation", metavar="ID", help="What it changed")] = None,
    employee: Annotated[str | None, params.text("--employee", metavar="NAME", help="What this one did")] = None,
    since: Annotated[date | None, params.day("--since", help="From this day on")] = None,
) -> Listing:
    """Show who did what and when, the newest first; of a contact or an operation each field before and after.

    A contact's history has its touches, deals and purchases too, and what was removed since.
    """
    session = current()
    with session.reading() as connection:
        if operation is not None:
            _refuse_unknown(connection, operation)
        wanted = asked.HistoryFilter(
            operation, _actor(connection, employee), None if since is None else session.start_of(since)
        )
        contact_id = None if contact is None else _contact_id(connection, contact)
        if contact_id is None and operation is None:
            return _operations(connection, wanted)
        if contact_id is None and operation is not None and _is_summed_up(connection, operation):
            return _summed_up(connection, operation)
        return _changes(connection, wanted, contact_id)


def _contact_id(connection: Connection, text: str) -> int:
    """The contact that is meant; the id of one that is no more means that one. CrmError where none or several are."""
    if re.fullmatch(r"[1-9][0-9]{0,17}", text.strip()) and _is_gone(connection, int(text)):
        return int(text)
    return finding.contact_id(connection, text, deleted=True)


def _is_gone(connection: Connection, contact_id: int) -> bool:
    """Whether there was such a contact, whose insertion was taken back or that became part of another."""
    if connection.execute(asked.rows_now(contacts, [contact_id])).first():
        return False
    return connection.execute(asked.last_image(contacts, contact_id)).first() is not None


def _operations(connection: Connection, wanted: asked.HistoryFilter) -> Listing:
    rows, total = finding.fetched(connection, asked.operations_done(wanted))
    told = [{**row, "at": _when(row["at"])} for row in rows]
    if current().format in {"json", "jsonl"}:
        return Listing(_NESTED, [{**row, "changes": None} for row in told], total)
    remark = "crmcli history --operation ID shows what one changed; crmcli undo ID takes it back."
    return Listing(_OPERATION, told, total, remarks=[remark] if rows else (), empty=_nothing_done(wanted))


def _nothing_done(wanted: asked.HistoryFilter) -> str:
    by = f" by {wanted.actor}" if wanted.actor is not None else ""
    if wanted.since is not None:
        return f"Nothing was done{by} since {current().local_time(wanted.since):%Y-%m-%d}."
    return f"Nothing was done{by} yet."


def _changes(connection: Connection, wanted: asked.HistoryFilter, contact_id: int | None) -> Listing:
    session = current()
    statement = asked.changes_done(wanted, contact_id)
    rows, total = finding.fetched(connection, statement, asked.counted(statement))
    told = list(changes_told(connection, rows, session.look, for_programs=session.format != "table"))
    shown = told[: session.limit]
    total = len(told) if len(rows) == total else max(total, len(told))
    if session.format in {"json", "jsonl"}:
        listed = list(_nested(shown))
        return Listing(_NESTED, listed, total if len(shown) < total else len(listed))
    flat = [{**_head(change), **change.told} for change in shown]
    return Listing(_FLAT, flat, total, empty=_nothing(rows))


def _nothing(rows: Sequence[dict[str, Any]]) -> str:
    """Why no change is shown: what was erased is as it is after it."""
    if any((row["before"] or "").startswith(ERASED) for row in rows):
        return "What was changed was erased for good: there is nothing to show of it."
    return "Nothing was changed."


def _nested(told: Iterable[Change]) -> Iterator[dict[str, Any]]:
    for _, changes in groupby(told, key=lambda change: change.row["operation_id"]):
        listed = list(changes)
        yield {**_head(listed[0]), "changes": [change.told for change in listed]}


def _head(change: Change) -> dict[str, Any]:
    keys = [column.key for column in _OPERATION]
    return {key: change.row[key] for key in keys} | {"at": _when(change.row["at"])}


def _when(at: datetime) -> str:
    """A UTC time of the base as its people read it."""
    session = current()
    local = session.local_time(at)
    return local.isoformat(timespec="seconds") if session.format != "table" else f"{local:%Y-%m-%d %H:%M}"


def _is_summed_up(connection: Connection, operation_id: int) -> bool:
    session = current()
    if session.format != "table" or "limit" in session.flags:
        return False
    return int(connection.execute(asked.change_count(operation_id)).scalar_one()) > _MANY


def _summed_up(connection: Connection, operation_id: int) -> Listing:
    done = {"insert": "added", "update": "changed", "delete": "removed"}
    rows = finding.all_rows(connection, asked.changes_counted_by_table(operation_id))
    told = [{**row, "table": row["table_name"].replace("_", " "), "action": done[row["action"]]} for row in rows]
    (head,) = finding.all_rows(connection, asked.operations_done(asked.HistoryFilter(operation_id)))
    title = f"Operation {operation_id}, {head['command']} by {head['actor']} at {_when(head['at'])}: {head['summary']}"
    remark = f"--limit N shows the first changes; --format csv all: crmcli history --operation {operation_id}"
    return Listing(_COUNTED, told, len(told), title=title, remarks=[remark])


def _refuse_unknown(connection: Connection, operation_id: int) -> None:
    if connection.execute(asked.operations_done(asked.HistoryFilter(operation_id))).first() is None:
        raise CrmError(f"there is no operation {operation_id}: see crmcli history")


def _actor(connection: Connection, name: str | None) -> str | None:
    """Who is meant among those who did something, else among the employees."""
    if name is None:
        return None
    if not name:
        raise Wrong("--employee is empty")
    known = [actor for actor in connection.execute(asked.actors()).scalars() if search_key(actor) == search_key(name)]
    return known[0] if known else finding.employee_name(connection, finding.employee_id(connection, name))
