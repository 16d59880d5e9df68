"""Keeping `contact_search` right: in the transaction of the write it follows, by two statements for all of it.

In words of the engine, not Core's: each engine has another kind of it, and a command that adds one contact would spend
more time on forming these statements than the engine spends on them.
"""

from typing import Any

from sqlalchemy import Connection, inspect, text

from crmcli.schema import contact_points
from crmcli.schema.functions import folded

REWRITE_INDEX = "INSERT INTO contact_search (contact_search) VALUES ('rebuild')"
"""Makes SQLite's index of trigrams anew: what waits in it to be merged is of names that are gone, too."""

_MAKE_SQLITE = "CREATE VIRTUAL TABLE contact_search USING fts5(text, tokenize='trigram', detail=none, columnsize=0)"
_TEXTS_SQLITE = """
SELECT id, ' ' || search_key || coalesce((
  SELECT group_concat(char(10) || ' ' || iif(point GLOB '*[^!-~]*', search_key(point), lower(point)), '' ORDER BY id)
  FROM (SELECT id, coalesce(value, raw) AS point FROM contact_points WHERE contact_id = contacts.id)
), '') AS text FROM contacts"""
"""A line for the name and for each point; no search key has a line break. Plain ones are folded by the engine."""

_NAME_POSTGRES = """(' ' || search_key) COLLATE "C\""""
"""Of both columns that a view unites, the same collation, or no index of theirs is used."""

_MINE = "FROM changes WHERE operation_id = :operation AND table_name ="
_REMOVE = f"""DELETE FROM contact_search WHERE rowid IN (
  SELECT row_id {_MINE} 'contacts' AND action = 'delete')"""  # noqa: S608 - our own names, as below
_STORE = f"""WITH renamed AS (
  SELECT row_id AS id {_MINE} 'contacts'
  UNION SELECT contact_id FROM contact_points WHERE id IN (SELECT row_id {_MINE} 'contact_points')
  UNION SELECT json_extract(before, '$.contact_id') {_MINE} 'contact_points' AND action <> 'insert'
)
REPLACE INTO contact_search (rowid, text)
SELECT id, text FROM ({_TEXTS_SQLITE} WHERE id IN (SELECT id FROM renamed)) AS now
WHERE NOT EXISTS (SELECT 1 FROM contact_search WHERE rowid = now.id AND contact_search.text = now.text)
ORDER BY id"""  # noqa: S608
"""In the order of its keys: in any other, what is written of the index is merged row by row, in ten times as long."""


def make_search(connection: Connection) -> None:
    """Makes it anew from the contacts and their points."""
    if connection.dialect.name == "postgresql":
        _make_view(connection)
        return
    stored = f"INSERT INTO contact_search (rowid, text) {_TEXTS_SQLITE} ORDER BY id"
    for statement in ("DROP TABLE IF EXISTS contact_search", _MAKE_SQLITE, stored):
        connection.exec_driver_sql(statement)


def refresh_search(connection: Connection, operation_id: int) -> None:
    """Writes what the contacts can be found by whose names or points an operation changed."""
    if connection.dialect.name == "sqlite":
        for statement in (_REMOVE, _STORE):
            connection.exec_driver_sql(statement, {"operation": operation_id})


def wrong_count(connection: Connection) -> int:
    """How many contacts cannot be found by just what they have."""
    kept, wanted = "SELECT rowid AS id, text FROM contact_search", _texts(connection)
    query = f"""WITH kept AS MATERIALIZED ({kept}), wanted AS MATERIALIZED ({wanted})
        SELECT count(*) FROM (SELECT id FROM (SELECT * FROM kept EXCEPT SELECT * FROM wanted) AS surplus
            UNION SELECT id FROM (SELECT * FROM wanted EXCEPT SELECT * FROM kept) AS missing) AS wrong"""  # noqa: S608
    return int(connection.execute(text(query)).scalar_one())


def has_trigrams(connection: Connection) -> bool:
    """Whether a part of a name is looked up, not searched for in each."""
    return connection.dialect.name == "sqlite" or inspect(connection).has_index("contacts", "contact_search_name")


def could_have_trigrams(connection: Connection) -> bool:
    """Whether a server has since been given what its indexes of trigrams need."""
    return not has_trigrams(connection) and _trigrams_in(connection) is not None


def _trigrams_in(connection: Connection) -> str | None:
    """The schema of the extension pg_trgm; None where the database has none."""
    where = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'pg_trgm'"
    return connection.execute(text(where)).scalar()


def _make_view(connection: Connection) -> None:
    """The view, and where the database has the extension pg_trgm, indexes of trigrams of what it shows."""
    connection.execute(text("DROP VIEW IF EXISTS contact_search"))
    connection.execute(text(f"CREATE VIEW contact_search (rowid, text) AS {_texts(connection)}"))
    if schema := _trigrams_in(connection):
        for name, table, searched in (
            ("name", "contacts", _NAME_POSTGRES),
            ("point", "contact_points", _point_postgres(connection.dialect)),
        ):
            connection.execute(text(f"DROP INDEX IF EXISTS contact_search_{name}"))
            trigrams = f"{table} USING gin (({searched}) {schema}.gin_trgm_ops)"
            connection.execute(text(f"CREATE INDEX contact_search_{name} ON {trigrams}"))


def _texts(connection: Connection) -> str:
    """The statement of what it is to hold: rows of a contact's id and text."""
    if connection.dialect.name == "sqlite":
        return _TEXTS_SQLITE
    point = _point_postgres(connection.dialect)
    return f"""SELECT id, {_NAME_POSTGRES} AS text FROM contacts
        UNION ALL SELECT contact_id, {point} FROM contact_points"""  # noqa: S608


def _point_postgres(dialect: Any) -> str:
    raw = folded(contact_points.c.raw).compile(dialect=dialect)
    return f"""(' ' || coalesce(replace(value, 'ё', 'е'), {raw})) COLLATE "C\""""
