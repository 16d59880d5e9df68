"""A new base on a server is there with its first operation, or not at all."""

from contextlib import ExitStack

import psycopg
import pytest

from crmcli.base.location import PostgresLocation
from crmcli.base.opening import Base, open_base, open_or_create, opened_to_write
from crmcli.base.writing import writing
from crmcli.errors import CrmError
from crmcli.schema import contacts
from tests.base.rows import add_contact, count
from tests.conftest import Run

FAILING = [
    ("contact add Anna --owner Nobody", 1),
    ("contact add Anna --as Nobody", 1),
    ("contact edit 1 --city Kazan", 1),
    ("undo --yes", 1),
    ("import nowhere.csv --yes", 1),
    ("config set country Nowhere", 2),
]


@pytest.fixture
def shop(postgres_base: Base) -> PostgresLocation:
    """A schema that is not there, beside a base of others."""
    assert isinstance(postgres_base.location, PostgresLocation)
    return PostgresLocation(postgres_base.location.url, "shop")


def given(shop: PostgresLocation) -> None:
    """The schema is there, made by somebody who may."""
    with psycopg.connect(shop.url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA shop")


def things_in(shop: PostgresLocation) -> list[str] | None:
    """The tables, indexes and functions of the schema; None where it is not there."""
    here = "(SELECT oid FROM pg_namespace WHERE nspname = 'shop')"
    names = f"SELECT relname FROM pg_class WHERE relnamespace = {here} UNION SELECT proname FROM pg_proc"
    with psycopg.connect(shop.url) as connection:
        found = [row[0] for row in connection.execute(f"{names} WHERE pronamespace = {here}".encode())]
        is_there = connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'shop'").fetchone()
    return found if is_there else None


@pytest.mark.parametrize(("words", "code"), FAILING)
def test_a_first_command_that_fails_leaves_no_schema(
    words: str, code: int, shop: PostgresLocation, program: Run
) -> None:
    ran = program(*words.split(), "--base", f"{shop.url}&schema=shop")
    assert (ran.code, ran.err.count("\n")) == (code, 1)
    assert things_in(shop) is None


def test_a_first_command_that_fails_leaves_a_schema_that_was_given_as_it_was(
    shop: PostgresLocation, program: Run
) -> None:
    given(shop)
    for words, code in FAILING:
        assert program(*words.split(), "--base", f"{shop.url}&schema=shop").code == code
        assert things_in(shop) == []
    assert program("contact", "add", "Anna", "--base", f"{shop.url}&schema=shop").code == 0


@pytest.mark.parametrize("is_given", [False, True])
def test_what_others_have_stored_meanwhile_stays(is_given: bool, shop: PostgresLocation) -> None:
    if is_given:
        given(shop)

    def failing() -> None:
        with opened_to_write(shop):
            with writing(open_or_create(shop), "test", "another") as writer:
                add_contact(writer)
            raise CrmError("ours failed")

    with pytest.raises(CrmError, match="ours failed"):
        failing()
    assert count(open_or_create(shop), contacts) == 1


def test_a_new_base_that_another_is_just_writing_to_stays(shop: PostgresLocation) -> None:
    def failing(theirs: ExitStack) -> None:
        with opened_to_write(shop):
            add_contact(theirs.enter_context(writing(open_or_create(shop), "test", "another")))
            raise CrmError("ours failed")

    with ExitStack() as theirs, pytest.raises(CrmError, match="ours failed"):
        failing(theirs)
    assert count(open_or_create(shop), contacts) == 1


def test_what_was_interrupted_leaves_no_schema_either(shop: PostgresLocation) -> None:
    def stopped() -> None:
        with opened_to_write(shop) as base, writing(base, "test", "me"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert things_in(shop) is None
    assert open_base(shop) is None


def test_what_failed_is_told_though_the_server_is_gone(shop: PostgresLocation) -> None:
    def failing() -> None:
        with opened_to_write(shop):
            with psycopg.connect(shop.url, autocommit=True) as connection:
                connection.execute("ALTER SCHEMA shop RENAME TO moved")
            raise CrmError("ours failed")

    with pytest.raises(CrmError, match="ours failed"):
        failing()
