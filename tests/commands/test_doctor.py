"""Doctor on bases that other commands refuse: it says why, changes nothing and never fails itself."""

import gc
import json
import random
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crmcli.base import patience
from crmcli.base.opening import Base
from crmcli.base.sqlite import REMEDY
from tests.base.confined import WITHOUT_PRIVILEGES, run
from tests.base.spoiling import spoil_triggers
from tests.commands.conftest import Asked, on_sqlite
from tests.conftest import Run
from tests.test_damage import DAMAGES

CHECKS = [
    "links", "mode", "log", "log_mode", "parts", "file_system", "disk", "former_bases", "sqlite", "opening",
    "integrity", "revision", "tables", "triggers", "foreign_keys", "values", "rollups", "search", "journal", "ids",
    "open_operation", "erasures", "settings",
]  # fmt: skip


def states(out: str) -> dict[str, str]:
    return {row["check"]: row["state"] for row in json.loads(out)}


def fixes(out: str) -> dict[str, str]:
    return {row["check"]: row["fix"] for row in json.loads(out) if row["fix"]}


@pytest.fixture
def path(sqlite_base: Base) -> Path:
    return Path(str(sqlite_base.location))


def files(path: Path) -> dict[str, bytes]:
    return {found.name: found.read_bytes() for found in path.parent.iterdir() if found.is_file()}


def test_every_check_has_its_name_and_the_same_keys(ask: Asked, base: Base) -> None:
    rows = ask("doctor")
    assert all(list(row) == ["check", "state", "found", "fix"] for row in rows)
    assert {row["state"] for row in rows} == {"ok"}
    on_server = [*CHECKS[CHECKS.index("opening") :], "former_schemas_beside"]
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
    (tmp_path / "letter.db").write_text("Dear Anna,\n" * 1024)
    for name in ("theirs.db", "letter.db"):
        ran = program("doctor", "--base", tmp_path / name, "--format", "json")
        assert (ran.code, states(ran.out)) == (1, {"links": "ok", "opening": "fail"})
        assert fixes(ran.out) == {"opening": "crmcli doctor --base FILE"}


def test_a_base_without_its_beginning_is_to_be_restored(path: Path, program: Run) -> None:
    assert program("backup", "create", "--base", path).code == 0
    (backup,) = (path.parent / "base-backups").iterdir()
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    ran = program("doctor", "--base", path, "--format", "json")
    assert fixes(ran.out) == {"opening": f"crmcli backup restore {backup}"}
    assert program("backup", "restore", backup, "--base", path, "--yes").code == 0
    assert program("doctor", "--base", path).code == 0


def test_the_target_of_a_link_is_named_as_the_link_was(
    path: Path, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    ran = program("doctor", "--base", link, "--format", "json")
    assert fixes(ran.out) == {"links": f"crmcli doctor --base {path}"}
    monkeypatch.setenv("CRMCLI_BASE", str(link))
    assert fixes(program("doctor", "--format", "json").out) == {"links": f"export CRMCLI_BASE={path}"}
    monkeypatch.delenv("CRMCLI_BASE")
    assert program("config", "set", "base", link).code == 0
    fix = fixes(program("doctor", "--format", "json").out)["links"]
    assert fix == f"crmcli config set base {path}"
    assert program(*fix.split()[1:]).code == 0
    assert program("doctor").code == 0


def test_a_log_that_was_left_where_nothing_may_be_written_is_to_be_copied(path: Path, tmp_path: Path) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA user_version = 1")
    folder = tmp_path / "closed"
    folder.mkdir()
    for name in ("base.db", "base.db-wal"):
        (folder / name).write_bytes(path.with_name(name).read_bytes())
        (folder / name).chmod(0o600)
    connection.close()
    folder.chmod(0o500)
    ran = run(WITHOUT_PRIVILEGES, "doctor", "--base", folder / "base.db", "--format", "json")
    copy = f"mkdir -m 700 ~/base-copy && cp {folder}/base.db {folder}/base.db-wal ~/base-copy"
    fix = f"{copy} && crmcli doctor --base ~/base-copy/base.db"
    assert fixes(ran.out) == {"log": fix, "opening": fix}


def test_a_revision_that_was_lost_is_told_and_a_restore_brings_it_back(
    base: Base, crm: Run, postgres_programs: None
) -> None:
    assert crm("contact", "add", "Anna").code == 0
    assert crm("backup", "create").code == 0
    spoil_triggers(base, "DELETE FROM alembic_version")
    ran = crm("contact", "list")
    told = f"crmcli: the base does not say any more at which revision it is{REMEDY}\n"
    assert (ran.code, ran.err) == (1, told)
    fix = fixes(crm("doctor", "--format", "json").out)["revision"]
    assert crm(*fix.split()[1:], "--yes").code == 0
    assert crm("doctor").code == 0


def test_what_could_not_be_mended_fails(path: Path, program: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    monkeypatch.setattr("crmcli.commands.doctor.mend", lambda _base: None)
    ran = program("doctor", "--fix", "--base", path, "--format", "json")
    assert (ran.code, states(ran.out)["log_mode"], fixes(ran.out)) == (1, "fail", {})


def test_readers_see_what_is_wrong_first_and_how_much_is_not(path: Path, program: Run) -> None:
    path.chmod(0o644)
    rows = program("doctor", "--base", path).out.splitlines()[2:]
    assert [row.split()[:2] for row in rows] == [["mode", "fail"], ["all", "else"]]
    assert "22 other checks" in rows[1]


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
