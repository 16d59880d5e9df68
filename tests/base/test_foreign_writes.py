"""A program that is not crmcli cannot write past the journal: it is told what to do instead."""

import sqlite3

import psycopg
import pytest

from crmcli.base.location import PostgresLocation, SqliteLocation
from crmcli.base.opening import Base
from crmcli.base.triggers import REFUSAL
from tests.base.rows import content
from tests.builders import add_contact, building

WRITES = (
    "INSERT INTO channels (name, search_key) VALUES ('Web', 'web')",
    "UPDATE contacts SET city = 'Kazan'",
    "DELETE FROM contacts",
)


@pytest.mark.parametrize("statement", WRITES)
def test_the_engines_own_driver_is_refused_and_changes_nothing(base: Base, statement: str) -> None:
    with building(base) as writer:
        add_contact(writer, "Anna")
    before = content(base)
    with pytest.raises((sqlite3.Error, psycopg.Error)) as refused:
        _run(base, statement)
    assert REFUSAL in str(refused.value)
    assert "change this base with the crmcli program" in REFUSAL
    assert content(base) == before


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
