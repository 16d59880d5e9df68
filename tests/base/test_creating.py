"""A new base is there with its first operation, or not at all."""

import subprocess
from pathlib import Path

import pytest

from crmcli.base import creating, patience
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_base, open_or_create, opened_to_write
from crmcli.base.writing import writing
from crmcli.errors import Busy
from crmcli.schema import contacts, operations
from tests.base.confined import room_for, run, with_disk
from tests.base.processes import in_processes, started
from tests.base.rows import add_contact, count
from tests.conftest import Run

MAKING = """
from pathlib import Path
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import opened_to_write
from crmcli.base.writing import writing
from tests.base.rows import add_contact
with opened_to_write(SqliteLocation(Path(words[0]))) as base, writing(base, "test", "me") as writer:
    add_contact(writer)
    start()
"""


def at(path: Path) -> Base:
    base = open_base(SqliteLocation(path))
    assert base is not None
    return base


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    return tmp_path / "shop"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("contact add Anna --owner Nobody", 1),
        ("contact add Anna --as Nobody", 1),
        ("contact edit 1 --city Kazan", 1),
        ("touch add Anna call", 1),
        ("undo --yes", 1),
        ("import nowhere.csv --yes", 1),
        ("config set country Nowhere", 2),
        ("stage rename Talk Speak", 1),
    ],
)
def test_a_first_command_that_fails_makes_no_base(words: str, code: int, folder: Path, program: Run) -> None:
    ran = program(*words.split(), "--base", folder / "new.db")
    assert (ran.code, ran.err.count("\n")) == (code, 1)
    assert list(folder.iterdir()) == []


def test_a_first_command_that_works_leaves_the_base_alone_in_its_folder(folder: Path, program: Run) -> None:
    assert program("contact", "add", "Anna", "--base", folder / "new.db").code == 0
    assert [path.name for path in folder.iterdir()] == ["new.db"]
    assert (folder / "new.db").stat().st_mode & 0o777 == 0o600
    assert (folder / "new.db").stat().st_nlink == 1
    assert program("contact", "add", "Boris", "--base", folder / "new.db").code == 0
    assert count(at(folder / "new.db"), operations) == 2


@pytest.mark.parametrize("room", [0, 4096, 60_000, 200_000])
def test_a_disk_without_room_for_a_base_gets_none(room: int, folder: Path) -> None:
    ran = run(room_for(room), "contact", "add", "Anna", "--base", folder / "new.db")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran.err
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("size", [8192, 65_536, 262_144])
def test_a_full_disk_gets_no_base(size: int, folder: Path) -> None:
    listing = f"import atexit, os\natexit.register(lambda: print(os.listdir({str(folder)!r})))\n"
    ran = run(with_disk(folder, size) + listing, "contact", "add", "Anna", "--base", folder / "new.db")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "[]\n", 1), ran.err


def test_a_base_in_the_making_is_not_there_yet_and_who_comes_second_waits(folder: Path, program: Run) -> None:
    path = folder / "new.db"
    maker = started(MAKING, path)
    assert "there is no base" in program("contact", "list", "--base", path).err
    second = started("start()\nfrom crmcli import app\napp.main(['contact', 'add', 'Boris', '--base', *words])", path)
    second_in, maker_in = second.stdin, maker.stdin
    assert second_in is not None
    assert maker_in is not None
    second_in.write("go\n")
    second_in.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(0.7)
    maker_in.write("go\n")
    maker_in.flush()
    for process in (maker, second):
        assert process.wait(30) == 0, process.communicate()
        process.communicate()
    assert count(at(path), contacts) == 2
    assert [found.name for found in folder.iterdir()] == ["new.db"]


def test_who_waits_too_long_for_a_base_in_the_making_is_told_that_it_is_busy(
    folder: Path, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    maker = started(MAKING, folder / "new.db")
    ran = program("contact", "add", "Boris", "--base", folder / "new.db")
    assert (ran.code, ran.err.count("\n")) == (5, 1)
    assert "busy" in ran.err
    maker.communicate("go\n", 30)
    assert count(at(folder / "new.db"), contacts) == 1


def test_many_first_commands_at_once_are_all_stored(folder: Path) -> None:
    program = """
    from crmcli import app
    start()
    assert app.main(["contact", "add", *words]) == 0
    """
    in_processes(program, [[name, "--base", folder / "new.db"] for name in ("Anna", "Boris", "Vera", "Gleb")])
    assert count(at(folder / "new.db"), contacts) == 4
    assert [path.name for path in folder.iterdir()] == ["new.db"]


def test_where_folders_cannot_be_locked_who_comes_second_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr("crmcli.base.creating.fcntl.flock", unsupported)
    location = SqliteLocation(folder / "new.db")

    def made_twice() -> None:
        with opened_to_write(location) as base, writing(base, "test", "me") as writer:
            add_contact(writer)
            open_or_create(location)

    with pytest.raises(Busy, match="has just made"):
        made_twice()
    assert count(at(folder / "new.db"), contacts) == 0
    assert [path.name for path in folder.iterdir()] == ["new.db"]


def test_what_a_killed_maker_left_is_swept_by_the_next(folder: Path, program: Run) -> None:
    maker = started(MAKING, folder / "new.db")
    maker.kill()
    maker.communicate()
    assert len(list(folder.glob(creating.PARTS))) == 3
    assert not (folder / "new.db").exists()
    assert program("contact", "add", "Anna", "--base", folder / "new.db").code == 0
    assert [path.name for path in folder.iterdir()] == ["new.db"]


def test_a_file_that_comes_to_stand_in_its_place_is_left_alone(folder: Path) -> None:
    path = folder / "new.db"

    def overtaken() -> None:
        with opened_to_write(SqliteLocation(path)) as base, writing(base, "test", "me") as writer:
            add_contact(writer)
            path.write_text("letters")

    with pytest.raises(Busy, match="nothing was stored"):
        overtaken()
    assert path.read_text() == "letters"
    assert [found.name for found in folder.iterdir()] == ["new.db"]


def test_the_empty_file_of_a_base_whose_log_holds_something_is_damage(folder: Path, program: Run) -> None:
    path = folder / "new.db"
    path.touch()
    (folder / "new.db-wal").write_bytes(b"the only copy")
    ran = program("contact", "add", "Anna", "--base", path)
    assert (ran.code, ran.out) == (1, "")
    assert "damaged" in ran.err
    assert (path.read_bytes(), (folder / "new.db-wal").read_bytes()) == (b"", b"the only copy")
