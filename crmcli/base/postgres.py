"""The PostgreSQL engine: one schema, chosen by search_path."""

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from crmcli.base import patience
from crmcli.base.location import PostgresLocation
from crmcli.errors import CrmError

_UNLESS_NAMED = {"connect_timeout": "10", "client_encoding": "utf8"}


def postgres_engine(location: PostgresLocation) -> Engine:
    """An engine whose connections see the base's schema alone.

    Connections with the execution option crm_write write; the others read, and see one state in each transaction.
    With crm_patience it is told how many seconds a writer waits for a busy base.
    """
    try:
        import psycopg  # noqa: F401 - only to say in one line what is missing
    except ImportError:
        raise CrmError(
            "a base on PostgreSQL needs the psycopg driver: install it with pip install 'crmcli[postgres]'"
        ) from None
    url = make_url(location.url).set(drivername="postgresql+psycopg")
    url = url.set(query={**_UNLESS_NAMED, **url.query})
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _settle(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(
            f"SET lock_timeout = {round(patience.PATIENCE * 1000)}; SET client_min_messages = 'warning'; "
            f"SET default_transaction_isolation = 'read committed'; SET search_path = \"{location.schema}\""
        )
        cursor.close()
        connection.commit()

    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """A writer sees, once it has waited for another, what that one stored; a reader sees nothing that comes later."""
    options = connection.get_execution_options()
    if not options.get("crm_write"):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    elif (seconds := options.get("crm_patience")) is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, round(seconds * 1000))}")  # 0 is for ever
