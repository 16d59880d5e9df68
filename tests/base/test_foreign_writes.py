"""A program that is not crmcli cannot write past the journal: it is told what to do instead."""

import sqlite3

import psycopg
import pytest
from sqlalchemy import Table, delete
from sqlalchemy.exc import DBAPIError

from crmcli.base.location import PostgresLocation, SqliteLocation
from crmcli.base.opening import Base
from crmcli.base.triggers import BOOKS, REFUSAL
from crmcli.schema import JOURNALED
from tests.base.rows import add_one_of_each, content
from tests.builders import add_contact, building

WRITES = [
    "INSERT INTO channels (name, search_key) VALUES ('Web', 'web')",
    "UPDATE contacts SET city = 'Kazan'",
    "DELETE FROM contacts",
    "DELETE FROM changes",
    "DELETE FROM operations",
    "UPDATE changes SET before = NULL",
    "UPDATE operations SET undone_by = 1",
]


@pytest.mark.parametrize("statement", WRITES)
def test_the_engines_own_driver_is_refused_and_changes_nothing(base: Base, statement: str) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna")
    _refused(base, statement)
    assert "change this base with the crmcli program" in REFUSAL


@pytest.mark.parametrize("base", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", [*JOURNALED, *BOOKS], ids=lambda table: table.name)
def test_no_table_is_emptied_at_once(base: Base, table: Table) -> None:
    with building(base) as writer:
        add_one_of_each(writer)
    _refused(base, f"TRUNCATE {table.name} CASCADE")


def test_not_even_an_operation_takes_anything_out_of_the_journal(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna")
    for table in BOOKS:
        with pytest.raises(DBAPIError) as refused:
            _take_out(base, table)
        assert REFUSAL in str(refused.value)


def _take_out(base: Base, table: Table) -> None:
    with building(base) as writer:
        writer.connection.execute(delete(table).where(table.c.id == 1))


def _refused(base: Base, statement: str) -> None:
    before = content(base, [*JOURNALED, *BOOKS])
    with pytest.raises((sqlite3.Error, psycopg.Error)) as refused:
        _run(base, statement)
    assert REFUSAL in str(refused.value)
    assert content(base, [*JOURNALED, *BOOKS]) == before


def _run(base: Base, statement: str) -> None:
    if isinstance(base.location, SqliteLocation):
        connection = sqlite3.connect(base.location.path)
        try:
            connection.execute(statement)
        finally:
            connection.close()
        return
    assert isinstance(base.location, PostgresLocation)
    with psycopg.connect(base.location.url) as server:
        server.execute(f"SET search_path = {base.location.schema}")
        server.execute(statement)
