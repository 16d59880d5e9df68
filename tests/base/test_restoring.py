"""Bringing a backup back: the base is then what it was, and the one that stood there is kept."""

import os
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crmcli.base import patience, swapping
from crmcli.base.backup import Backup, automatic_backup, backup_folder, backups_in, create_backup
from crmcli.base.digest import content_of
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.migrating import HEAD
from crmcli.base.opening import Base, open_base
from crmcli.base.restoring import restore
from crmcli.base.sqlite_copy import reading_copy
from crmcli.base.writing import reading, writing
from crmcli.errors import Busy, CrmError
from crmcli.schema import contacts
from tests.base.processes import in_processes
from tests.base.rows import add_contact, add_one_of_each, count
from tests.conftest import location_text

NOW = datetime.fromisoformat("2026-11-22T01:57:21")
LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("postgres_programs")
on_sqlite = pytest.mark.parametrize("base", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("base", ["postgres"], indirect=True)


@pytest.fixture
def backup(base: Base, tmp_path: Path) -> Backup:
    """A backup of the base, to which a contact was added since."""
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
    (tmp_path / "copies").mkdir()
    made = create_backup(base, tmp_path / "copies", NOW)
    with writing(base, "test", "me") as writer:
        add_contact(writer, "Later")
    return made


def digest_at(location: Location) -> str:
    """The digest of what the next command finds there."""
    base = open_base(location)
    assert base
    with reading(base) as connection:
        return content_of(connection).digest


def path_of(base: Base) -> Path:
    return Path(str(base.location))


def test_a_restored_base_is_what_the_manifest_says_and_can_be_written_to(base: Base, backup: Backup) -> None:
    assert digest_at(base.location) != backup.manifest.digest
    restore(base.location, backup.path, LATER)
    assert digest_at(base.location) == backup.manifest.digest
    known = count(base, contacts)
    with writing(base, "test", "me") as writer:
        assert add_contact(writer) == known + 1
    assert count(base, contacts) == known + 1


def test_a_restored_base_keeps_its_journal_and_refuses_others(base: Base, backup: Backup) -> None:
    restore(base.location, backup.path, LATER)
    with (
        pytest.raises(Exception, match="outside an operation"),
        base.engine.connect().execution_options(crm_write=True) as connection,
        connection.begin(),
    ):
        connection.execute(text("UPDATE contacts SET name = 'x'"))


def test_the_way_back_is_a_backup_like_any_other(base: Base, backup: Backup) -> None:
    present = digest_at(base.location)
    done = restore(base.location, backup.path, LATER)
    assert done.saved
    assert (done.saved.manifest.why, done.saved.manifest.digest) == ("restore", present)
    restore(base.location, done.saved.path, LATER)
    assert digest_at(base.location) == present


@on_sqlite
def test_the_former_file_is_kept_beside_whole(base: Base, backup: Backup) -> None:
    present, path = digest_at(base.location), path_of(base)
    done = restore(base.location, backup.path, LATER)
    assert done.former == str(path.with_name("base-before-restore-20261122T025721Z.db"))
    with reading_copy(Path(done.former)) as connection:
        assert content_of(connection).digest == present
    assert {one.name for one in path.parent.glob("base*")} == {"base.db", Path(done.former).name, "base-backups"}
    again = restore(base.location, backup.path, LATER)
    assert again.former == str(path.with_name("base-before-restore-20261122T025721Z-2.db"))


@on_postgres
def test_the_former_schema_is_kept_beside_whole(base: Base, backup: Backup) -> None:
    present = digest_at(base.location)
    done = restore(base.location, backup.path, LATER)
    assert done.former == "crmcli_before_restore_20261122025721"
    assert isinstance(base.location, PostgresLocation)
    assert digest_at(PostgresLocation(base.location.url, done.former)) == present


@on_sqlite
def test_a_restored_file_is_a_base_as_any_other(base: Base, backup: Backup) -> None:
    umask = os.umask(0)
    try:
        restore(base.location, backup.path, LATER)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path_of(base).stat().st_mode) == 0o600
    with base.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@on_sqlite
