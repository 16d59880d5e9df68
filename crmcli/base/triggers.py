"""The journal's triggers, generated from the tables: every change of user data is written to `changes`.

The journal itself has triggers, too: nothing is ever taken out of it, and its rows change within an operation alone.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import JSON, Connection, Table, text

from crmcli.schema import JOURNALED, METADATA, changes, operations

REFUSAL = "crmcli: a write outside an operation; change this base with the crmcli program, which keeps its journal"

_MANY = 500
"""So many rows are worth two changes of the schema."""

BOOKS = (operations, changes)
"""What the journal is kept in."""

_POSTGRES_JOURNAL = f"""
CREATE OR REPLACE FUNCTION journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  operation text := current_setting('crm.operation', true);
  journal text := 'INSERT INTO ' || quote_ident(TG_TABLE_SCHEMA)
    || '.changes (operation_id, table_name, row_id, action, before) ';
BEGIN
  IF operation IS NULL OR operation = '' THEN
    RAISE EXCEPTION '{REFUSAL}';
  END IF;
  IF TG_OP = 'INSERT' THEN
    EXECUTE journal || 'SELECT $1, $2, id, ''insert'', NULL FROM new_rows ORDER BY id'
      USING operation::bigint, TG_TABLE_NAME;
  ELSE
    EXECUTE journal || 'SELECT $1, $2, id, lower($3), row_to_json(o)::text FROM old_rows o ORDER BY id'
      USING operation::bigint, TG_TABLE_NAME, TG_OP;
  END IF;
  RETURN NULL;
END $$
"""  # noqa: S608 - names of our tables

_POSTGRES_GUARD = f"""
CREATE OR REPLACE FUNCTION journal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR coalesce(current_setting('crm.operation', true), '') = '' THEN
    RAISE EXCEPTION '{REFUSAL}';
  END IF;
  RETURN NULL;
END $$
"""

_POSTGRES_FUNCTIONS = {"journal": _POSTGRES_JOURNAL, "journal_guard": _POSTGRES_GUARD}


def create_triggers(connection: Connection) -> None:
    """Puts the journal's triggers on the tables of user data, and on its own books."""
    if connection.dialect.name == "postgresql":
        for function in _POSTGRES_FUNCTIONS.values():
            connection.exec_driver_sql(function)
    for statement in trigger_statements(connection.dialect.name):
        connection.exec_driver_sql(statement)


def postgres_functions() -> dict[str, str]:
    """What the triggers run on PostgreSQL, by name, as the server keeps it."""
    return {name: function.split("$$")[1] for name, function in _POSTGRES_FUNCTIONS.items()}


def drop_triggers(connection: Connection) -> None:
    """Takes every journal trigger off, so that a migration may rebuild tables; in a file, every other one as well."""
    for name, table in _present(connection):
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        quoted = name.replace('"', '""')
        connection.exec_driver_sql(f'DROP TRIGGER "{quoted}"{on}')


@contextmanager
def journaled_at_once(connection: Connection, table: Table, ids: Sequence[int]) -> Iterator[None]:
    """Rows of those ids, inserted within, are journaled by one statement: on SQLite in half of a trigger's time.

    Every write within must be such an insert: of many, the table's trigger is away. Where it fails, so has the whole
    transaction.
    """
    if connection.dialect.name == "postgresql" or len(ids) < _MANY:
        yield
        return
    connection.exec_driver_sql(f"DROP TRIGGER journal_{table.name}_insert")
    yield
    connection.exec_driver_sql(_sqlite_trigger(table, "insert"))
    note = f"""INSERT INTO changes (operation_id, table_name, row_id, action)
      SELECT (SELECT operation_id FROM current_operation), '{table.name}', value, 'insert' FROM json_each(?)"""  # noqa: S608
    connection.exec_driver_sql(note, (json.dumps(list(ids)),))


def trigger_statements(dialect: str) -> Iterator[str]:
    """The CREATE TRIGGER statements of every table on an engine."""
    make, guard = (_postgres_trigger, _postgres_guard) if dialect == "postgresql" else (_sqlite_trigger, _sqlite_guard)
    for table in JOURNALED:
        yield from (make(table, action) for action in ("insert", "update", "delete"))
    for table in BOOKS:
        yield from (guard(table, action) for action in ("update", "delete"))
    if dialect == "postgresql":  # SQLite has no such statement
        yield from (guard(table, "truncate") for table in (*JOURNALED, *BOOKS))


def _present(connection: Connection) -> list[tuple[str, str]]:
    if connection.dialect.name == "postgresql":
        query = """SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relnamespace = current_schema()::regnamespace AND tgname LIKE 'journal!_%' ESCAPE '!'"""
    else:
        query = "SELECT name, lower(tbl_name) FROM sqlite_schema WHERE type = 'trigger'"
    return [(row[0], row[1]) for row in connection.execute(text(query)) if row[1] in METADATA.tables]


def _sqlite_trigger(table: Table, action: str) -> str:
    row = "NEW" if action == "insert" else "OLD"
    before = "NULL" if action == "insert" else f"json_object({_members(table)})"
    return f"""CREATE TRIGGER journal_{table.name}_{action} AFTER {action.upper()} ON {table.name} BEGIN
  SELECT RAISE(ABORT, '{REFUSAL}') WHERE NOT EXISTS (SELECT 1 FROM current_operation);
  INSERT INTO changes (operation_id, table_name, row_id, action, before)
  SELECT operation_id, '{table.name}', {row}.id, '{action}', {before} FROM current_operation;
END"""  # noqa: S608 - names of our tables


def _sqlite_guard(table: Table, action: str) -> str:
    outside = " WHERE NOT EXISTS (SELECT 1 FROM current_operation)" if action == "update" else ""
    return f"""CREATE TRIGGER journal_{table.name}_{action} BEFORE {action.upper()} ON {table.name} BEGIN
  SELECT RAISE(ABORT, '{REFUSAL}'){outside};
END"""


def _members(table: Table) -> str:
    def value(name: str, is_json: bool) -> str:
        return f"json(OLD.{name})" if is_json else f"OLD.{name}"

    return ", ".join(f"'{c.name}', {value(c.name, isinstance(c.type, JSON))}" for c in table.columns)


def _postgres_trigger(table: Table, action: str) -> str:
    seen = "NEW TABLE AS new_rows" if action == "insert" else "OLD TABLE AS old_rows"
    return f"""CREATE TRIGGER journal_{table.name}_{action} AFTER {action.upper()} ON {table.name}
  REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION journal()"""


def _postgres_guard(table: Table, action: str) -> str:
    return f"""CREATE TRIGGER journal_{table.name}_{action} BEFORE {action.upper()} ON {table.name}
  FOR EACH STATEMENT EXECUTE FUNCTION journal_guard()"""
