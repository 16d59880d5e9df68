"""Putting contacts in the trash and taking them out again: nothing of them is lost there."""

from sqlalchemy import Connection, select, update

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import contacts


def delete(writer: Writer, contact_id: int, reason: str) -> None:
    """Puts a contact in the trash, where no list or question sees it. CrmError where it is there, or for no reason."""
    refuse_deleted(writer.connection, contact_id)
    if not reason.strip():
        raise CrmError("say why the contact is deleted: this reason is empty")
    values = {"deleted_at": writer.now, "deleted_reason": reason.strip()}
    writer.connection.execute(update(contacts).where(contacts.c.id == contact_id).values(values))


def restore(writer: Writer, contact_id: int) -> None:
    """Takes a contact out of the trash as it was: archived if it was so. CrmError where it is not there, or erased."""
    c = contacts.c
    row = writer.connection.execute(select(c.deleted_at, c.purged_at).where(c.id == contact_id)).first()
    if row is None or row.deleted_at is None:
        raise CrmError(f"there is no contact {contact_id} in the trash: see crmcli contact list --deleted")
    if row.purged_at is not None:
        raise CrmError(f"{told(contact_id, erased=True)}: it cannot be brought back")
    values = {"deleted_at": None, "deleted_reason": None}
    writer.connection.execute(update(contacts).where(c.id == contact_id).values(values))


def refuse_deleted(connection: Connection, contact_id: int | None, *, but_erased: bool = False) -> None:
    """CrmError where a contact is in the trash; with `but_erased` not for one that nothing can bring back."""
    c = contacts.c
    row = connection.execute(select(c.deleted_at, c.purged_at).where(c.id == contact_id)).first()
    if row is not None and row.deleted_at is not None and not (but_erased and row.purged_at is not None):
        raise CrmError(told(contact_id, erased=row.purged_at is not None))


def told(contact_id: int | None, *, erased: bool) -> str:
    """Where a contact is that no list shows, and what brings it back."""
    if erased:
        return f"contact {contact_id} was erased for good"
    return f"contact {contact_id} is in the trash: crmcli contact restore {contact_id}"
