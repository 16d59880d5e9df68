"""The program in processes that are killed at random moments, and what holds of a base after every kill."""

import random
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from crmcli.base.digest import content_of
from crmcli.base.location import PostgresLocation
from crmcli.base.opening import Base, open_base
from crmcli.base.writing import reading
from crmcli.schema import JOURNALED
from tests.base.rows import rebuilt_rhythm, rebuilt_sums, rhythm, sums
from tests.conftest import location_text
from tests.forked import PROGRAM, Process

_AT_ONCE = 50
_BEYOND = 1.05
"""The last kills come when the command should be through."""


@dataclass(frozen=True)
class Kills:
    """So many kills; the seed chooses their moments."""

    count: int
    seed: int

    def __str__(self) -> str:
        return f"{self.count} kills, seed {self.seed}"

    def moments(self, whole: float) -> Iterator[float]:
        """Seconds, spread over the `whole` that the command takes, from its start-up on, in random order."""
        chance = random.Random(self.seed)
        for slot in chance.sample(range(self.count), self.count):
            yield (slot + chance.random()) / self.count * _BEYOND * whole


def killed(short: int, long: int) -> pytest.MarkDecorator:
    """Parametrises a test with `kills`: a few in the suite, all of them in the long form."""
    counts = [min(_AT_ONCE, long - start) for start in range(0, long, _AT_ONCE)]
    parts = [pytest.param(Kills(count, seed), marks=pytest.mark.long) for seed, count in enumerate(counts, 1)]
    return pytest.mark.parametrize("kills", [Kills(short, 0), *parts], ids=str)


def started(base: Base | str, *words: object) -> Process:
    """The program with these words on that base, in a process of its own."""
    location = base if isinstance(base, str) else location_text(base)
    return Process(PROGRAM, [*map(str, words), "--base", location])


def seconds_of(process: Process) -> float:
    """How long a command takes that works and has nothing to complain of."""
    began = time.monotonic()
    out, err = process.communicate()
    assert (process.returncode, err) == (0, ""), (out, err)
    return time.monotonic() - began


def killed_after(process: Process, seconds: float) -> bool:
    """Kills it then, unless it has ended; whether it had ended well: what it did is acknowledged."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    said = process.communicate()
    assert process.returncode in {0, -9}, said
    return process.returncode == 0


def await_server(base: Base) -> None:
    """A server goes on with what a killed program, or one of PostgreSQL's own, told it last: that is done, or not."""
    if isinstance(base.location, PostgresLocation):
        theirs = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        while _counted(base, f"SELECT count(*) FROM pg_stat_activity WHERE {theirs}"):
            pass


def reopened(base: Base) -> Base:
    """The base as the next command finds it, once all is quiet."""
    await_server(base)
    opened = open_base(base.location)
    assert opened
    return opened


def digest_of(base: Base) -> str:
    """All that the next command finds in the base."""
    with reading(reopened(base)) as connection:
        return content_of(connection).digest


def data_of(base: Base) -> str:
    """What users entered: the base without its journal and what is kept ready."""
    with reading(reopened(base)) as connection:
        return content_of(connection, JOURNALED).digest


def assert_sound(base: Base) -> None:
    """What is kept ready is what a rebuild gives, and the file is whole."""
    assert rhythm(base) == rebuilt_rhythm(base)
    assert sums(base) == rebuilt_sums(base)
    if base.engine.dialect.name == "sqlite":
        with reading(base) as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def _counted(base: Base, query: str) -> int:
    with reading(base) as connection:
        return int(connection.exec_driver_sql(query).scalar_one())