def test_what_is_still_in_the_log_goes_with_the_former_file(base: Base, backup: Backup) -> None:
    with base.engine.connect() as reader:
        with writing(base, "test", "me") as writer:
            add_contact(writer, "In the log")
        names = {one.name: one.read_bytes() for one in path_of(base).parent.glob("base.db*")}
        reader.close()
    for name, content in names.items():  # as a power cut leaves them
        path_of(base).with_name(name).write_bytes(content)
    assert len(names["base.db-wal"]) > 0
    done = restore(base.location, backup.path, LATER)
    assert digest_at(base.location) == backup.manifest.digest
    with reading_copy(Path(done.former or "")) as connection:
        assert connection.execute(text("SELECT count(*) FROM contacts WHERE name = 'In the log'")).scalar() == 1


def _gone(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50_000])


def _header_gone(path: Path) -> None:
    path.write_bytes(bytes(100) + path.read_bytes()[100:])


def _noise_within(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\x55" * 100_000 + whole[108_192:])


def _gone_but_for_its_log(path: Path) -> None:
    path.unlink()
    path.with_name("base.db-wal").write_bytes(b"x" * 5_000)
    path.with_name("base.db-shm").write_bytes(b"x" * 32_768)


def _damaged_beside_its_log(path: Path) -> None:
    _header_gone(path)
    path.with_name("base.db-wal").write_bytes(b"x" * 5_000)
    path.with_name("base.db-journal").write_bytes(b"x" * 5_000)


@on_sqlite
@pytest.mark.parametrize(
    "damage",
    [_gone, _empty, _cut, _header_gone, _noise_within, _gone_but_for_its_log, _damaged_beside_its_log],
)
def test_a_base_that_is_lost_or_damaged_comes_back(damage: Callable[[Path], None], base: Base, backup: Backup) -> None:
    path = path_of(base)
    damage(path)
    left = {one.read_bytes() for one in path.parent.glob("base.db*")}
    done = restore(base.location, backup.path, LATER)
    assert done.saved is None
    assert digest_at(base.location) == backup.manifest.digest
    kept = {one.read_bytes() for one in path.parent.glob("base-before-restore-*")}
    assert left <= kept
    assert (done.former is None) == (damage in {_gone, _gone_but_for_its_log})


@on_postgres
def test_a_schema_that_is_lost_comes_back(base: Base, backup: Backup) -> None:
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text("DROP SCHEMA crmcli CASCADE"))
    done = restore(base.location, backup.path, LATER)
    assert (done.former, done.saved) == (None, None)
    assert digest_at(base.location) == backup.manifest.digest


@on_sqlite
def test_a_backup_makes_a_base_in_a_new_place(base: Base, backup: Backup, tmp_path: Path) -> None:
    there = SqliteLocation(tmp_path / "новая база %20.db")
    restore(there, backup.path, LATER)
    assert digest_at(there) == backup.manifest.digest


def test_a_base_in_use_is_busy_and_left_alone(base: Base, backup: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.3)
    present = digest_at(base.location)
    with pytest.raises(Busy), writing(base, "test", "another", keep=False):
        restore(base.location, backup.path, LATER)
    assert digest_at(base.location) == present
    with base.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    restore(base.location, backup.path, LATER)
    assert digest_at(base.location) == backup.manifest.digest


@on_sqlite
def test_whoever_waits_for_the_base_meanwhile_writes_to_neither_or_to_the_new_one(base: Base, backup: Backup) -> None:
    writing_one = """
        from crmcli.base.location import read_location
        from crmcli.base.opening import open_base
        from crmcli.base.writing import writing
        from tests.base.rows import add_contact
        base = open_base(read_location(words[0]))
        start()
        stored = 0
        for number in range(60):
            try:
                with writing(base, "test", "me") as writer:
                    add_contact(writer, f"Mine {number}")
            except Exception as error:
                assert "readonly" in str(error) or "read-only" in str(error), error
            else:
                stored += 1
        print(stored)
        """
    restoring = f"""
        from datetime import datetime
        from pathlib import Path
        from crmcli.base.location import read_location
        from crmcli.base.restoring import restore
        start()
        print(restore(read_location(words[0]), Path({str(backup.path)!r}), datetime.fromisoformat("2026-11-22")).former)
        """
    program = f"if words[1] == 'restore':\n{_indented(restoring)}\nelse:\n{_indented(writing_one)}"
    place = location_text(base)
    stored, former = in_processes(program, [[place, "write"], [place, "restore"]])
    mine = text("SELECT count(*) FROM contacts WHERE name LIKE 'Mine %'")
    with reading(base) as connection:
        after = connection.execute(mine).scalar_one()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    with reading_copy(Path(former.strip())) as connection:
        before = connection.execute(mine).scalar_one()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert before + after == int(stored)


