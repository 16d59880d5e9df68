"""Whether a base is built as this program's tables say."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from crmcli.base.checks.finding import MEND, RESTORE, Finding, fail, ok, warn
from crmcli.base.migrating import HEAD, revision_of
from crmcli.base.triggers import postgres_functions, trigger_statements
from crmcli.schema import METADATA


def revision(connection: Connection) -> Finding:
    """Whether the base is at the revision this program works with."""
    found = revision_of(connection)
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
        return fail("; ".join(missing), MEND if only_indexes else RESTORE)
    if differences:
        return warn("; ".join(_told(*one) for one in differences))
    return ok(f"{len(METADATA.tables)} tables as they should be")


def triggers(connection: Connection) -> Finding:
    """Whether the journal's triggers are those that the tables ask for."""
    dialect = connection.dialect.name
    wanted = {_plain(statement) for statement in trigger_statements(dialect)}
    found = {_plain(row[0]) for row in connection.execute(text(_TRIGGERS[dialect]))}
    wrong = sorted(_named(statement) for statement in wanted - found)
    if dialect == "postgresql":
        wrong += _wrong_functions(connection)
    if wrong:
        return fail(f"{', '.join(wrong)}: missing or changed", MEND)
    if strange := sorted(_named(statement) for statement in found - wanted):
        return warn(f"{', '.join(strange)}: made by somebody else", MEND if dialect == "sqlite" else "")
    return ok(f"{len(wanted)} triggers keep the journal")


_TRIGGERS = {
    "sqlite": "SELECT sql FROM sqlite_schema WHERE type = 'trigger'",
    "postgresql": """SELECT pg_get_triggerdef(pg_trigger.oid, true)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal AND tgenabled = 'O'""",
}


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
