"""Making anew what a base keeps besides its owner's rows: all of it can be told from them."""

from sqlalchemy import delete

from crmcli.base.opening import Base
from crmcli.base.rollup import rebuild
from crmcli.base.search import make_search
from crmcli.base.sqlite import keep_log
from crmcli.base.triggers import create_triggers, drop_triggers
from crmcli.base.writing import take_turn
from crmcli.schema import METADATA, current_operation


def mend(base: Base) -> None:
    """Makes rollups, what is searched, triggers and missing indexes anew, and closes an operation left open.

    A file keeps its log from then on. No row of the owner's changes, so the journal has nothing to tell.
    """
    if base.engine.dialect.name == "sqlite":
        with base.engine.connect() as connection:
            keep_log(connection)
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        take_turn(connection)
        if connection.dialect.name == "sqlite":
            connection.execute(delete(current_operation))
        drop_triggers(connection)
        create_triggers(connection)
        for table in METADATA.sorted_tables:
            for index in table.indexes:
                index.create(connection, checkfirst=True)
        rebuild(connection)
        make_search(connection)
