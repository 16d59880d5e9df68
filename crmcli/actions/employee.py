"""What changes when people come and go."""

from sqlalchemy import exists, select, update

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import contacts, deals, not_deleted, stages


def hand_over(writer: Writer, from_id: int, to_id: int) -> tuple[int, int]:
    """Gives the open contacts and deals of one employee to another; how many of each. The history stays the first's.

    Contacts in the trash stay as they are, with their deals.
    """
    if from_id == to_id:
        raise CrmError("an employee cannot hand over to himself")
    mine = (contacts.c.owner_id == from_id, contacts.c.archived_at.is_(None), not_deleted())
    given = writer.connection.execute(update(contacts).where(*mine).values(owner_id=to_id)).rowcount
    open_stages = select(stages.c.id).where(stages.c.kind == "open")
    deleted = exists().where(contacts.c.id == deals.c.contact_id, ~not_deleted())
    open_deals = (deals.c.owner_id == from_id, deals.c.stage_id.in_(open_stages), ~deleted)
    moved = writer.connection.execute(update(deals).where(*open_deals).values(owner_id=to_id)).rowcount
    return given, moved
