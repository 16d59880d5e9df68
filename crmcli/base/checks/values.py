"""Whether columns hold what they can hold: SQLite takes anything, and images of rows are text on both engines."""

from collections.abc import Iterator

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Integer, Table, Text, Time

from crmcli.base.checks.finding import RESTORE, Finding, fail, more, ok
from crmcli.base.triggers import BOOKS
from crmcli.schema import JOURNALED, changes
from crmcli.values.money import LIMIT

_MONEY = {"amount", "cost", "price", "acquisition_cost"}
_FAR_BEYOND = 1000 * LIMIT
"""What no command stores, and what cannot be added up."""

_NO_DAY = "substr({0}, 1, 10) IS NOT date(substr({0}, 1, 10)) OR substr({0}, 1, 4) = '0000'"
_NO_TIME = (
    "substr({{0}}, {0}, 8) IS NOT time(substr({{0}}, {0}, 8)) OR substr({{0}}, {0}, 2) > '23' "
    "OR substr({{0}}, {0} + 8) NOT GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]' AND substr({{0}}, {0} + 8) <> ''"
)
_NO_MOMENT = f"{{0}} IS NOT NULL AND ({_NO_DAY} OR substr({{0}}, 11, 1) <> ' ' OR {_NO_TIME.format(12)})"
_SQLITE: tuple[tuple[type, str], ...] = (
    (JSON, "CASE WHEN json_valid({0}) THEN json_type({0}) <> 'object' ELSE {0} IS NOT NULL END"),
    (Boolean, "{0} NOT IN (0, 1)"),
    (Integer, "typeof({0}) NOT IN ('integer', 'null')"),
    (Text, "typeof({0}) NOT IN ('text', 'null')"),
    (Date, "{0} IS NOT date({0}) OR substr({0}, 1, 4) = '0000'"),
    (DateTime, _NO_MOMENT),
    (Time, _NO_TIME.format(1)),
)
"""When a value is none of its column's type, by that; a null is the business of others."""


def values(connection: Connection) -> Finding:
    """Whether every value is one that its column can have."""
    wrong = [told for table in (*JOURNALED, *BOOKS) for told in _wrong_rows(connection, table)]
    if wrong:
        return fail(f"{wrong[0]}{more(wrong)}", RESTORE)
    return ok("every value is of its column's kind")


def _wrong_rows(connection: Connection, table: Table) -> Iterator[str]:
    """The first row of a table that holds what it cannot, and how many others do. The table is read once."""
    conditions = list(_conditions(table, connection))
    if not conditions:
        return
    either = " OR ".join(f"({condition})" for _, condition in conditions)
    found = f"SELECT count(*), min(id) FROM {table.name} WHERE {either}"  # noqa: S608 - names of our tables
    count, row_id = connection.exec_driver_sql(found).one()
    if count:
        each = ", ".join(condition for _, condition in conditions)
        row = connection.exec_driver_sql(f"SELECT {each} FROM {table.name} WHERE id = {row_id}").one()  # noqa: S608
        names = [name for (name, _), is_wrong in zip(conditions, row, strict=True) if is_wrong]
        others = f", as in {count - 1} more rows" if count > 1 else ""
        yield f"{table.name}, row {row_id}: {', '.join(names)} cannot be read as what it should be{others}"


def _conditions(table: Table, connection: Connection) -> Iterator[tuple[str, str]]:
    """The names of columns, each with what is true of it where it holds what it cannot."""
    for column in table.columns:
        known = [*_of_any_engine(column), *_of_engine(column, connection)]
        if known:
            yield column.name, " OR ".join(known).format(f'"{column.name}"')


def _of_any_engine(column: Column[object]) -> Iterator[str]:
    if column.name in _MONEY:
        yield f"{{0}} NOT BETWEEN -{_FAR_BEYOND} AND {_FAR_BEYOND}"
    if column is changes.c.table_name:
        yield f"{{0}} NOT IN ({', '.join(repr(table.name) for table in JOURNALED)})"
    if column is changes.c.action:
        yield "{0} NOT IN ('insert', 'update', 'delete')"


def _of_engine(column: Column[object], connection: Connection) -> Iterator[str]:
    is_image = column is changes.c.before
    if connection.dialect.name == "sqlite":
        kind = JSON() if is_image else column.type
        yield from (condition for of, condition in _SQLITE if isinstance(kind, of) and not column.primary_key)
    elif is_image:
        is_known = (connection.dialect.server_version_info or (0,)) >= (16,)
        yield "NOT ({0} IS JSON OBJECT)" if is_known else r"{0} !~ '^\{{.*\}}$'"
    elif isinstance(column.type, JSON):
        yield "json_typeof({0}) <> 'object'"
