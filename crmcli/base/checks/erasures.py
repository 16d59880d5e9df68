"""Whether what was erased for good is gone from the base's files, and what copies beside it may still hold."""

from pathlib import Path
from shlex import quote

from sqlalchemy import Connection, select

from crmcli.base.checks.finding import Finding, ok, warn
from crmcli.base.former import former_files, former_schemas
from crmcli.schema import changes, contacts, operations
from crmcli.schema.journal import PURGE, UNFINISHED


def erasures(connection: Connection) -> Finding:
    """Whether the files were rewritten after every purge: one that was cut off may have left what it erased."""
    o, c = operations.c, changes.c
    cut_off = (
        select(c.row_id)
        .join(operations, o.id == c.operation_id)
        .where(o.command == PURGE, o.summary.endswith(UNFINISHED), c.table_name == contacts.name)
        .where(c.row_id.in_(select(contacts.c.id).where(contacts.c.purged_at.is_not(None))))
        .order_by(c.id.desc())
        .limit(1)
    )
    contact_id = connection.execute(cut_off).scalar()
    if contact_id is not None:
        found = f"contact {contact_id} was erased, but the files were not rewritten: they may still hold what it was"
        return warn(found, f"crmcli contact purge {contact_id}")
    return ok("what was erased is overwritten")


def former_bases(path: Path) -> Finding:
    """Whether restores have left former bases beside this one: whole copies, with all the persons in them."""
    found = former_files(path)
    if found:
        return warn(_counted(len(found)), f"rm {' '.join(quote(str(one)) for one in found)}")
    return ok("no former base beside the base")


def former_schemas_beside(connection: Connection) -> Finding:
    """The same on a server."""
    present = str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
    found = former_schemas(connection, present)
    if found:
        return warn(_counted(len(found)), f"DROP SCHEMA {', '.join(found)} CASCADE")
    return ok("no former base beside the base")


def _counted(count: int) -> str:
    return f"backup restore has kept {count} former base{'' if count == 1 else 's'}: remove what is of no more use"
