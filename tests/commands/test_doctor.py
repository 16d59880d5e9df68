"""Doctor on bases that other commands refuse: it says why, changes nothing and never fails itself."""

import gc
import json
import random
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crmcli.base import patience
from crmcli.base.opening import Base
from tests.base.confined import WITHOUT_PRIVILEGES, run
from tests.commands.conftest import Asked, on_sqlite
from tests.conftest import Run
from tests.test_damage import DAMAGES

CHECKS = [
    "links", "mode", "log", "log_mode", "parts", "file_system", "disk", "sqlite", "opening", "integrity", "revision",
    "tables", "triggers", "foreign_keys", "values", "rollups", "journal", "ids", "open_operation", "settings",
]  # fmt: skip


def states(out: str) -> dict[str, str]:
    return {row["check"]: row["state"] for row in json.loads(out)}


@pytest.fixture
def path(sqlite_base: Base) -> Path:
    return Path(str(sqlite_base.location))


def files(path: Path) -> dict[str, bytes]:
    return {found.name: found.read_bytes() for found in path.parent.iterdir() if found.is_file()}


def test_every_check_has_its_name_and_the_same_keys(ask: Asked, base: Base) -> None:
    rows = ask("doctor")
    assert all(list(row) == ["check", "state", "found", "fix"] for row in rows)
    assert {row["state"] for row in rows} == {"ok"}
    on_server = CHECKS[CHECKS.index("opening") :]
    assert [row["check"] for row in rows] == (CHECKS if base.engine.dialect.name == "sqlite" else on_server)


@on_sqlite
def test_a_sound_base_is_left_to_the_byte(crm: Run, path: Path) -> None:
    before, moment = files(path), path.stat().st_mtime_ns
    assert crm("doctor").code == 0
    assert (files(path), path.stat().st_mtime_ns) == (before, moment)


@pytest.mark.parametrize("number", range(28))
def test_a_damaged_base_is_examined_all_the_same(number: int, path: Path, program: Run) -> None:
    data = bytearray(path.read_bytes())
    DAMAGES[number % len(DAMAGES)](data, random.Random(number))
    path.write_bytes(data)
    before = files(path)
    gc.freeze()  # what there is by now need not be searched
    ran = program("doctor", "--base", path, "--format", "json")
    assert ran.code == int("fail" in states(ran.out).values())
    assert ran.err == ""
    assert "mistake" not in ran.out
    gc.collect()  # an error's own frames keep the connection until then; a process that ends keeps none
    assert files(path) == before


def test_a_page_that_was_lost_fails_with_what_to_do(path: Path, program: Run) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    ran = program("doctor", "--base", path)
    assert ran.code == 1
    assert "fail" in ran.out
    assert "there is no sound backup of it" in ran.out


def test_nothing_is_mended_in_a_damaged_file(path: Path, program: Run) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    ran = program("doctor", "--fix", "--base", path)
    assert (ran.code, path.read_bytes()) == (1, data[: len(data) // 2])


def test_a_base_that_somebody_writes_to_is_examined(path: Path, program: Run) -> None:
    theirs = dbapi2.connect(str(path), isolation_level=None)
    theirs.execute("BEGIN IMMEDIATE")
    ran = program("doctor", "--base", path, "--format", "json")
    assert (ran.code, set(states(ran.out).values())) == (0, {"ok"})
    theirs.close()


def test_a_base_that_somebody_keeps_to_himself_is_told(
    path: Path, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    theirs = dbapi2.connect(str(path), isolation_level=None)
    theirs.execute("PRAGMA locking_mode = EXCLUSIVE")
    theirs.execute("BEGIN IMMEDIATE")
    ran = program("doctor", "--base", path, "--format", "json")
    assert (ran.code, states(ran.out)["opening"]) == (0, "warn")
    theirs.close()


def test_a_base_that_may_only_be_read_is_examined(path: Path) -> None:
    path.chmod(0o400)
    ran = run(WITHOUT_PRIVILEGES, "doctor", "--base", path, "--format", "json")
    assert (ran.code, set(states(ran.out).values())) == (0, {"ok"})


def test_a_file_that_may_not_be_read_is_told(path: Path) -> None:
    path.chmod(0)
    ran = run(WITHOUT_PRIVILEGES, "doctor", "--base", path, "--format", "json")
    assert (ran.code, states(ran.out)) == (1, {"links": "ok", "opening": "fail"})


def test_a_file_of_others_is_left_alone(tmp_path: Path, program: Run) -> None:
    connection = dbapi2.connect(str(tmp_path / "theirs.db"))
    connection.execute("CREATE TABLE notes (id)")
    connection.close()
    ran = program("doctor", "--base", tmp_path / "theirs.db", "--format", "json")
    assert (ran.code, states(ran.out)) == (1, {"links": "ok", "opening": "fail"})


def test_where_no_base_is_a_line_says_so(tmp_path: Path, program: Run) -> None:
    for place, why in (
        (tmp_path, f"{tmp_path} is a folder: --base takes the path of a file"),
        (tmp_path / "none.db", f"there is no base at {tmp_path / 'none.db'}: choose another with --base"),
        ("/dev/null", "/dev/null is no file: --base takes the path of a file"),
    ):
        ran = program("doctor", "--base", place)
        assert (ran.code, ran.out, ran.err) == (1, "", f"crmcli: {why}\n")


def test_a_server_that_does_not_answer_is_told(program: Run) -> None:
    ran = program("doctor", "--base", "postgresql://u@127.0.0.1:1/d", "--format", "json")
    assert (ran.code, states(ran.out)) == (1, {"opening": "fail"})
