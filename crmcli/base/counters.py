"""The counters of ids: what keeps an id from being given twice."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

_LAST_IDS = {
    "sqlite": "SELECT name, seq FROM sqlite_sequence WHERE seq > 0",
    "postgresql": """SELECT relname, pg_sequence_last_value(pg_get_serial_sequence(relname, 'id')::regclass)
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'id' AND attidentity <> ''
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'""",
}


def last_ids(connection: Connection) -> dict[str, int]:
    """The last id that each table has given; a table that never gave one may be missing."""
    rows = connection.execute(text(_LAST_IDS[connection.dialect.name]))
    return {name: last for name, last in rows if last is not None}


def set_last_ids(connection: Connection, last: Mapping[str, int]) -> None:
    """Has each table go on after its last id."""
    if connection.dialect.name == "postgresql":
        statement = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"
    else:
        connection.execute(text("DELETE FROM sqlite_sequence"))
        statement = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"
    for name, number in last.items():
        connection.execute(text(statement), {"name": name, "last": number})
