"""Contacts that are no more: in the trash, out of it again, or erased for good."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from crmcli.actions import trash as action
from crmcli.commands import finding, params, typed
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, command, said, sentence, words
from crmcli.errors import CrmError
from crmcli.output.result import Column, Done, Listing
from crmcli.questions import contacts as asked
from crmcli.questions.search import text_matches
from crmcli.schema.journal import PURGE, UNFINISHED
from crmcli.values.text import search_key

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
    why = reason or typed.line_of_text(session.answer("Why is it deleted? ", "say why with --reason TEXT"))
    if not why:
        raise CrmError("say why the contact is deleted: nothing was deleted")
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


@command(
    app,
    "purge",
    [
        "crmcli contact purge 12 --confirm 'Жаворонкова Лариса Борисовна'",
        "crmcli contact purge 12 --confirm 'Жаворонкова Лариса Борисовна' --format json",
    ],
)
def purge(
    contact_id: Annotated[int, params.record_id_argument("ID", help="The contact's id, in the trash or not")],
    confirm: Annotated[
        str | None, params.text("--confirm", metavar="NAME", help="Its name, where nobody is asked to type it")
    ] = None,
) -> Done:
    """Erase the personal data of a contact for good, as the law on personal data asks.

    Its name, phones, notes and texts, and what the history kept of them, are gone then: nothing brings them back.
    Kinds, dates and amounts stay for the totals.
    """
    from crmcli.actions.purge import purge as erase
    from crmcli.actions.purge import refuse_merged, same_person
    from crmcli.base.backup import back_up_before
    from crmcli.base.holding import copies_that_hold
    from crmcli.base.shred import shred

    session = current()
    with session.reading() as connection:
        refuse_merged(connection, contact_id)
        name = finding.unerased_name(connection, contact_id)
    if name is not None:
        _see_it_is_meant(contact_id, name, confirm)
        back_up_before("purge", session.existing_base, datetime.now(UTC))
        with session.writing(PURGE) as writer:
            erase(writer, contact_id)
            writer.summary = f"erased contact {contact_id}{UNFINISHED}"
    shred(session.existing_base)
    with session.reading() as connection:
        held_by = copies_that_hold(session.location, same_person(connection, contact_id))
    line = f"{_erased(contact_id, again=name is None)}{_named(held_by)}"
    row = {"id": contact_id, "operation_id": session.operation_id, "held_by": held_by}
    columns = [Column("id", kind="int"), Column("operation_id", kind="int"), Column("held_by", kind="texts")]
    return Done(line, columns, row)


def _erased(contact_id: int, *, again: bool) -> str:
    if again:
        return f"Contact {contact_id} was erased already; the base's files were rewritten once more."
    return f"Erased contact {contact_id} for good; dates and amounts stay for the totals."


def _named(copies: Sequence[str]) -> str:
    named = f"\nThese copies still hold the person: {', '.join(copies)}." if copies else ""
    return f"{named}\nCopies in other folders were not looked at."


def _see_it_is_meant(contact_id: int, name: str, typed: str | None) -> None:
    """Has the contact's name typed, unless it was given. CrmError where it is another."""
    if typed is None:
        question = (
            f"Contact {contact_id} {name} will be erased for good, in the history too: nothing brings it back. "
            "Type its name: "
        )
        typed = current().answer(question, f"to erase contact {contact_id} for good, add --confirm NAME with its name")
    if search_key(typed) != search_key(name):
        raise CrmError(f"that is not the name of contact {contact_id}: nothing was erased")


def deleted_list(text: str) -> Listing:
    """The trash, the last deleted first; narrowed to part of a name, phone or e-mail."""
    statement = asked.deleted_contacts()
    with current().reading() as connection:
        rows, total = finding.fetched(connection, statement.where(text_matches(search_key(text))))
    told = [{**row, "deleted_on": current().local_time(row["deleted_at"]).date()} for row in rows]
    remarks = ["crmcli contact restore ID brings one back; crmcli contact purge ID erases one for good."]
    return Listing(_COLUMNS, told, total, remarks=remarks if rows else (), empty="The trash is empty.")