def _indented(program: str) -> str:
    from textwrap import dedent, indent

    return indent(dedent(program), "    ")


@on_sqlite
def test_the_second_name_that_a_killed_run_gave_the_base_is_taken_from_it(base: Base, backup: Backup) -> None:
    path = path_of(base)
    twin = path.with_name("base-before-restore-20261122T000000Z.db")
    os.link(path, twin)
    real = path.with_name("base-before-restore-20261121T000000Z.db")
    real.write_bytes(b"a former base")
    restore(base.location, backup.path, LATER)
    assert not twin.exists()
    assert real.read_bytes() == b"a former base"


@on_sqlite
def test_what_fails_at_the_last_moment_leaves_the_base_as_it_was(
    base: Base, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    present, path = digest_at(base.location), path_of(base)
    monkeypatch.setattr(swapping, "link_new", fail)
    with pytest.raises(CrmError, match="no room left"):
        restore(base.location, backup.path, LATER)
    assert digest_at(base.location) == present
    with base.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert {one.name for one in path.parent.glob("*.db*")} == {"base.db"}
    assert list(path.parent.glob(".*.part")) == []


@on_sqlite
def test_a_link_a_folder_and_a_file_of_others_are_not_replaced(base: Base, backup: Backup, tmp_path: Path) -> None:
    import sqlite3

    link = tmp_path / "link.db"
    link.symlink_to(path_of(base))
    theirs = tmp_path / "theirs.db"
    with sqlite3.connect(theirs) as connection:
        connection.execute("CREATE TABLE notes (id)")
    connection.close()
    before = theirs.read_bytes()
    letter = tmp_path / "letter.db"
    letter.write_text("Dear Anna,\n" * 1024)
    for place, why in (
        (letter, "something else"),
        (link, "is a link"),
        (tmp_path, "is a folder"),
        (theirs, "something else"),
        (tmp_path / "none" / "a.db", "does not exist"),
    ):
        with pytest.raises(CrmError, match=why):
            restore(SqliteLocation(place), backup.path, LATER)
    assert (link.is_symlink(), theirs.read_bytes()) == (True, before)
    assert letter.read_text() == "Dear Anna,\n" * 1024


def test_a_backup_of_the_other_engine_is_refused(sqlite_base: Base, postgres_base: Base, tmp_path: Path) -> None:
    for one, other, why in (
        (sqlite_base, postgres_base, "of a base in a file, and --base names a base on a server"),
        (postgres_base, sqlite_base, "of a base on a server, and --base names a base in a file"),
    ):
        made = create_backup(one, tmp_path, NOW)
        with pytest.raises(CrmError, match=why):
            restore(other.location, made.path, LATER)


@on_postgres
def test_a_backup_of_another_schema_is_refused(base: Base, backup: Backup) -> None:
    assert isinstance(base.location, PostgresLocation)
    with pytest.raises(CrmError, match="schema=crmcli in --base"):
        restore(PostgresLocation(base.location.url, "shop"), backup.path, LATER)


@on_sqlite
def test_automatic_backups_before_a_restore_are_three_at_most(base: Base, backup: Backup) -> None:
    for number in range(5):
        restore(base.location, backup.path, LATER + timedelta(minutes=number))
    found = backups_in(backup_folder(base.location))[0]
    assert [one.manifest.why for one in found] == ["restore"] * 3
    assert automatic_backup(base, "purge", LATER + timedelta(hours=9)).manifest.revision == HEAD
