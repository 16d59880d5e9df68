"""Opening a base, and refusing what is none."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from crmcli.base.location import Location, PostgresLocation, SqliteLocation, read_location
from crmcli.base.migrating import HEAD
from crmcli.base.opening import Base, open_base, open_or_create
from crmcli.base.sqlite import APPLICATION_ID
from crmcli.base.writing import writing
from crmcli.schema import contacts, stages
from tests.base.processes import in_processes
from tests.base.rows import add_contact, count
from tests.conftest import Run, location_text

NEWER = "UPDATE alembic_version SET version_num = '9999'"


_OF_ANOTHER_PROGRAM = """
CREATE TABLE shop.alembic_version (version_num text);
INSERT INTO shop.alembic_version VALUES ('ab12cd');
CREATE TABLE shop.operations (id int);
CREATE TABLE shop.changes (id int);
"""


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder: its bytes and when it was written."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


def test_the_first_write_makes_the_file(tmp_path: Path, program: Run) -> None:
    path = tmp_path / "new.db"
    assert open_base(SqliteLocation(path)) is None
    assert not path.exists()
    assert program("contact", "add", "Anna", "--base", path).code == 0
    made = open_base(SqliteLocation(path))
    assert made is not None
    assert count(made, contacts) == 1


def test_reading_makes_no_file(tmp_path: Path, program: Run) -> None:
    ran = program("contact", "list", "--base", tmp_path / "new.db")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "there is no base" in ran.err
    assert list(tmp_path.glob("*.db*")) == []


def test_a_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        base = open_or_create(SqliteLocation(tmp_path / "new.db"))
        with writing(base, "test", "me"):
            assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {
                "new.db": "0o600",
                "new.db-wal": "0o600",
                "new.db-shm": "0o600",
            }
    finally:
        os.umask(umask)


def test_an_empty_file_becomes_a_base(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    assert open_base(SqliteLocation(path)) is None
    assert count(open_or_create(SqliteLocation(path)), stages) == 8


def test_a_file_carries_our_mark_and_every_connection_its_safeguards(sqlite_base: Base) -> None:
    expected = {
        "application_id": APPLICATION_ID,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }
    with sqlite_base.engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
    assert found == expected


def test_any_tool_reads_the_file(sqlite_base: Base) -> None:
    with sqlite3.connect(str(sqlite_base.location)) as connection:
        assert connection.execute("SELECT count(*) FROM stages").fetchone() == (8,)
    connection.close()


def test_a_folder_is_refused(tmp_path: Path, program: Run) -> None:
    ran = program("contact", "add", "Anna", "--base", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "is a folder" in ran.err


def test_a_device_is_refused(program: Run) -> None:
    assert "is no file" in program("contact", "add", "Anna", "--base", "/dev/null").err


def test_a_folder_that_is_missing_is_named(tmp_path: Path, program: Run) -> None:
    ran = program("contact", "add", "Anna", "--base", tmp_path / "none" / "a.db")
    assert ran.code == 1
    assert f"the folder {tmp_path / 'none'} does not exist" in ran.err


def _sqlite_file_of_others(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE contacts (id)")
    connection.close()


def _sqlite_file_of_others_in_use(path: Path) -> None:
    """Closed by nobody: what is in its log is not in the file yet, and whoever opens it would move it there."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE contacts (id)")
        log, index = (path.with_name(path.name + end).read_bytes() for end in ("-wal", "-shm"))
    connection.close()
    path.with_name(path.name + "-wal").write_bytes(log)
    path.with_name(path.name + "-shm").write_bytes(index)


