"""Taking the last operation back."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.actions import undo as action
from crmcli.commands import params
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, said, words
from crmcli.errors import CrmError, Wrong
from crmcli.output.result import Done
from crmcli.questions.operations import changes_counted, last_operations, operation

app = words("Take back the last operation, or one by its id.")

_DONE = {"insert": "added", "update": "changed", "delete": "removed"}


@command(app, "undo", ["crmcli undo --yes", "crmcli undo 1 --yes", "crmcli undo --last 2 --yes"], AskingWord)
def undo(
    operation_id: Annotated[int | None, params.record_id_argument("[OPERATION]", help="Its id")] = None,
    last: Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="The last N of them")] = None,
) -> Done | None:
    """Take back the last operation, or one by its id: all that it added, changed and removed, an import as a whole."""
    if operation_id is not None and last is not None:
        raise Wrong("give the id of an operation, or --last with how many: not both")
    session = current()
    with session.reading() as connection:
        found = _found(connection, operation_id, last or 1)
        told = [_told(connection, row) for row in found]
    if not session.confirm(f"Take back {_listed(told)}?"):
        raise CrmError("nothing was taken back")
    with session.writing("undo") as writer:
        for row in found:
            action.undo(writer, row.id)
        named = [f"operation {row.id}: {row.summary or row.command}" for row in found]
        writer.summary = f"took back {'; '.join(named)}"
    ids = [row.id for row in found]
    return said(f"Took back {_listed(told)}", undone_id=ids[-1], command=found[-1].command, undone_ids=ids)


def _found(connection: Connection, operation_id: int | None, last: int) -> Sequence[Any]:
    if operation_id is not None:
        if (row := connection.execute(operation(operation_id)).first()) is None:
            raise CrmError(f"there is no operation {operation_id}")
        return [row]
    rows = connection.execute(last_operations(last)).all()
    if not rows:
        raise CrmError("there is nothing to take back")
    return rows


def _told(connection: Connection, row: Any) -> str:
    counted = _counted(connection, row.id)
    return f"operation {row.id}, {row.command} by {row.actor} at {row.at:%Y-%m-%d %H:%M} UTC ({counted})"


def _listed(told: Sequence[str]) -> str:
    return told[0] if len(told) == 1 else "".join(f"\n  {one}" for one in told) + "\n"


def _counted(connection: Connection, operation_id: int) -> str:
    """What the operation did, counted: 150 contacts added, 1 setting changed."""
    rows = connection.execute(changes_counted(operation_id))
    return ", ".join(f"{_things(row.total, row.table_name)} {_DONE[row.action]}" for row in rows)


def _things(count: int, table_name: str) -> str:
    plural = table_name.replace("_", " ")
    single = plural.removesuffix("es") if plural.endswith(("ches",)) else plural.removesuffix("s")
    return f"1 {single}" if count == 1 else f"{count} {plural}"
