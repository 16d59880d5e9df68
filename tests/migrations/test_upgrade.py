"""A base of an older revision is brought up to this program with all that is in it."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert, select, text

from crmcli.actions.undo import undo
from crmcli.base.location import SqliteLocation
from crmcli.base.migrating import HEAD, migrations_folder
from crmcli.base.opening import Base, open_or_create
from crmcli.base.sqlite import prepare_file
from crmcli.base.writing import reading, writing
from crmcli.errors import CrmError
from crmcli.questions.operations import last_operations
from crmcli.schema import contacts, operations
from tests.migrations.test_migrations import triggers_of

THEN = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - the base keeps UTC without a mark
ANNA = {"id": 7, "kind": "person", "name": "Anna", "search_key": "anna", "extra": {"size": "XL"}, "created_at": THEN}
ROWS: dict[str, list[dict[str, Any]]] = {
    "employees": [{"id": 1, "name": "Olga", "search_key": "olga"}],
    "contacts": [{**ANNA, "owner_id": 1, "birthday": date(1990, 2, 3), "archived_at": THEN}],
    "contact_points": [{"id": 3, "contact_id": 7, "kind": "phone", "value": "+79160000001", "raw": "1", "position": 1}],
    "purchases": [{"id": 9, "contact_id": 7, "purchased_on": date(2026, 1, 2), "kind": "sale", "amount": 100}],
    "operations": [{"at": THEN, "actor": "Olga", "command": "contact edit", "summary": "changed contact 7"}],
    "changes": [
        {"operation_id": 1, "table_name": "contacts", "row_id": 7, "action": "update",
         "before": json.dumps({"id": 7, "kind": "person", "name": "Ann", "search_key": "ann"})}
    ],
}  # fmt: skip


@pytest.fixture
def old(base: Base) -> Base:
    """A base of the first revision with a little in it, not opened yet."""
    _empty(base)
    with base.engine.connect().execution_options(crm_write=True) as connection:
        if isinstance(base.location, SqliteLocation):
            prepare_file(connection)
        with connection.begin():
            _migrate_to_first(connection)
            tables = MetaData()
            tables.reflect(connection)
            for name, rows in ROWS.items():
                for row in rows:
                    connection.execute(insert(tables.tables[name]).values(row))
    return base


def _empty(base: Base) -> None:
    if isinstance(base.location, SqliteLocation):
        base.location.path.unlink()
        base.location.path.touch(0o600)
        return
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text("DROP SCHEMA crmcli CASCADE"))
        connection.execute(text("CREATE SCHEMA crmcli"))


def _migrate_to_first(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")


def content(base: Base) -> dict[str, list[dict[str, Any]]]:
    """The columns of ROWS of the tables of ROWS."""
    tables = MetaData()
    with reading(base) as connection:
        tables.reflect(connection)
        return {
            name: [
                {key: row[key] for key in rows[0]}
                for row in connection.execute(select(tables.tables[name]).order_by(text("id"))).mappings()
            ]
            for name, rows in ROWS.items()
        }


def test_an_older_base_is_upgraded_with_everything_in_it(old: Base, request: pytest.FixtureRequest) -> None:
    before = content(old)
    upgraded = open_or_create(old.location)
    after = content(upgraded)
    note = after["operations"].pop()
    assert after == before
    assert (note["actor"], note["command"]) == ("crmcli", "upgrade")
    assert note["summary"] == f"upgraded the base from 0001 to {HEAD}"
    with reading(upgraded) as connection:
        row = connection.execute(select(contacts)).one()
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD
    assert (row.name, row.deleted_at, row.deleted_reason, row.purged_at) == ("Anna", None, None, None)


def test_an_upgraded_base_has_the_triggers_of_a_new_one(base: Base) -> None:
    new = triggers_of(base)
    _empty(base)
    with base.engine.connect().execution_options(crm_write=True) as connection:
        if isinstance(base.location, SqliteLocation):
            prepare_file(connection)
        with connection.begin():
            _migrate_to_first(connection)
    assert triggers_of(open_or_create(base.location)) == new


def test_what_is_older_than_an_upgrade_is_not_taken_back_and_what_is_younger_is(old: Base) -> None:
    upgraded = open_or_create(old.location)
    for number in (1, 2):
        with (
            pytest.raises(CrmError, match=f"{number} cannot be taken back: the base was upgraded"),
            writing(upgraded, "undo", "me") as writer,
        ):
            undo(writer, number)
    with reading(upgraded) as connection:
        assert connection.execute(last_operations(1)).first() is None
    with writing(upgraded, "test", "me") as writer:
        writer.connection.execute(contacts.update().values(city="Kazan"))
        later = writer.operation_id
    with reading(upgraded) as connection:
        assert connection.execute(last_operations(1)).one().id == later
    with writing(upgraded, "undo", "me") as writer:
        undo(writer, later)
    with reading(upgraded) as connection:
        assert connection.execute(select(contacts.c.city)).scalar_one() is None


def test_a_base_is_upgraded_once(old: Base) -> None:
    for _ in range(2):
        upgraded = open_or_create(old.location)
    with reading(upgraded) as connection:
        assert len(connection.execute(select(operations.c.id)).all()) == 2
