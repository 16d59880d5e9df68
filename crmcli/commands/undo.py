"""Taking the last operation back."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.actions import undo as action
from crmcli.commands import finding, params
from crmcli.commands.changed import Change, changes_told
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, said, words
from crmcli.errors import CrmError, Wrong
from crmcli.output import table
from crmcli.output.clean import one_line
from crmcli.output.result import Column, Done, Listing, Row
from crmcli.questions.history import HistoryFilter, change_count, changes_done
from crmcli.questions.operations import changes_counted, last_operations, last_undo, operation

app = words("Take back the last operation, or one by its id.")

_DONE = {"insert": "added", "update": "changed", "delete": "removed"}
_BACK = (
    Column("table", "Of"),
    Column("row_id", "Row", "int"),
    Column("field", "Field"),
    Column("now", "Now"),
    Column("then", "Will be"),
)
_NOTHING = "–"
_FEW = 10
"""More changes than these are counted before the question, not shown."""


@command(app, "undo", ["crmcli undo --yes", "crmcli undo 1 --yes", "crmcli undo --last 2 --yes"], AskingWord)
def undo(
    operation_id: Annotated[int | None, params.record_id_argument("[OPERATION]", help="Its id")] = None,
    last: Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="The last N of them")] = None,
) -> Done | None:
    """Take back the last operation, or one by its id: all that it added, changed and removed, an import as a whole.

    Without an id again and again it goes further back. What it took back is done again by the id of that undo itself.
    """
    if operation_id is not None and last is not None:
        raise Wrong("give the id of an operation, or --last with how many: not both")
    session = current()
    with session.reading() as connection:
        found = _found(connection, operation_id, last or 1)
        told = [_told(connection, row) for row in found]
        fields = _fields_changed_back(connection, [row.id for row in found])
        question = f"Take back {_listed(told)}?"
        if session.can_ask and "yes" not in session.flags:
            table.write(Listing(_BACK, fields, len(fields)), sys.stderr, session.look)
            if len(told) > 1:
                sys.stderr.writelines(f"  {one}\n" for one in told)
                question = f"Take back these {len(told)} operations?"
    if not session.confirm(question):
        raise CrmError("nothing was taken back")
    with session.writing("undo") as writer:
        for row in found:
            action.undo(writer, row.id)
        named = [f"operation {row.id}: {row.summary or row.command}" for row in found]
        writer.summary = f"took back {'; '.join(named)}"
    ids = [row.id for row in found]
    record = {"undone_id": ids[-1], "command": found[-1].command, "undone_ids": ids}
    return said(f"Took back {_listed(told)}", **record, changed_back=[_plain(field) for field in fields])


def _found(connection: Connection, operation_id: int | None, last: int) -> Sequence[Any]:
    if operation_id is not None:
        if (row := connection.execute(operation(operation_id)).first()) is None:
            raise CrmError(f"there is no operation {operation_id}")
        return [row]
    rows = connection.execute(last_operations(last)).all()
    if not rows:
        raise CrmError(f"there is nothing to take back{_again(connection)}")
    return rows


def _again(connection: Connection) -> str:
    """What does again what was taken back last."""
    last = connection.execute(last_undo()).scalar()
    return "" if last is None else f"; crmcli undo {last} does again what was taken back last"


def _fields_changed_back(connection: Connection, operation_ids: Sequence[int]) -> list[Row]:
    """Each field that an undo of these operations changes, as it is and as it will be; none where they are many."""
    if sum(connection.execute(change_count(one)).scalar_one() for one in operation_ids) > _FEW:
        return []
    session = current()
    changed = [
        row for one in operation_ids for row in reversed(finding.all_rows(connection, changes_done(HistoryFilter(one))))
    ]
    return _changed_back(changes_told(connection, changed, session.look, for_programs=session.format != "table"))


def _changed_back(changes: Iterable[Change]) -> list[Row]:
    """A row a field: what the newest of its changes gave it, and what it had before the oldest."""
    found: dict[tuple[str, int, str], dict[str, Any]] = {}
    for told in (change.told for change in changes):
        row = found.setdefault((told["table"], told["row_id"], told["field"]), {**told, "now": told["after"]})
        row["then"] = told["before"]
    return [
        {**row, "now": row["now"] or _NOTHING, "then": row["then"] or _NOTHING}
        for row in found.values()
        if row["now"] != row["then"]
    ]


def _plain(field: Row) -> dict[str, Any]:
    """The same for programs."""
    return {column.key: None if field[column.key] == _NOTHING else field[column.key] for column in _BACK}


def _told(connection: Connection, row: Any) -> str:
    counted = _counted(connection, row.id)
    return one_line(f"operation {row.id}, {row.command} by {row.actor} at {row.at:%Y-%m-%d %H:%M} UTC ({counted})")


def _listed(told: Sequence[str]) -> str:
    return "; ".join(told)


def _counted(connection: Connection, operation_id: int) -> str:
    """What the operation did, counted: 150 contacts added, 1 setting changed."""
    rows = connection.execute(changes_counted(operation_id))
    return ", ".join(f"{_things(row.total, row.table_name)} {_DONE[row.action]}" for row in rows)


def _things(count: int, table_name: str) -> str:
    plural = table_name.replace("_", " ")
    single = plural.removesuffix("es") if plural.endswith(("ches",)) else plural.removesuffix("s")
    return f"1 {single}" if count == 1 else f"{count} {plural}"
