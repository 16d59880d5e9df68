"""Many rows at once."""

from typing import Any

import pytest
from sqlalchemy import JSON, insert, select

from crmcli.base.bulk import defer_references, insert_rows, new_ids
from crmcli.base.opening import Base
from crmcli.base.writing import reading, writing
from crmcli.schema import JOURNALED, changes, channels, contacts, products, purchases, stages, touches
from tests.base.rows import add_contact, content, count, row_for


@pytest.mark.parametrize("table", JOURNALED, ids=lambda table: table.name)
def test_values_of_every_type_come_back_as_they_went_in(table: Any, base: Base) -> None:
    ids = {other.name: 1 for other in JOURNALED}
    full = {"id": 101, **row_for(table, ids)} | ({"contact_b": 2} if table.name == "not_duplicates" else {})
    empty = {c.name: None for c in table.columns if c.nullable and not isinstance(c.type, JSON)}
    rows = [full, {**full, "id": 102, **empty, **_other_names(table)}]
    with writing(base, "test", "me", keep=False) as writer:
        defer_references(writer.connection)
        insert_rows(writer.connection, table, list(full), ([row[name] for name in full] for row in rows))
        stored = writer.connection.execute(select(table).where(table.c.id > 100).order_by(table.c.id)).all()
        assert [dict(row._mapping) for row in stored] == rows


def test_more_rows_than_a_chunk_are_all_stored_and_journaled(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        rows = ((f"c {number}", f"c {number}") for number in range(12_345))
        insert_rows(writer.connection, channels, ("name", "search_key"), rows)
    assert count(base, channels) == count(base, changes) == 12_345


def test_no_rows_are_no_harm(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        insert_rows(writer.connection, channels, ("name", "search_key"), [])
    assert count(base, channels) == 0


def test_columns_left_out_take_their_defaults(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        anna = add_contact(writer)
        columns = ("contact_id", "kind", "direction", "happened_on")
        insert_rows(writer.connection, touches, columns, [(anna, "call", "in", writer.now.date())])
    with reading(base) as connection:
        row = connection.execute(select(touches)).one()
    assert (row.outcome, row.minutes, row.happened_at) == ("done", None, None)


def test_new_ids_are_given_once(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        given = [*new_ids(writer.connection, products, 3), *new_ids(writer.connection, products, 2)]
        given.append(_product(writer, "next"))
        given += new_ids(writer.connection, products, 1)
    assert given == sorted(set(given))
    assert len(given) == 7


def test_new_ids_follow_those_that_are_there(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        assert list(new_ids(writer.connection, stages, 2)) == [9, 10]


def test_rows_stored_under_new_ids_leave_the_next_one_free(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        ids = new_ids(writer.connection, channels, 3)
        insert_rows(writer.connection, channels, ("id", "name", "search_key"), ((i, f"c{i}", f"c{i}") for i in ids))
        statement = insert(channels).values(name="next", search_key="next").returning(channels.c.id)
        assert writer.connection.execute(statement).scalar_one() == max(ids) + 1


def test_an_id_is_not_used_again_when_its_row_is_gone(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        gone = add_contact(writer)
        writer.connection.execute(contacts.delete().where(contacts.c.id == gone))
        assert add_contact(writer) > gone


def test_children_may_come_before_their_parents(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        defer_references(writer.connection)
        [anna] = new_ids(writer.connection, contacts, 1)
        columns = ("contact_id", "purchased_on", "kind", "amount")
        insert_rows(writer.connection, purchases, columns, [(anna, writer.now.date(), "sale", 1)])
        add_contact(writer, id=anna)
    assert len(content(base, [purchases])["purchases"]) == 1


def _product(writer: Any, name: str) -> int:
    statement = insert(products).values(name=name, search_key=name).returning(products.c.id)
    return int(writer.connection.execute(statement).scalar_one())


def _other_names(table: Any) -> dict[str, Any]:
    """What must be different in a second row."""
    unique = {"search_key", "key", "tag", "name", "contact_a"} & set(table.columns.keys())
    return {name: 0 if name == "contact_a" else "other" for name in unique}
