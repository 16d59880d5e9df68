"""Spoiling a base as no command can: past its triggers, its references and its program."""

from contextlib import closing

import psycopg
from sqlcipher3 import dbapi2

from crmcli.base.location import PostgresLocation
from crmcli.base.opening import Base


def spoil(base: Base, *statements: str) -> None:
    """Runs statements on the driver's own connection; no trigger sees them, no reference is checked."""
    if isinstance(base.location, PostgresLocation):
        with psycopg.connect(base.location.url, autocommit=True) as connection:
            connection.execute(f"SET search_path = {base.location.schema}; SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement.encode())
        return
    with closing(dbapi2.connect(str(base.location), isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, statement in triggers:
            connection.execute(statement)


def spoil_triggers(base: Base, *statements: str) -> None:
    """Runs statements on the driver's own connection, the triggers being where they are."""
    if isinstance(base.location, PostgresLocation):
        spoil(base, *statements)
        return
    with closing(dbapi2.connect(str(base.location), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
