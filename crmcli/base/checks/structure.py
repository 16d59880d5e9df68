"""Whether a base is built as this program's tables say."""

from collections.abc import Iterator
from shlex import quote
from typing import Any

from sqlalchemy import Connection, text

from crmcli.base.checks.finding import MEND, RESTORE, Finding, fail, more, ok, warn
from crmcli.base.migrating import HEAD, RevisionLost, revision_of
from crmcli.base.triggers import postgres_functions, trigger_statements
from crmcli.schema import METADATA
from crmcli.schema.search import contact_search


def revision(connection: Connection) -> Finding:
    """Whether the base is at the revision this program works with."""
    try:
        found = revision_of(connection)
    except RevisionLost:
        return fail("the base does not say any more at which revision it is; its content was not checked", RESTORE)
    if found is None:
        return fail("the base is empty", RESTORE)
    if int(found) > int(HEAD):
        known = f"this program knows {HEAD}; the base's content was not checked"
        return fail(f"revision {found}; {known}", "pip install --upgrade crmcli")
    if found != HEAD:
        return warn(f"revision {found}, older than {HEAD}; the content was not checked", "crmcli config list")
    return ok(f"revision {found}")


def tables(connection: Connection) -> Finding:
    """Whether tables, columns, keys and indexes are those of the metadata."""
    differences = _differences(connection)
    missing = [_told(*one) for one in differences if not one[0].startswith("remove_")]
    if missing:
        only_indexes = all(kind == "add_index" or kind.startswith("remove_") for kind, _ in differences)
        return fail(f"{missing[0]}{more(missing)}", MEND if only_indexes else RESTORE)
    if differences:
        return warn(f"{_told(*differences[0])}{more(differences)}")
    return ok(f"{len(METADATA.tables)} tables as they should be")


def triggers(connection: Connection) -> Finding:
    """Whether the tables have the journal's triggers, and none of anybody else.

    On a server such a one may be its keeper's, who watches the base: it is told, not taken away.
    """
    wanted = {_plain(statement) for statement in trigger_statements(connection.dialect.name)}
    found = {_plain(row.sql): row for row in connection.execute(text(_TRIGGERS[connection.dialect.name]))}
    wrong = sorted(_named(statement) for statement in wanted - found.keys())
    if connection.dialect.name == "postgresql":
        wrong += _wrong_functions(connection)
    if wrong:
        return fail(f"{wrong[0]}{more(wrong)}: missing or changed", MEND)
    strange = [row for statement, row in found.items() if statement not in wanted and row.on_table in METADATA.tables]
    if not strange:
        return ok(f"{len(wanted)} triggers keep the journal")
    told = f"{strange[0].name}{more(strange)}: made by somebody else; it runs whenever {strange[0].on_table} change"
    if connection.dialect.name == "sqlite":
        return fail(told, MEND)
    return warn(told, f"psql -c {quote(_dropping(strange[0]))}")


_TRIGGERS = {
    "sqlite": "SELECT name, lower(tbl_name) AS on_table, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name",
    "postgresql": """SELECT tgname AS name, relname AS on_table, current_schema() AS schema,
            pg_get_triggerdef(pg_trigger.oid, true) AS sql
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled IN ('O', 'A')
        ORDER BY tgname""",
}


def _dropping(row: Any) -> str:
    name = row.name.replace('"', '""')
    return f'DROP TRIGGER "{name}" ON "{row.schema}".{row.on_table}'


def _wrong_functions(connection: Connection) -> Iterator[str]:
    bodies = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    found = {row[0]: _plain(row[1]) for row in connection.execute(text(bodies))}
    for name, body in postgres_functions().items():
        if found.get(name) != _plain(body):
            yield f"function {name}"


def _plain(statement: str) -> str:
    return " ".join(statement.split())


def _named(statement: str) -> str:
    """The name in CREATE TRIGGER name ..."""
    return statement.split()[2]


def _differences(connection: Connection) -> list[tuple[str, Any]]:
    """Each difference's kind, as Alembic calls it, and what differs."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def is_ours(_thing: Any, name: str | None, *_: Any) -> bool:
        if (name or "").startswith(
            contact_search.name
        ):  # a table of SQLite's own kind, or a view: `content.search` looks at it
            return False
        table = METADATA.tables.get(name or "")
        return table is None or table.info.get("dialect", connection.dialect.name) == connection.dialect.name

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
    found = compare_metadata(context, METADATA)
    return [(one[0][0], one[0][2:4]) if isinstance(one, list) else (one[0], one[-1]) for one in found]


def _told(kind: str, thing: Any) -> str:
    if kind.startswith("modify_"):
        table, column = thing
        return f"column {table}.{column} differs in its {kind.removeprefix('modify_')}"
    noun = kind.partition("_")[2].replace("fk", "reference")
    table = getattr(thing, "table", None)
    name = getattr(thing, "name", None) or noun
    where = f" of {table.name}" if table is not None else ""
    return f"{noun} {name}{where} {'is missing' if kind.startswith('add_') else 'was made by somebody else'}"
