"""A new base without what makes every row dear, so that it is filled at once, and the same base made whole."""

from collections.abc import Iterator

from sqlalchemy import Connection, ForeignKeyConstraint, Index, delete
from sqlalchemy.schema import AddConstraint, DropConstraint

from crmcli.base.digest import EVERYTHING
from crmcli.base.search import make_search
from crmcli.base.triggers import create_triggers, drop_triggers
from crmcli.errors import CrmError

INDEXES: tuple[Index, ...] = tuple(index for table in EVERYTHING for index in sorted(table.indexes, key=str))
"""Those that are made once the rows are there."""


def make_bare(connection: Connection) -> None:
    """Takes the rows that migrating has made, the journal's triggers, indexes and references off a new base.

    In a file references stay, for they are a part of its tables: there a connection leaves them unchecked.
    """
    drop_triggers(connection)
    for index in INDEXES:
        index.drop(connection)
    for reference in _references(connection):
        connection.execute(DropConstraint(reference))
    for table in reversed(EVERYTHING):
        connection.execute(delete(table))


def make_index(connection: Connection, index: Index) -> None:
    """Makes an index unless it is there."""
    index.create(connection, checkfirst=True)


def make_whole(connection: Connection) -> None:
    """Puts references, triggers and what contacts are searched by back. CrmError where a reference leads nowhere."""
    for reference in _references(connection):
        connection.execute(AddConstraint(reference, isolate_from_table=False))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in EVERYTHING)}")
    elif broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise CrmError(f"the base is damaged: a row of its table {broken[0]} refers to one of {broken[2]} that is gone")
    make_search(connection)
    create_triggers(connection)


def _references(connection: Connection) -> Iterator[ForeignKeyConstraint]:
    if connection.dialect.name == "postgresql":
        for table in EVERYTHING:
            yield from sorted(table.foreign_key_constraints, key=lambda one: str(one.name))
