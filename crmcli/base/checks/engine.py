"""Whether the engine finds its own files sound, and every reference leads somewhere."""

from collections.abc import Iterator

from sqlalchemy import Connection, Table, exists, func, literal, or_, select, text

from crmcli.base.checks.finding import RESTORE, Finding, fail, more, ok
from crmcli.schema import METADATA

_FIRST_SOUND = (3, 51, 3)
"""Older SQLites may lose what two connections write to a log at once."""


def sqlite(_subject: object) -> Finding:
    """Whether the program carries a SQLite that does not damage bases."""
    from sqlcipher3 import dbapi2

    version = dbapi2.sqlite_version_info
    shown = ".".join(map(str, version))
    if version < _FIRST_SOUND:
        return fail(f"SQLite {shown} can damage a base that two commands write to", "pip install --upgrade sqlcipher3")
    return ok(f"SQLite {shown}")


def integrity(connection: Connection) -> Finding:
    """Whether every page and row is readable and in its index; no column is empty that must not be."""
    if connection.dialect.name == "sqlite":
        said = [str(row[0]).splitlines() for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        wrong = [line for lines in said for line in lines if line not in {"ok", "*** in database main ***"}]
    else:
        wrong = [*_unsound_indexes(connection), *_empty_columns(connection)]
    if wrong:
        return fail(f"{wrong[0]}{more(wrong)}", RESTORE)
    return ok("every page is sound" if connection.dialect.name == "sqlite" else "every index and row is sound")


def foreign_keys(connection: Connection) -> Finding:
    """Whether every reference leads to a row."""
    wrong = [
        f"{table.name}.{column}: {count} to rows that are not there"
        for table, column, count in _broken_references(connection)
        if count
    ]
    return fail(f"{wrong[0]}{more(wrong)}", RESTORE) if wrong else ok("every reference leads to a row")


def _broken_references(connection: Connection) -> Iterator[tuple[Table, str, int]]:
    for table in _present(connection):
        for key in table.foreign_key_constraints:
            (element,) = key.elements
            target = element.column.table.alias("target")
            leads = exists().where(target.c[element.column.name] == element.parent)
            lost = select(func.count()).select_from(table).where(element.parent.is_not(None), ~leads)
            yield table, element.parent.name, connection.execute(lost).scalar_one()


def _unsound_indexes(connection: Connection) -> Iterator[str]:
    """The indexes that PostgreSQL itself does not trust; with amcheck, the first damaged one raises."""
    here = "relnamespace = current_schema()::regnamespace"
    indexes = f"SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE {here}"  # noqa: S608
    yield from (f"index {name} is not valid" for name, valid in connection.execute(text(indexes)) if not valid)
    if connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'")).first():
        trees = "relam = (SELECT oid FROM pg_am WHERE amname = 'btree')"
        check = f"SELECT bt_index_check(oid) FROM pg_class WHERE {here} AND relkind = 'i' AND {trees}"  # noqa: S608
        connection.execute(text(check)).all()


def _empty_columns(connection: Connection) -> Iterator[str]:
    for table in _present(connection):
        needed = [column for column in table.columns if not column.nullable]
        empty = select(func.count()).select_from(table).where(or_(literal(False), *(c.is_(None) for c in needed)))
        if count := connection.execute(empty).scalar_one():
            yield f"{table.name}: {count} without what must be there"


def _present(connection: Connection) -> Iterator[Table]:
    """The tables that this engine has."""
    for table in METADATA.sorted_tables:
        if table.info.get("dialect", connection.dialect.name) == connection.dialect.name:
            yield table
