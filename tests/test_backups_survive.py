"""Backups and restores killed at any moment, or run out of disk: what stands under its name is whole, always."""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from crmcli.base.backup import backup_folder, backups_in, create_backup, verify
from crmcli.base.bulk import Row, insert_rows
from crmcli.base.digest import content_of
from crmcli.base.opening import Base, open_base
from crmcli.base.sqlite_copy import check_copy
from crmcli.base.writing import reading, writing
from crmcli.schema import contacts
from tests.base.rows import add_contact
from tests.conftest import location_text

ROOT = Path(__file__).parent.parent
NOW = datetime.fromisoformat("2026-11-22T01:57:21")
ROWS = 3_000

pytestmark = pytest.mark.usefixtures("postgres_programs")
short_or_long = pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.long)])
on_sqlite = pytest.mark.parametrize("base", ["sqlite"], indirect=True)

Process = subprocess.Popen[str]
Running = Callable[..., Process]


@pytest.fixture
def running(base: Base) -> Running:
    """Starts `crmcli backup` with these words on a base of many contacts."""
    add_many(base, ROWS)

    def start(*words: object) -> Process:
        command = [sys.executable, "-m", "crmcli", "backup", *map(str, words), "--base", location_text(base)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)

    return start


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


def digest(base: Base) -> str:
    """What the next command finds in the base."""
    opened = open_base(base.location)
    assert opened
    with reading(opened) as connection:
        return content_of(connection).digest


def seconds_of(process: Process) -> float:
    """How long a command takes that works."""
    began = time.monotonic()
    said = process.communicate()
    assert process.returncode == 0, said
    return time.monotonic() - began


def killed_within(process: Process, seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()


def await_programs_of(base: Base) -> None:
    """PostgreSQL's programs live on where ours was killed: what they were told before is done, or not at all."""
    if base.engine.dialect.name == "postgresql":
        theirs = "datname = current_database() AND application_name IN ('psql', 'pg_dump', 'pg_restore')"
        while _counted(base, f"SELECT count(*) FROM pg_stat_activity WHERE {theirs}"):
            pass


def _counted(base: Base, query: str) -> int:
    with reading(base) as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


def parts_in(folder: Path) -> list[Path]:
    return list(folder.glob(".*.part*"))


@short_or_long
def test_a_backup_killed_at_any_moment_is_whole_or_not_there(
    base: Base, running: Running, folder: Path, kills: int
) -> None:
    chance, present = random.Random(kills), digest(base)
    whole = seconds_of(running("create", folder))
    for _ in range(kills):
        killed_within(running("create", folder), chance.uniform(0.3, 1.1) * whole)
        await_programs_of(base)
        found, unreadable = backups_in(folder)
        assert unreadable == {}
        assert {verify(one.path).manifest.digest for one in found} == {present}
    seconds_of(running("create", folder))
    assert parts_in(folder) == []
    assert digest(base) == present


@short_or_long
def test_a_restore_killed_at_any_moment_leaves_the_base_or_the_backup_in_its_place(
    base: Base, running: Running, folder: Path, kills: int
) -> None:
    chance = random.Random(kills)
    made = create_backup(base, folder, NOW)
    whole = seconds_of(running("restore", made.path, "--yes"))
    for number in range(kills):
        with writing(base, "test", "me") as writer:
            add_contact(writer, f"Later {number}")
        present = digest(base)
        killed_within(running("restore", made.path, "--yes"), chance.uniform(0.3, 1.1) * whole)
        await_programs_of(base)
        assert digest(base) in {present, made.manifest.digest}
        automatic, unreadable = backups_in(backup_folder(base.location))
        assert unreadable == {}
        assert [verify(one.path) for one in automatic] == automatic
        assert_former_files_are_whole(base, folder.parent)
    seconds_of(running("restore", made.path, "--yes"))
    assert digest(base) == made.manifest.digest
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
    present, before = digest(base), path.read_bytes()
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
    assert (digest(base), path.read_bytes()) == (present, before)
    seconds_of(running("restore", made.path, "--yes"))
    assert digest(base) == made.manifest.digest
