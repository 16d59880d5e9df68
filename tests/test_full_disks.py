"""Commands that run out of disk at any point: told in a line, and the base holds what it held."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.base.backup import backups_in, verify
from crmcli.base.digest import content_of
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base
from crmcli.base.sqlite import sqlite_engine
from tests.base.confined import room_for, run, with_disk
from tests.conftest import Ran, Run
from tests.killing import assert_sound
from tests.migrations.older import make_older, revisions

Shop = Callable[[str], Path]

COMMANDS = {
    "touch": "touch add 1 call --text Hello",
    "contact": "contact add Vera --phone +79160000009",
    "import": "import {sheet} --yes",
    "undo": "undo 1 --yes",
    "backup": "backup create",
    "upgrade": "contact add Vera",
}
ROWS = 400

every_command = pytest.mark.parametrize("command", COMMANDS)
some_or_many = pytest.mark.parametrize("often", [2, pytest.param(20, marks=pytest.mark.long)])


@pytest.fixture
def shop(sqlite_base: Base, program: Run, tmp_path: Path) -> Shop:
    """Makes the base that a command is to be run on; one of some hundred contacts, or of an older revision."""

    def make(command: str) -> Path:
        path = Path(str(sqlite_base.location))
        write_sheet(tmp_path / "first.csv", 1)
        write_sheet(tmp_path / "second.csv", 2)
        if command == "upgrade":
            make_older(sqlite_base, revisions()[-2])
        else:
            assert program("import", tmp_path / "first.csv", "--yes", "--base", path).code == 0
        return path

    return make


def write_sheet(path: Path, number: int) -> None:
    rows = "".join(f"{row % 28 + 1:02}.03.2026;C{number}-{row};+7 916 {number:03} {row:04};50\n" for row in range(ROWS))
    path.write_text(f"Дата;Клиент;Телефон;Сумма\n{rows}", encoding="utf-8")


def words(command: str, path: Path) -> list[str]:
    return [*COMMANDS[command].format(sheet=path.with_name("second.csv")).split(), "--base"]


def digest(path: Path) -> str:
    """All that the base holds, of whatever revision it is."""
    with sqlite_engine(path).connect() as connection, connection.begin():
        return content_of(connection).digest


def rooms(seed: int, often: int, most: int) -> list[int]:
    """One that is too little for anything, and random ones up to more than a command needs."""
    chance = random.Random(seed)
    return [4096, *(chance.randrange(most) for _ in range(often))]


def assert_kept_or_done(ran: Ran, command: str, path: Path, before: str) -> None:
    """The command was refused and nothing changed, or it worked; what stands under its name is whole."""
    assert ran.code in {0, 1}, ran
    backups, unreadable = backups_in(path.with_name("base-backups"))
    assert [verify(one.path) for one in backups] == backups
    assert unreadable == {}
    assert list(path.parent.glob("**/.*.part*")) == []
    if ran.code:
        assert (ran.out, ran.err.count("\n")) == ("", 1), ran
        assert any(word in ran.err for word in ("room", "disk")), ran
    if command == "backup":
        assert len(backups) == 1 - ran.code
    assert (digest(path) == before) == (ran.code == 1 or command == "backup"), ran


@every_command
@some_or_many
def test_a_file_that_may_not_grow_costs_nothing(
    command: str, often: int, shop: Shop, program: Run, tmp_path: Path
) -> None:
    path = shop(command)
    before, whole = digest(path), path.read_bytes()
    for room in rooms(often, often, 2 * len(whole)):
        ran = run(room_for(room), *words(command, path), path)
        assert ran.code == 1 or room > 4096, (room, ran)
        assert_kept_or_done(ran, command, path, before)
        for left in path.parent.glob("base*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        path.write_bytes(whole)
        path.chmod(0o600)
    assert program(*words(command, path), path).code == 0
    assert_kept_or_done(Ran(0, "", ""), command, path, before)


@every_command
@some_or_many
def test_a_disk_that_is_full_costs_nothing(command: str, often: int, shop: Shop, program: Run, tmp_path: Path) -> None:
    path = shop(command)
    before, size = digest(path), path.stat().st_size
    (tmp_path / "disk").mkdir()
    for number, room in enumerate(rooms(-often, often, 3 * size)):
        after = tmp_path / f"after-{number}" / "base.db"
        disk = filled_disk(path, tmp_path / "disk", 8 * size, room, after.parent)
        ran = run(disk, *words(command, path), tmp_path / "disk" / "base.db")
        assert ran.code == 1 or room > 4096, (room, ran)
        assert_kept_or_done(ran, command, after, before)
        if ran.code:
            assert program(*words(command, path), after).code == 0
        if command != "upgrade":
            assert_sound(Base(SqliteLocation(after), sqlite_engine(after)))


def filled_disk(path: Path, disk: Path, size: int, room: int, after: Path) -> str:
    """The base is alone on a disk that has so much room left; what is there in the end is found in `after`."""
    return (
        with_disk(disk, size)
        + f"""
import atexit, os, pathlib, shutil
disk = pathlib.Path({str(disk)!r})
shutil.copy({str(path)!r}, disk / "base.db")
free = os.statvfs(disk)
(disk / "filler").write_bytes(bytes(max(free.f_bavail * free.f_frsize - {room}, 0)))
def keep():
    (disk / "filler").unlink()
    shutil.copytree(disk, {str(after)!r}, ignore=shutil.ignore_patterns("*-shm"))
atexit.register(keep)
"""
    )