def _marked_file_without_our_tables(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("CREATE TABLE notes (id)")
    connection.close()


def _text_file(path: Path) -> None:
    path.write_text("name;phone\nАнна;+7 912 345-67-89\n" * 100, "utf-8")


def _encrypted_file(path: Path) -> None:
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(path))
    connection.execute("PRAGMA key = 'secret'")
    connection.execute("CREATE TABLE contacts (id)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (_sqlite_file_of_others, "something else than a crmcli base"),
        (_sqlite_file_of_others_in_use, "something else than a crmcli base"),
        (_marked_file_without_our_tables, "something else than a crmcli base"),
        (_text_file, "something else than a crmcli base"),
        (_encrypted_file, "no crmcli base (or is encrypted)"),
    ],
)
@pytest.mark.parametrize("words", [("contact", "add", "Anna"), ("contact", "list")])
def test_a_file_of_others_is_refused_untouched(
    make: Callable[[Path], None], why: str, words: tuple[str, ...], tmp_path: Path, program: Run
) -> None:
    path = tmp_path / "theirs.db"
    make(path)
    before = state_of(tmp_path)
    ran = program(*words, "--base", path)
    assert (ran.code, ran.out) == (1, "")
    assert why in ran.err
    assert "--base" in ran.err
    assert state_of(tmp_path) == before


@pytest.mark.parametrize("words", [("contact", "add", "Anna"), ("contact", "list")])
def test_a_newer_file_is_refused_untouched_with_what_to_do(
    words: tuple[str, ...], sqlite_base: Base, tmp_path: Path, program: Run
) -> None:
    path = Path(str(sqlite_base.location))
    with sqlite3.connect(path) as connection:
        connection.execute(NEWER)
    connection.close()
    before = state_of(tmp_path)
    ran = program(*words, "--base", path)
    assert (ran.code, ran.out) == (1, "")
    assert "made by a newer crmcli (revision 9999" in ran.err
    assert "pip install --upgrade crmcli" in ran.err
    assert state_of(tmp_path) == before


def test_a_newer_schema_is_refused_with_what_to_do(postgres_base: Base, program: Run) -> None:
    with postgres_base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.exec_driver_sql(NEWER)
    ran = program("contact", "add", "Anna", "--base", location_text(postgres_base))
    assert ran.code == 1
    assert "made by a newer crmcli (revision 9999" in ran.err
    assert count(postgres_base, contacts) == 0


