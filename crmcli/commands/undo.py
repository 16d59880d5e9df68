"""Taking the last operation back."""

from typing import Annotated, Any

from sqlalchemy import Connection

from crmcli.actions import undo as action
from crmcli.commands import params
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, said, words
from crmcli.errors import CrmError
from crmcli.output.result import Done
from crmcli.questions.operations import changes_counted, last_operation, operation

app = words("Take back the last operation, or one by its id.")

_DONE = {"insert": "added", "update": "changed", "delete": "removed"}


@command(app, "undo", ["crmcli undo --yes", "crmcli undo 1 --yes"], AskingWord)
def undo(
    operation_id: Annotated[int | None, params.record_id_argument("[OPERATION]", help="Its id")] = None,
) -> Done | None:
    """Take back the last operation, or one by its id: all that it added, changed and removed, an import as a whole."""
    session = current()
    with session.reading() as connection:
        found = _found(connection, operation_id)
        counted = _counted(connection, found.id)
    what = f"operation {found.id}, {found.command} by {found.actor} at {found.at:%Y-%m-%d %H:%M} UTC ({counted})"
    if not session.confirm(f"Take back {what}?"):
        raise CrmError("nothing was taken back")
    with session.writing("undo") as writer:
        action.undo(writer, found.id)
        writer.summary = f"took back operation {found.id}: {found.summary or found.command}"
    return said(f"Took back {what}", undone_id=found.id, command=found.command)


def _found(connection: Connection, operation_id: int | None) -> Any:
    row = connection.execute(operation(operation_id) if operation_id else last_operation()).first()
    if row is None:
        raise CrmError(f"there is no operation {operation_id}" if operation_id else "there is nothing to take back")
    return row


def _counted(connection: Connection, operation_id: int) -> str:
    """What the operation did, counted: 150 contacts added, 1 setting changed."""
    rows = connection.execute(changes_counted(operation_id))
    return ", ".join(f"{_things(row.total, row.table_name)} {_DONE[row.action]}" for row in rows)


def _things(count: int, table_name: str) -> str:
    plural = table_name.replace("_", " ")
    single = plural.removesuffix("es") if plural.endswith(("ches",)) else plural.removesuffix("s")
    return f"1 {single}" if count == 1 else f"{count} {plural}"
