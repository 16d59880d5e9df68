"""A base that is not built as the tables say is found, on both engines."""

import pytest
from sqlalchemy import text

from crmcli.base.opening import Base
from crmcli.base.writing import reading
from tests.base.checks.conftest import Examined
from tests.base.spoiling import spoil, spoil_triggers
from tests.commands.conftest import on_sqlite
from tests.conftest import Run


def on(base: Base, sqlite: str, postgres: str) -> str:
    return sqlite if base.engine.dialect.name == "sqlite" else postgres


@pytest.mark.parametrize("revision", ["9999", "0000"])
def test_another_revision_is_told_with_what_to_do(revision: str, shop: Base, examined: Examined) -> None:
    spoil(shop, f"UPDATE alembic_version SET version_num = '{revision}'")
    found = examined()
    assert list(found) == ["revision"]
    state, fix = ("fail", "pip install --upgrade crmcli") if revision == "9999" else ("warn", "crmcli config list")
    assert (found["revision"]["state"], found["revision"]["fix"]) == (state, fix)
    assert "not checked" in found["revision"]["found"]


def test_a_trigger_that_is_missing_fails_and_is_made_anew(shop: Base, examined: Examined) -> None:
    spoil_triggers(shop, f"DROP TRIGGER journal_channels_insert{on(shop, '', ' ON channels')}")
    found = examined()
    assert list(found) == ["triggers"]
    assert found["triggers"]["found"] == "journal_channels_insert: missing or changed"
    assert examined("--fix") == {}


def test_a_trigger_that_was_changed_fails_and_is_made_anew(shop: Base, examined: Examined) -> None:
    silent = "CREATE TRIGGER journal_channels_delete AFTER DELETE ON channels BEGIN SELECT 1; END"
    off = "ALTER TABLE channels DISABLE TRIGGER journal_channels_delete"
    spoil_triggers(shop, *on(shop, f"DROP TRIGGER journal_channels_delete|{silent}", off).split("|"))
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"triggers": "fail"}
    assert "journal_channels_delete: missing or changed" in found["triggers"]["found"]
    assert examined("--fix") == {}


@pytest.mark.parametrize("base", ["postgres"], indirect=True)
def test_a_function_that_keeps_no_journal_fails_and_is_made_anew(shop: Base, examined: Examined) -> None:
    spoil_triggers(
        shop, "CREATE OR REPLACE FUNCTION journal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    )
    assert examined()["triggers"]["found"] == "function journal: missing or changed"
    assert examined("--fix") == {}


def test_a_trigger_of_somebody_else_is_told(shop: Base, examined: Examined) -> None:
    body = on(shop, "BEGIN SELECT 1; END", "FOR EACH STATEMENT EXECUTE FUNCTION journal()")
    spoil_triggers(shop, f"CREATE TRIGGER mine AFTER DELETE ON operations {body}")
    found = examined()
    assert list(found) == ["triggers"]
    told = "mine: made by somebody else; it runs whenever operations change"
    on_server = ("warn", told, """psql -c 'DROP TRIGGER "mine" ON "crmcli".operations'""")
    expected = ("fail", told, "crmcli doctor --fix") if shop.engine.dialect.name == "sqlite" else on_server
    assert tuple(found["triggers"].values()) == expected
    if shop.engine.dialect.name == "sqlite":
        assert examined("--fix") == {}


@on_sqlite
def test_a_trigger_on_a_table_of_somebody_else_is_his(shop: Base, examined: Examined) -> None:
    spoil_triggers(
        shop, "CREATE TABLE notes (id)", "CREATE TRIGGER mine AFTER INSERT ON notes BEGIN DELETE FROM notes; END"
    )
    assert list(examined()) == ["tables"]
    assert list(examined("--fix")) == ["tables"]


def test_an_index_that_is_missing_fails_and_is_made_anew(shop: Base, examined: Examined) -> None:
    spoil(shop, "DROP INDEX ix_contact_rhythm_due_on")
    found = examined()
    assert list(found) == ["tables"]
    assert found["tables"]["found"] == "index ix_contact_rhythm_due_on of contact_rhythm is missing"
    assert examined("--fix") == {}


@pytest.mark.parametrize(
    ("change", "state", "told"),
    [
        ("ALTER TABLE operations DROP COLUMN actor", "fail", "column actor of operations is missing"),
        ("ALTER TABLE operations ADD COLUMN more text", "warn", "column more of operations was made by somebody else"),
        ("CREATE TABLE notes (id int)", "warn", "table notes was made by somebody else"),
        ("CREATE INDEX mine ON operations (actor)", "warn", "index mine of operations was made by somebody else"),
        ("DROP TABLE not_duplicates", "fail", "table not_duplicates is missing"),
    ],
)
def test_tables_that_differ_are_told(change: str, state: str, told: str, shop: Base, examined: Examined) -> None:
    spoil_triggers(shop, change)
    found = examined()
    assert (found["tables"]["state"], told in found["tables"]["found"]) == (state, True), found
    if state == "warn":
        assert list(found) == ["tables"]


def test_nothing_is_mended_where_tables_are_missing(shop: Base, crm: Run) -> None:
    spoil_triggers(shop, "DROP TABLE not_duplicates", "DELETE FROM contact_rhythm")
    ran = crm("doctor", "--fix")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "nothing was mended" in ran.err
    with reading(shop) as connection:
        assert connection.execute(text("SELECT count(*) FROM contact_rhythm")).scalar_one() == 0
