"""Taking a new base on a server away again: where its first operation fails, nothing is left of it."""

from sqlalchemy import Connection, Engine, exists, inspect, select, text

from crmcli.base.migrating import Made
from crmcli.base.triggers import postgres_functions
from crmcli.schema import operations


def unmake(engine: Engine, schema: str, made: Made) -> None:
    """Removes what migrating has made there, unless others have come to use it meanwhile."""
    with engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        if not _is_nobodys(connection):
            return
        drop_base(connection, schema, made)


def drop_base(connection: Connection, schema: str, made: str) -> None:
    """Removes a base, and its schema where that was made with it."""
    if made == "schema":
        connection.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))
    elif made == "base":
        connection.execute(text("DROP VIEW contact_search"))
        tables = ", ".join(inspect(connection).get_table_names())  # it was empty before
        connection.execute(text(f"DROP TABLE {tables}"))
        connection.execute(text(f"DROP FUNCTION {', '.join(postgres_functions())}"))


def _is_nobodys(connection: Connection) -> bool:
    """Whether nothing was ever stored, and nobody is about to: from now on others wait for their turn."""
    from crmcli.base.writing import turn_key

    turn = turn_key("current_schema()::regnamespace")
    is_ours = connection.execute(text(f"SELECT pg_try_advisory_xact_lock({turn})")).scalar_one()
    return bool(is_ours) and not connection.execute(select(exists(select(operations.c.id)))).scalar_one()
