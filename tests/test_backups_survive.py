"""Backups and restores killed at any moment, or run out of disk: what stands under its name is whole, always."""

import random
import resource
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crmcli.base.backup import backup_folder, backups_in, create_backup, verify
from crmcli.base.bulk import Row, insert_rows
from crmcli.base.opening import Base
from crmcli.base.sqlite_copy import check_copy
from crmcli.base.writing import writing
from crmcli.schema import contacts
from tests.base.rows import add_contact
from tests.forked import Process
from tests.killing import Kills, await_server, digest_of, killed, killed_after, seconds_of, started

NOW = datetime.fromisoformat("2026-11-22T01:57:21")
ROWS = 3_000

pytestmark = pytest.mark.usefixtures("postgres_programs")
on_sqlite = pytest.mark.parametrize("base", ["sqlite"], indirect=True)

Running = Callable[..., Process]


@pytest.fixture
def running(base: Base) -> Running:
    """Starts `crmcli backup` with these words on a base of many contacts."""
    add_many(base, ROWS)
    return lambda *words: started(base, "backup", *words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "copies"
    made.mkdir()
    return made


def add_many(base: Base, count: int) -> None:
    names = ["kind", "name", "search_key", "note", "extra", "created_at"]
    with writing(base, "test", "me") as writer:
        rows: Iterator[Row] = (("person", f"C{row}", f"c{row}", f"Note {row}" * 9, {}, NOW) for row in range(count))
        insert_rows(writer.connection, contacts, names, rows)


def parts_in(folder: Path) -> list[Path]:
    return list(folder.glob(".*.part*"))


@killed(3, 50)
def test_a_backup_killed_at_any_moment_is_whole_or_not_there(
    base: Base, running: Running, folder: Path, kills: Kills
) -> None:
    present = digest_of(base)
    whole = seconds_of(running("create", folder))
    for moment in kills.moments(whole):
        killed_after(running("create", folder), moment)
        await_server(base)
        found, unreadable = backups_in(folder)
        assert unreadable == {}
        assert {verify(one.path).manifest.digest for one in found} == {present}
    seconds_of(running("create", folder))
    assert parts_in(folder) == []
    assert digest_of(base) == present


@killed(3, 50)
def test_a_restore_killed_at_any_moment_leaves_the_base_or_the_backup_in_its_place(
    base: Base, running: Running, folder: Path, kills: Kills
) -> None:
    made = create_backup(base, folder, NOW)
    whole = seconds_of(running("restore", made.path, "--yes"))
    for number, moment in enumerate(kills.moments(whole)):
        with writing(base, "test", "me") as writer:
            add_contact(writer, f"Later {number}")
        present = digest_of(base)
        killed_after(running("restore", made.path, "--yes"), moment)
        assert digest_of(base) in {present, made.manifest.digest}
        automatic, unreadable = backups_in(backup_folder(base.location))
        assert unreadable == {}
        assert [verify(one.path) for one in automatic] == automatic
        assert_former_files_are_whole(base, folder.parent)
    seconds_of(running("restore", made.path, "--yes"))
    assert digest_of(base) == made.manifest.digest
    assert parts_in(folder.parent) + parts_in(backup_folder(base.location)) == []


def assert_former_files_are_whole(base: Base, beside: Path) -> None:
    if base.engine.dialect.name == "sqlite":
        for former in beside.glob("base-before-restore-*"):
            check_copy(former)


@on_sqlite
def test_a_full_disk_makes_no_backup_and_says_so(base: Base, running: Running, folder: Path) -> None:
    path, chance = Path(str(base.location)), random.Random(1)
    before, size = path.read_bytes(), create_backup(base, folder, NOW).path.stat().st_size
    for room in (*(chance.randrange(50_000, size) for _ in range(3)), size - 1):
        process = running("create", folder)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
        _, said = process.communicate()
        assert (process.returncode, said.count("\n")) == (1, 1), (room, said)
        assert "room" in said
        assert len(list(folder.iterdir())) == 1
    assert path.read_bytes() == before
    seconds_of(running("create", folder))


@on_sqlite
def test_a_full_disk_restores_nothing_and_says_so(base: Base, running: Running, folder: Path) -> None:
    path, chance = Path(str(base.location)), random.Random(2)
    made = create_backup(base, folder, NOW)
    add_many(base, ROWS)
    present, before = digest_of(base), path.read_bytes()
    size = made.path.stat().st_size
    within, beyond = (50_000, size - 1_000), (size, len(before) - 1)  # the copy itself; the backup of the present base
    for least, most in (within, beyond) * 2:
        room = chance.randrange(least, most)
        process = running("restore", made.path, "--yes")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
        _, said = process.communicate()
        assert (process.returncode, said.count("\n")) == (1, 1), (room, said)
        assert "room" in said
        assert {one.name for one in folder.parent.iterdir() if one.name.startswith(("base", "."))} <= {
            path.name,
            backup_folder(base.location).name,
        }
        assert parts_in(backup_folder(base.location)) == []
    assert (digest_of(base), path.read_bytes()) == (present, before)
    seconds_of(running("restore", made.path, "--yes"))
    assert digest_of(base) == made.manifest.digest
