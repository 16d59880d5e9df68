"""What was done to the base."""

from typing import Any

from sqlalchemy import Select, func, select

from crmcli.schema import changes, operations
from crmcli.schema.journal import PURGE, UNDO, UPGRADE


def last_operations(count: int) -> Select[Any]:
    """The last operations that still stand and can be taken back, newest first; none before an upgrade."""
    c = operations.c
    upgrade = select(func.coalesce(func.max(c.id), 0)).where(c.command == UPGRADE).scalar_subquery()
    standing = (c.undone_by.is_(None), c.command.not_in((UNDO, PURGE)), c.id > upgrade)
    return select(c.id, c.at, c.actor, c.command, c.summary).where(*standing).order_by(c.id.desc()).limit(count)


def last_undo() -> Select[Any]:
    """The id of the last undo that still stands; no row where there is none."""
    c = operations.c
    return select(c.id).where(c.command == UNDO, c.undone_by.is_(None)).order_by(c.id.desc()).limit(1)


def operation(operation_id: int) -> Select[Any]:
    """One operation."""
    c = operations.c
    return select(c.id, c.at, c.actor, c.command, c.summary).where(c.id == operation_id)


def changes_counted(operation_id: int) -> Select[Any]:
    """Rows of table_name, action, total: what an operation changed."""
    c = changes.c
    counted = select(c.table_name, c.action, func.count(c.row_id.distinct()).label("total"))
    return counted.where(c.operation_id == operation_id).group_by(c.table_name, c.action)
