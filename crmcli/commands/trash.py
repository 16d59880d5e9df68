"""Contacts that are no more: in the trash, out of it again, or erased for good."""

from typing import Annotated

from crmcli.actions import trash as action
from crmcli.commands import finding, params
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, said, sentence, words
from crmcli.errors import CrmError
from crmcli.output.result import Column, Done, Listing
from crmcli.questions import contacts as asked

app = words("Contacts that are no more.")

_COLUMNS = (
    Column("id", "Id", "int"),
    Column("name", "Name"),
    Column("deleted_on", "Deleted", "date"),
    Column("deleted_by", "By"),
    Column("reason", "Why"),
    Column("purged", "Erased", "flag"),
)


@command(
    app,
    "delete",
    [
        "crmcli contact delete 12 --reason 'closed down' --yes",
        "crmcli contact delete +79000003253 --reason 'entered twice' --yes",
    ],
    AskingWord,
)
def delete(
    contact: Annotated[str, params.contact()],
    reason: Annotated[str | None, params.text("--reason", metavar="TEXT", help="Why; it is needed")] = None,
) -> Done:
    """Put a contact in the trash: no list, question or export shows it or what belongs to it.

    Nothing of it is lost: crmcli contact restore brings it back. Its sales stay in totals of money.
    """
    session = current()
    with session.reading() as connection:
        contact_id = finding.contact_id(connection, contact)
        name = finding.contact_name(connection, contact_id)
    why = reason or session.answer("Why is it deleted? ", "say why with --reason TEXT")
    if not session.confirm(f"Delete contact {contact_id} {name}, with all that belongs to it?"):
        raise CrmError("nothing was deleted")
    with session.writing("contact delete") as writer:
        action.delete(writer, contact_id, why)
        writer.summary = f"deleted contact {contact_id} {name}"
    told = f"{sentence(writer.summary)}; crmcli contact restore {contact_id} brings it back"
    return said(told, id=contact_id, name=name, reason=why)


@command(app, "restore", ["crmcli contact restore Проба", "crmcli contact restore проба --format json"])
def restore(
    contact: Annotated[str, params.contact("One in the trash: id, phone, e-mail or part of the name")],
) -> Done:
    """Bring a contact back from the trash with all that it had."""
    with current().writing("contact restore") as writer:
        contact_id = finding.deleted_contact_id(writer.connection, contact)
        action.restore(writer, contact_id)
        name = finding.contact_name(writer.connection, contact_id)
        writer.summary = f"brought contact {contact_id} {name} back from the trash"
        remark = finding.archived_remark(writer.connection, contact_id)
    return said(f"{sentence(writer.summary)}{remark}", id=contact_id, name=name)


def deleted_list(text: str) -> Listing:
    """The trash, the last deleted first; narrowed to part of a name, phone or e-mail."""
    statement = asked.deleted_contacts()
    with current().reading() as connection:
        rows, total = finding.fetched(connection, statement.where(asked.text_matches(text)) if text else statement)
    told = [{**row, "deleted_on": current().local_time(row["deleted_at"]).date()} for row in rows]
    remarks = ["crmcli contact restore ID brings one back; crmcli contact purge ID erases one for good."]
    return Listing(_COLUMNS, told, total, remarks=remarks if rows else (), empty="The trash is empty.")
