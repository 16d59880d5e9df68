"""A base that may not be written is read without a trace, and never written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crmcli.base import sqlite
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_base
from crmcli.base.sqlite import beside
from crmcli.base.writing import reading, writing
from crmcli.errors import Busy
from crmcli.schema import contacts
from tests.base.confined import WITHOUT_PRIVILEGES, read_only, run
from tests.base.rows import add_contact, count
from tests.commands.test_forecast import KNOWN, sell
from tests.forecast.simulated import buying_days

READ_ONLY = "crmcli: the base may not be written: its file or folder is read-only for you\n"
QUESTIONS = [
    "contact list",
    "contact show 1",
    "touch list",
    "reactivate",
    "reactivate --by value-at-risk",
    "forecast",
    "worth",
    "profit",
    "attention",
    "loyalty",
    "funnel",
    "config list",
    "export contacts",
]


def closed_file(path: Path) -> str:
    path.chmod(0o400)
    return WITHOUT_PRIVILEGES


def closed_folder(path: Path) -> str:
    path.parent.chmod(0o500)
    return WITHOUT_PRIVILEGES


def closed_both(path: Path) -> str:
    return closed_file(path) + closed_folder(path)


def read_only_system(path: Path) -> str:
    return read_only(path.parent)


PLACES = pytest.mark.parametrize("close", [closed_file, closed_folder, closed_both, read_only_system])
Close = Callable[[Path], str]


@pytest.fixture
def path(sqlite_base: Base, tmp_path: Path) -> Path:
    """A base with a contact, alone in its folder."""
    with writing(sqlite_base, "test", "me") as writer:
        add_contact(writer)
    (tmp_path / "shop").mkdir()
    return Path(shutil.move(str(sqlite_base.location), tmp_path / "shop" / "base.db"))


def left_open(path: Path) -> dbapi2.Connection:
    """A connection of somebody who has hidden the contact, which stands in the log beside the base."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("DELETE FROM contact_rhythm")
    return connection


def files(path: Path) -> dict[str, bytes]:
    """What is in the folder; -shm holds no data but the marks of who reads."""
    return {found.name: b"" if found.name.endswith("-shm") else found.read_bytes() for found in path.parent.iterdir()}


@PLACES
def test_a_question_is_answered_without_a_trace(close: Close, path: Path) -> None:
    before = files(path)
    ran = run(close(path), "contact", "list", "--base", path)
    assert (ran.code, ran.err) == (0, "")
    assert "Anna" in ran.out
    assert files(path) == before


@pytest.mark.parametrize("words", QUESTIONS)
def test_every_question_is_answered_where_nothing_may_be_written(words: str, path: Path) -> None:
    before = files(path)
    ran = run(closed_both(path), *words.split(), "--base", path)
    assert (ran.code, ran.err) == (0, "")
    assert files(path) == before


@pytest.mark.parametrize("words", ["forecast", "worth"])
def test_a_forecast_is_made_where_its_fit_cannot_be_kept(words: str, path: Path) -> None:
    base = open_base(SqliteLocation(path))
    assert base
    sell(base, buying_days(KNOWN, 400, seed=8))
    before = files(path)
    ran = run(closed_both(path), words, "--as-of", "2026-07-01", "--base", path)
    assert (ran.code, ran.err) == (0, "")
    assert "MBG/NBD" in ran.out
    assert "The fit is not kept: the base may not be written" in ran.out
    assert files(path) == before


@PLACES
def test_writing_is_not_allowed(close: Close, path: Path) -> None:
    before = files(path)
    for words in ("contact add Boris", "undo --yes"):
        ran = run(close(path), *words.split(), "--base", path)
        assert (ran.code, ran.out, ran.err) == (4, "", READ_ONLY), words
    assert files(path) == before


@PLACES
def test_a_base_that_somebody_has_open_is_read_with_his_log(close: Close, path: Path) -> None:
    theirs = left_open(path)
    theirs.execute("BEGIN IMMEDIATE")
    before = files(path)
    ran = run(close(path), "contact", "list", "--base", path)
    assert (ran.code, ran.out, ran.err) == (0, "No such contact.\n", "")
    assert files(path) == before
    theirs.close()


@PLACES
def test_a_log_that_cannot_be_read_is_told_with_what_to_do(close: Close, path: Path) -> None:
    theirs = left_open(path)
    log = beside(path, "-wal").read_bytes()
    theirs.close()
    beside(path, "-wal").write_bytes(log)
    before = files(path)
    for words in ("contact list", "contact add Boris"):
        ran = run(close(path), *words.split(), "--base", path)
        assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
        assert "what was written last is in base.db-wal beside it: copy both files" in ran.err
    assert files(path) == before


@PLACES
def test_an_older_base_cannot_be_upgraded_there(close: Close, path: Path) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.close()
    before = files(path)
    ran = run(close(path), "contact", "list", "--base", path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1)
    assert "older crmcli (revision 0000) and cannot be upgraded where it is read-only" in ran.err
    assert files(path) == before


def test_what_was_read_while_somebody_wrote_is_not_taken_for_an_answer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "is_writable", lambda _path: False)
    base = open_base(SqliteLocation(path))
    assert base is not None
    assert count(base, contacts) == 1

    def asked_meanwhile() -> None:
        with reading(base):
            left_open(path).close()

    with pytest.raises(Busy, match="ask again"):
        asked_meanwhile()


def test_who_reads_cannot_write_by_mistake(sqlite_base: Base) -> None:
    with sqlite_base.engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("INSERT INTO current_operation VALUES (1)")


@pytest.mark.parametrize("words", QUESTIONS)
def test_a_question_leaves_a_base_that_may_be_written_as_it_was(words: str, path: Path) -> None:
    before, moment = files(path), path.stat().st_mtime_ns
    assert run("", *words.split(), "--base", path).code == 0
    assert (files(path), path.stat().st_mtime_ns) == (before, moment)
