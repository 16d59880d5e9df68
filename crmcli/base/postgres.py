"""The PostgreSQL engine: one schema, chosen by search_path."""

from sqlalchemy import Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from crmcli.base.location import PostgresLocation
from crmcli.errors import CrmError

_EACH_CONNECTION = "SET lock_timeout = '10s'; SET client_min_messages = 'warning'"


def postgres_engine(location: PostgresLocation) -> Engine:
    """An engine whose connections see the base's schema alone."""
    try:
        import psycopg  # noqa: F401 - only to say in one line what is missing
    except ImportError:
        raise CrmError(
            "a base on PostgreSQL needs the psycopg driver: install it with pip install 'crmcli[postgres]'"
        ) from None
    url = location.url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _settle(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"{_EACH_CONNECTION}; SET search_path = {location.schema}")
        cursor.close()
        connection.commit()

    return engine
