"""Backups: what they hold, what they survive, and what is left behind."""

import fcntl
import os
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from crmcli.actions.purge import purge
from crmcli.base import migrating, sqlite_copy
from crmcli.base.backup import automatic_backup, backup_folder, backups_in, create_backup, verify
from crmcli.base.digest import content_of
from crmcli.base.holding import copies_that_hold
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_base
from crmcli.base.patience import patiently
from crmcli.base.restoring import checked, restore
from crmcli.base.sqlite_copy import reading_copy
from crmcli.base.writing import reading, writing
from crmcli.errors import CrmError, NotAllowed
from tests.base.rows import add_contact, add_one_of_each

NOW = datetime.fromisoformat("2026-11-22T01:57:21.5")

pytestmark = pytest.mark.usefixtures("postgres_programs")


@pytest.fixture
def filled(base: Base) -> Base:
    """A base with a row in every table."""
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
    return base


@pytest.fixture
def filled_file(sqlite_base: Base) -> Base:
    """A base in a file with a row in every table."""
    with writing(sqlite_base, "test", "me") as writer:
        add_one_of_each(writer)
    return sqlite_base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for backups, with a name that needs care."""
    made = tmp_path / "мои копии [1] 'x' %20?#"
    made.mkdir()
    return made


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_says_what_the_base_holds(filled: Base, folder: Path) -> None:
    made = create_backup(filled, folder, NOW)
    with reading(filled) as connection:
        content = content_of(connection)
    manifest = made.manifest
    assert (manifest.counts, manifest.digest) == (content.counts, content.digest)
    assert (manifest.made_at, manifest.why, manifest.revision) == (NOW.replace(microsecond=0), "", migrating.HEAD)
    assert (manifest.base, manifest.engine) == (str(filled.location), filled.engine.dialect.name)
    assert verify(made.path) == made
    assert backups_in(folder) == ([made], {})
    assert files_in(folder) == {made.path.name}


def test_a_backup_is_its_owners_alone_from_the_first_byte(
    filled_file: Base, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []

    def copy(engine: object, part: Path, file: object) -> object:
        modes.append(stat.S_IMODE(part.stat().st_mode))
        copied = copy_base(engine, part, file)  # type: ignore[arg-type]
        modes.append(stat.S_IMODE(part.stat().st_mode))
        return copied

    copy_base = sqlite_copy.copy_base
    monkeypatch.setattr(sqlite_copy, "copy_base", copy)
    umask = os.umask(0)
    try:
        made = create_backup(filled_file, folder, NOW)
    finally:
        os.umask(umask)
    assert [*modes, stat.S_IMODE(made.path.stat().st_mode)] == [0o600] * 3


def test_any_tool_reads_the_backup_of_a_file(filled_file: Base, folder: Path) -> None:
    made = create_backup(filled_file, folder, NOW)
    with reading_copy(made.path) as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert content_of(connection).digest == made.manifest.digest
    assert files_in(folder) == {made.path.name}


def test_names_sort_by_time_and_no_file_is_ever_replaced(filled_file: Base, folder: Path) -> None:
    (folder / "base-20261122T015721Z-2.backup").symlink_to(folder / "elsewhere")
    names = [create_backup(filled_file, folder, NOW).path.name for _ in range(3)]
    assert names == [
        "base-20261122T015721Z.backup",
        "base-20261122T015721Z-3.backup",
        "base-20261122T015721Z-4.backup",
    ]
    assert not (folder / "elsewhere").exists()


def test_the_folder_of_a_base_is_beside_it_and_made_for_its_owner(filled_file: Base, tmp_path: Path) -> None:
    folder = backup_folder(filled_file.location)
    assert folder == tmp_path / "base-backups"
    create_backup(filled_file, folder, NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_folder_of_a_base_on_a_server_is_among_the_users_data(postgres_base: Base, tmp_path: Path) -> None:
    folder = backup_folder(postgres_base.location)
    assert folder.parent == tmp_path / "data" / "crmcli" / "backups"
    assert folder.name.endswith("-crmcli")
    create_backup(postgres_base, folder, NOW)
    assert len(files_in(folder)) == 1


def test_a_folder_that_is_named_and_missing_is_not_made(filled_file: Base, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="does not exist"):
        create_backup(filled_file, tmp_path / "stick", NOW)
    assert not (tmp_path / "stick").exists()


def test_a_file_in_the_folders_place_is_told(filled_file: Base) -> None:
    backup_folder(filled_file.location).write_text("notes")
    with pytest.raises(CrmError, match="cannot be written: File exists"):
        create_backup(filled_file, backup_folder(filled_file.location), NOW)


def test_a_folder_without_links_takes_backups_too(
    filled_file: Base, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    made = [create_backup(filled_file, folder, NOW) for _ in range(2)]
    assert files_in(folder) == {one.path.name for one in made}
    assert [verify(one.path) for one in made] == made


def test_what_others_store_meanwhile_is_in_the_copy_and_its_digest_or_in_neither(
    filled_file: Base, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = iter(range(2))

    def meanwhile(attempt: Callable[[], object]) -> object:
        if "VACUUM" in str(getattr(attempt, "args", "")) and next(stored, None) is not None:
            with writing(filled_file, "test", "another") as writer:
                add_contact(writer)
        return patiently(attempt)

    monkeypatch.setattr(sqlite_copy, "patiently", meanwhile)
    made = create_backup(filled_file, folder, NOW)
    with reading(filled_file) as connection:
        assert made.manifest.digest == content_of(connection).digest
    assert made.manifest.counts["operations"] == 1 + 2


def test_where_others_never_stop_writing_they_are_kept_waiting(
    filled_file: Base, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = []

    def copied(engine: object, part: Path, *, alone: bool) -> object:
        turns.append(alone)
        return real(engine, part, alone=alone) if alone else None  # type: ignore[arg-type]

    real = sqlite_copy._copied
    monkeypatch.setattr(sqlite_copy, "_copied", copied)
    verify(create_backup(filled_file, folder, NOW).path)
    assert turns == [False, False, False, True]


def test_a_damaged_base_is_not_backed_up(filled_file: Base, folder: Path) -> None:
    path = Path(str(filled_file.location))
    raw = filled_file.engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(b"\xff" * 4096 * 40)
    with pytest.raises(Exception, match=r"damaged|malformed|refers"):
        create_backup(filled_file, folder, NOW)
    assert files_in(folder) == set()


def test_a_base_whose_references_lead_nowhere_is_not_backed_up(filled_file: Base, folder: Path) -> None:
    raw = filled_file.engine.raw_connection()
    raw.cursor().execute("PRAGMA foreign_keys = OFF")
    raw.cursor().execute("INSERT INTO current_operation VALUES (999)")
    raw.close()
    with pytest.raises(CrmError, match="refers to one of operations that is gone"):
        create_backup(filled_file, folder, NOW)
    assert files_in(folder) == set()


# Automatic ones


def made_at(number: int) -> datetime:
    return NOW + timedelta(hours=number)


def test_of_automatic_backups_the_last_three_stay_and_all_made_by_hand(filled: Base) -> None:
    folder = backup_folder(filled.location)
    first = automatic_backup(filled, "purge", made_at(0))
    by_hand = create_backup(filled, folder, made_at(1))
    others = [automatic_backup(filled, "upgrade", made_at(number)) for number in range(2, 6)]
    assert backups_in(folder)[0] == [by_hand, *others[1:]]
    assert first.path.name.endswith("-20261122T015721Z-before-purge.backup")
    assert first.manifest.why == "purge"


def test_an_automatic_backup_made_with_the_clock_set_back_stays(filled_file: Base) -> None:
    for number in range(3):
        automatic_backup(filled_file, "purge", made_at(number))
    made = automatic_backup(filled_file, "purge", made_at(-9))
    found = backups_in(backup_folder(filled_file.location))[0]
    assert len(found) == 3
    assert made in found


def test_automatic_backups_of_another_base_in_the_same_folder_stay(filled_file: Base, tmp_path: Path) -> None:
    other = Base(SqliteLocation(tmp_path / "base.sqlite"), filled_file.engine)
    assert backup_folder(other.location) == backup_folder(filled_file.location)
    theirs = [automatic_backup(other, "purge", made_at(number)) for number in range(3)]
    for number in range(3, 7):
        automatic_backup(filled_file, "purge", made_at(number))
    assert backups_in(backup_folder(filled_file.location))[0][:3] == theirs


# Leftovers


def test_what_a_killed_run_left_is_swept_and_what_another_writes_is_not(filled_file: Base, folder: Path) -> None:
    for name in (".base-1.crmcli.part", ".base-1.crmcli.part-journal", ".base-3.crmcli.part-journal"):
        (folder / name).touch()
    (folder / "notes.part").touch()
    (folder / ".link.crmcli.part").symlink_to(folder / "notes.part")
    with (folder / ".base-2.crmcli.part").open("w") as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        made = create_backup(filled_file, folder, NOW)
    assert files_in(folder) == {made.path.name, ".base-2.crmcli.part", "notes.part", ".link.crmcli.part"}


# Damage


def damages(whole: bytes, chance: random.Random) -> Iterator[bytes]:
    """Copies of a file that are damaged in every way that happens to files."""
    while True:
        place, other = sorted(chance.sample(range(len(whole) - 4096), 2))
        bit = bytes([whole[place] ^ 1 << chance.randrange(8)])
        yield whole[:place] + bit + whole[place + 1 :]
        yield whole[:place]
        yield whole + chance.randbytes(chance.randint(1, 99))
        page, later = place // 4096 * 4096, other // 4096 * 4096
        yield _unless_same(whole, whole[:page] + bytes(4096) + whole[page + 4096 :])
        swapped = whole[:page] + whole[later : later + 4096] + whole[page + 4096 : later]
        yield _unless_same(whole, (swapped + whole[page : page + 4096] + whole[later + 4096 :])[: len(whole)])
        tail = len(whole) - 1 - chance.randrange(1_000)
        yield whole[:tail] + bytes([whole[tail] ^ 1 << chance.randrange(8)]) + whole[tail + 1 :]
        yield whole[:place] + whole[place + 1 :]
        yield whole[:place] + b"\x00" + whole[place:]


def _unless_same(whole: bytes, damaged: bytes) -> bytes:
    """The damaged copy; where damage was no damage, one that is cut short."""
    return whole[:-1] if damaged == whole else damaged


def test_sixty_damaged_copies_are_all_refused(filled: Base, folder: Path) -> None:
    made = create_backup(filled, folder, NOW)
    whole, damaged = made.path.read_bytes(), folder / "damaged.backup"
    copies = damages(whole, random.Random(60))
    before = sorted(files_in(folder))
    for _ in range(60):
        damaged.write_bytes(next(copies))
        for refusing in (verify, checked, lambda path: restore(filled.location, path, NOW)):
            with pytest.raises(CrmError, match=r"damaged|cut short|another crmcli"):
                refusing(damaged)
    damaged.unlink()
    assert sorted(files_in(folder)) == before
    with reading(filled) as connection:
        assert content_of(connection).digest == made.manifest.digest


@pytest.mark.parametrize("content", [b"", b"x", b"\n", b"SQLite format 3\0", b"a" * 10_000])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.backup"
    path.write_bytes(content)
    with pytest.raises(CrmError, match="no backup that crmcli made"):
        verify(path)
    assert list(backups_in(tmp_path)[1]) == [path]


def test_the_manifest_of_another_backup_is_told(filled_file: Base, folder: Path) -> None:
    first = create_backup(filled_file, folder, NOW).path.read_bytes()
    with writing(filled_file, "test", "me") as writer:
        add_contact(writer)
    second = create_backup(filled_file, folder, NOW)
    length = second.manifest.size
    foreign = folder / "foreign.backup"
    foreign.write_bytes(first[:length] + second.path.read_bytes()[length:])
    with pytest.raises(CrmError, match="the copy in it is not what was written"):
        verify(foreign)


def test_a_newer_backup_is_whole_but_not_for_this_program(
    filled: Base, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    made = create_backup(filled, folder, NOW)
    assert verify(made.path) == made
    for refusing in (checked, lambda path: restore(filled.location, path, NOW)):
        with pytest.raises(CrmError, match="newer crmcli"):
            refusing(made.path)


# Who is still in a backup


def test_backups_that_hold_a_contact_are_named(filled: Base, tmp_path: Path) -> None:
    folder = backup_folder(filled.location)
    before = create_backup(filled, folder, made_at(0))
    with writing(filled, "test", "me") as writer:
        contact_id = add_contact(writer, "Anna")
    with_her = create_backup(filled, folder, made_at(1))
    with writing(filled, "test", "me") as writer:
        purge(writer, contact_id)
    erased = create_backup(filled, folder, made_at(2))
    torn = folder / "torn.backup"
    torn.write_bytes(with_her.path.read_bytes()[:-1])
    assert copies_that_hold(filled.location, {contact_id}) == [str(with_her.path), str(torn)]
    assert copies_that_hold(filled.location, {999}) == [str(torn)]
    assert files_in(folder) == {one.name for one in (before.path, with_her.path, erased.path, torn)}
    assert copies_that_hold(SqliteLocation(tmp_path / "none.db"), {1}) == []


# Upgrades


@pytest.fixture
def older(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Base:
    """A base that is one revision behind the program."""
    newer = f"{int(migrating.HEAD) + 1:04}"
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.migrations_folder(), folder)
    (folder / "versions" / f"{newer}_next.py").write_text(
        f'revision = "{newer}"\ndown_revision = "{migrating.HEAD}"\ndef upgrade() -> None: ...\n'
    )
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
    monkeypatch.setattr(migrating, "HEAD", newer)
    monkeypatch.setattr(migrating, "migrations_folder", lambda: folder)
    return base


def test_an_older_base_is_backed_up_before_it_is_upgraded(older: Base) -> None:
    with reading(older) as connection:
        before, revision = content_of(connection), migrating.revision_of(connection)
    assert open_base(older.location)
    (made,) = backups_in(backup_folder(older.location))[0]
    assert (made.manifest.why, made.manifest.revision, made.manifest.digest) == ("upgrade", revision, before.digest)
    with reading(older) as connection:
        assert migrating.revision_of(connection) == migrating.HEAD
    assert open_base(older.location)
    assert len(backups_in(backup_folder(older.location))[0]) == 1


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
def test_a_base_that_cannot_be_backed_up_is_not_upgraded(older: Base) -> None:
    backup_folder(older.location).write_text("in the way")
    with reading(older) as connection:
        revision = migrating.revision_of(connection)
    with pytest.raises(CrmError, match="base-backups cannot be written"):
        open_base(older.location)
    with reading(older) as connection:
        assert migrating.revision_of(connection) == revision


@pytest.mark.parametrize("base", ["postgres"], indirect=True)
def test_without_the_programs_of_postgresql_an_upgrade_goes_on_and_says_so(
    older: Base, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert open_base(older.location)
    assert "no backup is made before the upgrade: pg_dump is not here" in capsys.readouterr().err


def test_making_a_base_makes_no_backup(sqlite_base: Base) -> None:
    assert not backup_folder(sqlite_base.location).exists()


# The programs of PostgreSQL


def test_a_server_without_its_programs_is_told_in_one_line(
    postgres_base: Base, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CrmError, match=r"pg_dump is not here: .* Install its client programs"):
        create_backup(postgres_base, folder, NOW)
    assert files_in(folder) == set()


def test_programs_that_are_too_old_for_the_server_are_told(
    postgres_base: Base, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(CrmError, match=r"pg_dump is too old .*9\.6\.24.* install .* of version 18"):
        create_backup(postgres_base, folder, NOW)


def test_a_folder_that_is_closed_is_told(filled_file: Base, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(NotAllowed, match="is closed to you"):
        create_backup(filled_file, folder, NOW)
