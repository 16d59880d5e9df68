"""A base of an older revision is brought up to this program with all that is in it."""

import pytest
from sqlalchemy import select, text

from crmcli.actions.undo import undo
from crmcli.base.migrating import HEAD
from crmcli.base.opening import Base, open_or_create
from crmcli.base.writing import reading, writing
from crmcli.errors import CrmError
from crmcli.questions.operations import last_operations
from crmcli.schema import contacts, operations
from tests.migrations.older import content, make_older
from tests.migrations.test_migrations import triggers_of


@pytest.fixture
def old(base: Base) -> Base:
    """A base of the first revision with a little in it, not opened yet."""
    make_older(base, "0001")
    return base


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
    make_older(base, "0001", filled=False)
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
