"""The journal: what every change of user data leaves behind."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Table, Update, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from crmcli.base.bulk import defer_references
from crmcli.base.failures import as_crm_error
from crmcli.base.opening import Base
from crmcli.base.triggers import REFUSAL
from crmcli.base.writing import reading, writing
from crmcli.errors import NotAllowed
from crmcli.schema import JOURNALED, changes, channels, contacts, current_operation, purchases
from tests.base.rows import AWKWARD, add_contact, add_one_of_each, row_for

_FROM_JSON: dict[type, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
    bool: bool,
}

Change = tuple[str, int, str, dict[str, Any] | None]


def changes_of(base: Base, operation_id: int) -> list[Change]:
    """Table, row, action and the row before as columns' values, in the order in which they were written."""
    tables = {table.name: table for table in JOURNALED}
    with reading(base) as connection:
        rows = connection.execute(
            select(changes).where(changes.c.operation_id == operation_id).order_by(changes.c.id)
        ).all()
    return [
        (
            row.table_name,
            row.row_id,
            row.action,
            _image(tables[row.table_name], json.loads(row.before)) if row.before else None,
        )
        for row in rows
    ]


def _image(table: Table, image: dict[str, Any]) -> dict[str, Any]:
    def value(kind: type, stored: Any) -> Any:
        return _FROM_JSON.get(kind, lambda same: same)(stored) if stored is not None else None

    return {column.name: value(column.type.python_type, image[column.name]) for column in table.columns}


def test_an_insert_into_each_table_leaves_its_key_alone(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        ids = add_one_of_each(writer)
    found = changes_of(base, writer.operation_id)
    assert {(table, row_id, "insert", None) for table, row_id in ids.items()} <= set(map(tuple, found))
    assert len(found) == len(JOURNALED) + 1  # not_duplicates needs a second contact


def _unchanged(table: Table) -> Update:
    return update(table).values({column.name: column for column in table.columns if column.name != "id"})


@pytest.mark.parametrize(("change", "action"), [(_unchanged, "update"), (delete, "delete")])
def test_a_change_of_each_table_leaves_the_rows_as_they_were(
    change: Callable[[Table], Any], action: str, base: Base
) -> None:
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
    with reading(base) as connection:
        rows = {(t.name, row.id): dict(row._mapping) for t in JOURNALED for row in connection.execute(select(t)).all()}
    with writing(base, "test", "me") as writer:
        for table in reversed(JOURNALED):
            writer.connection.execute(change(table))
    found = changes_of(base, writer.operation_id)
    assert {(name, row_id): before for name, row_id, _, before in found} == rows
    assert {done for _, _, done, _ in found} == {action}


def test_the_image_of_a_row_reads_the_same_on_both_engines(sqlite_base: Base, postgres_base: Base) -> None:
    found = []
    for base in (sqlite_base, postgres_base):
        with writing(base, "test", "me") as writer:
            add_one_of_each(writer)
        with writing(base, "test", "me") as writer:
            for table in reversed(JOURNALED):
                writer.connection.execute(delete(table))
        found.append(sorted(changes_of(base, writer.operation_id), key=lambda one: (one[0], one[1])))
    assert found[0] == found[1]


def test_a_statement_of_many_rows_leaves_a_change_for_each(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        rows = [{"name": f"C{number}", "search_key": f"c{number}"} for number in range(300)]
        writer.connection.execute(insert(channels), rows)
    assert len(changes_of(base, writer.operation_id)) == 300
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(channels).values(name=channels.c.name + "!"))
        writer.connection.execute(delete(channels).where(channels.c.id <= 200))
    found = changes_of(base, writer.operation_id)
    assert [(row_id, action, before["name"]) for _, row_id, action, before in found if before] == [
        *((number + 1, "update", f"C{number}") for number in range(300)),
        *((number + 1, "delete", f"C{number}!") for number in range(200)),
    ]


def test_a_statement_that_meets_no_row_leaves_nothing(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        add_contact(writer)
        writer.connection.execute(update(channels).values(name="x"))
        writer.connection.execute(delete(purchases))
    assert [name for name, *_ in changes_of(base, writer.operation_id)] == ["contacts"]


@pytest.mark.parametrize("table", JOURNALED, ids=lambda table: table.name)
def test_a_write_outside_an_operation_fails_and_says_what_to_do(table: Any, base: Base) -> None:
    row = row_for(table, {other.name: 1 for other in JOURNALED}) | {"id": 100}
    _refused(base, insert(table).values(row | ({"contact_b": 2} if "contact_b" in row else {})))
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
    _refused(base, update(table).values(id=table.c.id))
    _refused(base, delete(table))


def _write_outside(base: Base, statement: Any) -> None:
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        defer_references(connection)
        connection.execute(statement)


def _refused(base: Base, statement: Any) -> None:
    with pytest.raises(DBAPIError) as refused:
        _write_outside(base, statement)
    assert REFUSAL in str(refused.value)
    assert isinstance(as_crm_error(refused.value), NotAllowed)


def test_after_an_operation_the_next_write_of_the_connection_is_outside_it(base: Base) -> None:
    with base.engine.connect().execution_options(crm_write=True) as connection:
        with writing(base, "test", "me") as writer:
            add_contact(writer, AWKWARD)
        with pytest.raises(DBAPIError, match="outside an operation"), connection.begin():
            connection.execute(delete(contacts))
    if base.engine.dialect.name == "sqlite":
        with reading(base) as read:
            assert read.execute(select(current_operation)).all() == []
