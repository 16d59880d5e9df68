"""What migrating makes is what the tables say."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, select, text
from sqlalchemy.exc import IntegrityError

import crmcli
from crmcli.base.migrating import HEAD, migrations_folder
from crmcli.base.opening import Base
from crmcli.base.triggers import BOOKS, create_triggers, drop_triggers
from crmcli.base.writing import reading, writing
from crmcli.schema import JOURNALED, METADATA, current_operation, stages
from tests.base.rows import add_one_of_each
from tests.conftest import ROOT
from tests.migrations.older import revisions

_TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
}


def triggers_of(base: Base) -> list[tuple[str, str]]:
    """Name and definition of every trigger."""
    with reading(base) as connection:
        return [(row[0], row[1]) for row in connection.execute(text(_TRIGGERS[connection.dialect.name]))]


def test_a_migrated_base_has_the_tables_columns_indexes_and_keys_of_the_metadata(base: Base) -> None:
    with reading(base) as connection:
        elsewhere = {current_operation.name} if connection.dialect.name == "postgresql" else set()
        options = {
            "compare_type": True,
            "include_object": lambda _thing, name, *_: name not in elsewhere and not name.startswith("contact_search"),
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []


def test_a_migrated_base_has_the_defaults_of_the_metadata(base: Base) -> None:
    with reading(base) as connection:
        inspector = inspect(connection)
        for table in JOURNALED:
            found = {column["name"] for column in inspector.get_columns(table.name) if column["default"] is not None}
            assert found == {column.name for column in table.columns if column.server_default and not column.identity}


def test_a_migrated_base_has_the_names_of_constraints_and_whether_they_can_wait(base: Base) -> None:
    with reading(base) as connection:
        inspector = inspect(connection)
        for table in JOURNALED:
            found = {key["name"]: key["options"] for key in inspector.get_foreign_keys(table.name)}
            assert found.keys() == {key.name for key in table.foreign_key_constraints}
            if connection.dialect.name == "postgresql":  # SQLite's are deferred by a pragma
                assert all(options.get("deferrable") for options in found.values())
            assert inspector.get_pk_constraint(table.name)["constrained_columns"] == ["id"]


def test_a_migrated_base_has_the_checks_of_the_metadata(base: Base) -> None:
    expected = {
        (table.name, check.name)
        for table in METADATA.tables.values()
        for holder in (table, *table.columns)
        for check in holder.constraints
        if isinstance(check, CheckConstraint)
    }
    with reading(base) as connection:
        inspector = inspect(connection)
        found = {(table, check["name"]) for table in METADATA.tables for check in _checks(inspector, table)}
    assert found == expected
    assert len(expected) == 6


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("contacts", "kind = 'robot'"),
        ("stages", "kind = 'maybe'"),
        ("purchases", "kind = 'gift'"),
        ("purchases", "amount = -1"),
        ("touches", "direction = 'up'"),
        ("not_duplicates", "contact_a = contact_b"),
    ],
)
def test_a_migrated_base_refuses_what_the_tables_forbid(table: str, wrong: str, base: Base) -> None:
    def spoil() -> None:
        with writing(base, "test", "me") as writer:
            add_one_of_each(writer)
            writer.connection.execute(text(f"UPDATE {table} SET {wrong}"))

    with pytest.raises(IntegrityError):
        spoil()


def test_the_revision_this_program_works_with_is_the_last_one_there_is(base: Base) -> None:
    assert revisions()[-1] == HEAD
    assert all(revision.isdecimal() for revision in revisions())
    with reading(base) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD


def test_every_journaled_table_has_its_triggers_as_they_are_made_from_the_tables_now(base: Base) -> None:
    migrated = triggers_of(base)
    names = {f"journal_{table.name}_{action}" for table in JOURNALED for action in ("insert", "update", "delete")}
    names |= {f"journal_{table.name}_{action}" for table in BOOKS for action in ("update", "delete")}
    if base.engine.dialect.name == "postgresql":
        names |= {f"journal_{table.name}_truncate" for table in (*JOURNALED, *BOOKS)}
    assert {name for name, _ in migrated} == names
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        drop_triggers(connection)
        assert connection.execute(text(_TRIGGERS[connection.dialect.name])).all() == []
        create_triggers(connection)
    assert triggers_of(base) == migrated


def test_the_journal_sees_every_table_but_its_own_books() -> None:
    others = {table.name for table in METADATA.sorted_tables} - {table.name for table in JOURNALED}
    kept_ready = {"contact_rhythm", "rhythm_counts", "month_totals", "buyer_months", "fits"}
    assert others == {"operations", "changes", "current_operation"} | kept_ready


@pytest.mark.parametrize("table", JOURNALED, ids=lambda table: table.name)
def test_every_journaled_table_has_one_id_that_is_never_used_again(table: object, sqlite_base: Base) -> None:
    name = getattr(table, "name", "")
    with reading(sqlite_base) as connection:
        made = connection.execute(text("SELECT sql FROM sqlite_schema WHERE name = :name"), {"name": name})
        assert "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT" in made.scalar_one()


def test_a_new_base_has_the_stages_of_the_trade(base: Base) -> None:
    with reading(base) as connection:
        rows = connection.execute(select(stages).order_by(stages.c.position)).all()
    assert [(row.name, row.kind, row.entered_by) for row in rows] == [
        ("New lead", "open", None),
        ("Call", "open", "call"),
        ("Meeting", "open", "meeting"),
        ("Interested", "open", None),
        ("Proposal", "open", None),
        ("Contract", "open", None),
        ("Paid", "won", None),
        ("Lost", "lost", None),
    ]
    assert [(row.search_key, row.position) for row in rows] == [
        (row.name.casefold(), place) for place, row in enumerate(rows, 1)
    ]


def test_making_a_base_is_no_operation(base: Base) -> None:
    with reading(base) as connection:
        for table in ("operations", "changes"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_an_installed_program_takes_the_migrations_of_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "crmcli"
    (package / "migrations").mkdir(parents=True)
    monkeypatch.setattr(crmcli, "__file__", str(package / "__init__.py"))
    assert migrations_folder() == package / "migrations"
    (tmp_path / "migrations").mkdir()  # somebody's, who keeps his programs in one folder
    assert migrations_folder() == package / "migrations"


def test_the_checkout_takes_its_own_though_the_package_keeps_a_stale_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "crmcli" / "migrations").mkdir(parents=True)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(crmcli, "__file__", str(tmp_path / "crmcli" / "__init__.py"))
    assert migrations_folder() == tmp_path / "migrations"


def test_an_ordinary_command_imports_no_alembic(sqlite_base: Base) -> None:
    program = """
import sys
from crmcli import app
assert app.main(["contact", "add", "Anna", "--base", *sys.argv[1:]]) == 0
print([name for name in sys.modules if name.startswith(("alembic", "psycopg", "sqlalchemy.orm"))])
"""
    words = [sys.executable, "-c", program, str(sqlite_base.location)]
    said = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.splitlines()[-1] == "[]"


def _checks(inspector: Any, table: str) -> list[Any]:
    return list(inspector.get_check_constraints(table)) if inspector.has_table(table) else []
