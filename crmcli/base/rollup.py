"""Keeping `contact_rhythm` right: one function writes it, in the transaction of the write it follows."""

from typing import Any

from sqlalchemy import CompoundSelect, Connection, and_, delete, insert, select, union

from crmcli.schema import changes, contact_rhythm, purchases, touches
from crmcli.schema.columns import BIG
from crmcli.schema.functions import json_value
from crmcli.schema.rhythm import rhythm_of


def refresh_rhythm(connection: Connection, contact_ids: Any = None) -> None:
    """Writes the rows of the contacts named (a statement or list; all without it) anew from their events."""
    stale = delete(contact_rhythm)
    if contact_ids is not None:
        stale = stale.where(contact_rhythm.c.contact_id.in_(contact_ids))
    connection.execute(stale)
    rows = rhythm_of(contact_ids)
    connection.execute(insert(contact_rhythm).from_select([c.name for c in rows.selected_columns], rows))


def contacts_touched_by(operation_id: int) -> CompoundSelect[Any]:
    """The ids of the contacts whose rhythm an operation may have changed, read from its journal."""
    mine = changes.c.operation_id == operation_id
    statements = [select(changes.c.row_id).where(mine, changes.c.table_name == "contacts")]
    for table in (purchases, touches):
        now = (
            select(table.c.contact_id)
            .join(changes, and_(changes.c.row_id == table.c.id, changes.c.table_name == table.name))
            .where(mine, table.c.contact_id.is_not(None))
        )
        owner = json_value(changes.c.before, "contact_id", type_=BIG)
        before = select(owner).where(
            mine, changes.c.table_name == table.name, changes.c.action != "insert", owner.is_not(None)
        )
        statements += [now, before]
    return union(*statements)