@pytest.mark.parametrize(
    "made",
    [
        "CREATE TABLE shop.notes (id int)",
        "CREATE VIEW shop.notes AS SELECT 1 AS id",
        "CREATE TABLE shop.alembic_version (version_num text); INSERT INTO shop.alembic_version VALUES ('0001')",
        _OF_ANOTHER_PROGRAM,
    ],
)
def test_a_schema_of_others_is_refused(made: str, postgres_base: Base, program: Run) -> None:
    location = _in_schema(postgres_base, "shop")
    with psycopg.connect(location.url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA shop; {made}")
        for words in (("contact", "add", "Anna"), ("contact", "list")):
            ran = program(*words, "--base", f"{location.url}&schema=shop")
            assert ran.code == 1
            assert "something else than a crmcli base" in ran.err
        tables = "SELECT relname FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relname = 'contacts'"
        assert connection.execute(tables).fetchall() == []


@pytest.mark.parametrize("schema", ["shop", "user", "default", "select", "public"])
def test_each_schema_is_a_base_of_its_own_whatever_word_names_it(schema: str, postgres_base: Base) -> None:
    other = open_or_create(_in_schema(postgres_base, schema))
    with writing(other, "test", "me") as writer:
        add_contact(writer)
    assert (count(other, contacts), count(postgres_base, contacts)) == (1, 0)


def test_a_user_who_may_not_make_schemas_uses_the_one_he_was_given(postgres_base: Base, worker_id: str) -> None:
    role, location = f"clerk_{worker_id}", _in_schema(postgres_base, "given")
    with psycopg.connect(location.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN; CREATE SCHEMA given AUTHORIZATION {role}")
    base = open_or_create(PostgresLocation(location.url.replace("postgres@", f"{role}@"), "given"))
    with writing(base, "test", "me") as writer:
        add_contact(writer)
    assert count(base, contacts) == 1
    with psycopg.connect(location.url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_what_a_server_forbids_is_told_in_one_line(postgres_base: Base, program: Run, worker_id: str) -> None:
    role, location = f"guest_{worker_id}", _in_schema(postgres_base, "theirs")
    with psycopg.connect(location.url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN; CREATE SCHEMA theirs")
        url = location.url.replace("postgres@", f"{role}@")
        for schema in ("theirs", "another"):
            ran = program("contact", "add", "Anna", "--base", f"{url}&schema={schema}")
            assert (ran.code, ran.err) == (4, "crmcli: the server does not allow this to you\n")
        connection.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize("url", ["postgresql://u@127.0.0.1:1/d", "postgresql:///d?host=/nowhere"])
def test_a_server_that_does_not_answer_is_told_in_one_line(url: str, program: Run) -> None:
    ran = program("contact", "list", "--base", url)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "the server cannot be reached" in ran.err


def test_a_database_that_is_missing_is_told_in_one_line(postgres_base: Base, program: Run) -> None:
    url = location_text(postgres_base).replace("/test_", "/none_")
    ran = program("contact", "list", "--base", url)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "does not exist" in ran.err


def test_two_processes_make_one_file_at_once(tmp_path: Path) -> None:
    _made_by_two(SqliteLocation(tmp_path / "new.db"))


def test_two_processes_make_one_schema_at_once(postgres_base: Base) -> None:
    _made_by_two(_in_schema(postgres_base, "fresh"))


def _made_by_two(location: Location) -> None:
    url = f"{location.url}&schema={location.schema}" if isinstance(location, PostgresLocation) else str(location)
    in_processes(
        """
        from crmcli.base.location import read_location
        from crmcli.base.opening import open_or_create
        from crmcli.base.writing import writing
        from tests.base.rows import add_contact
        start()
        with writing(open_or_create(read_location(words[0])), "test", "me") as writer:
            add_contact(writer)
        """,
        [[url], [url]],
    )
    base = open_base(location)
    assert base is not None
    assert (count(base, contacts), count(base, stages)) == (2, 8)
    with base.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD


def _in_schema(base: Base, schema: str) -> PostgresLocation:
    location = read_location(f"{location_text(base).rpartition('&')[0]}&schema={schema}")
    assert isinstance(location, PostgresLocation)
    return location


@pytest.mark.parametrize("words", [("contact", "add", "Anna"), ("contact", "list")])
def test_an_emptied_base_that_has_backups_is_not_taken_for_a_new_one(
    words: tuple[str, ...], sqlite_base: Base, program: Run
) -> None:
    path = Path(str(sqlite_base.location))
    assert program("backup", "create", "--base", path).code == 0
    (backup,) = (path.parent / "base-backups").iterdir()
    path.write_bytes(b"")
    ran = program(*words, "--base", path)
    told = f"crmcli: {path} is empty, but there are backups of it: crmcli backup restore {backup}\n"
    assert (ran.code, ran.err, path.read_bytes()) == (1, told, b"")
    assert program("backup", "restore", backup, "--base", path, "--yes").code == 0
    assert program(*words, "--base", path).code == 0


def test_a_new_base_in_the_place_of_one_that_has_backups_is_told(sqlite_base: Base, program: Run) -> None:
    path = Path(str(sqlite_base.location))
    assert program("backup", "create", "--base", path).code == 0
    (backup,) = (path.parent / "base-backups").iterdir()
    path.unlink()
    ran = program("doctor", "--base", path)
    assert ran.err == f"crmcli: there is no base at {path}: crmcli backup restore {backup} brings it back\n"
    ran = program("contact", "add", "Anna", "--base", path)
    told = f"crmcli: {path} is new; an older base of that name comes back by: crmcli backup restore {backup}\n"
    assert (ran.code, ran.err) == (0, told)
    assert program("contact", "add", "Boris", "--base", path).err == ""
