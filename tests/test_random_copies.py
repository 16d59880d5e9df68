"""Whatever was done to a base, its copy on the other engine and back is the same, and takes the same back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crmcli.base.copying import copy
from crmcli.base.counters import last_ids
from crmcli.base.digest import Content, content_of
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.opening import Base, open_base
from crmcli.base.writing import reading
from crmcli.commands.session import Session
from crmcli.schema import JOURNALED, operations
from tests.conftest import Run, place_text
from tests.random_commands import COMMAND, FILES, FOUNDING, Commands

Play = Callable[[Commands], None]

_checked = partial(settings, deadline=None, database=None, suppress_health_check=list(HealthCheck))
_NUMBERS = count()


@contextmanager
def quietly(_text: str, _total: int) -> Iterator[Callable[[int], None]]:
    yield lambda _count: None


@pytest.fixture
def play(
    fresh_base: Callable[[], AbstractContextManager[Base]],
    program: Run,
    tmp_path: Path,
    postgres_base: Base,
    monkeypatch: pytest.MonkeyPatch,
) -> Play:
    """Runs commands on a base of their own, copies it there and back, and takes back on both what can be."""
    monkeypatch.setattr(Session, "today", date(2026, 7, 1))
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")
    assert isinstance(postgres_base.location, PostgresLocation)
    server = postgres_base.location.url

    def run(commands: Commands) -> None:
        with fresh_base() as base:
            for words in [*FOUNDING, *commands]:
                program(*words, "--base", place_text(base.location))
            number = next(_NUMBERS)
            file = SqliteLocation(tmp_path / f"copy-{number}.db")
            schema = PostgresLocation(server, f"copy_{number}")
            way: list[Location] = [schema, file] if isinstance(base.location, SqliteLocation) else [file, schema]
            for source, target in zip([base.location, *way], way, strict=False):
                copy(source, target, quietly)
                assert held(target) == held(base.location)
            assert taken_back(program, way[-1]) == taken_back(program, base.location)

    return run


def held(location: Location) -> tuple[Content, dict[str, int]]:
    """All that a base holds, and the last ids it has given."""
    with reading(opened(location)) as connection:
        return content_of(connection), last_ids(connection)


def taken_back(program: Run, location: Location) -> list[tuple[int, str, str]]:
    """What comes of taking each operation back, the last one first: what was said, and the users' rows then."""
    with reading(opened(location)) as connection:
        last = connection.execute(select(func.max(operations.c.id))).scalar_one()
    steps = []
    for number in range(last, max(last - 6, 0), -1):
        ran = program("undo", number, "--yes", "--base", place_text(location))
        with reading(opened(location)) as connection:
            steps.append((ran.code, ran.err, content_of(connection, JOURNALED).digest))
    return steps


def opened(location: Location) -> Base:
    base = open_base(location)
    assert base
    return base


@_checked(max_examples=1, derandomize=True)
@given(commands=st.lists(COMMAND, min_size=16, max_size=16))
def test_a_copy_there_and_back_is_the_same_base_and_takes_the_same_back(commands: Commands, play: Play) -> None:
    play(commands)


@pytest.mark.long
@_checked(max_examples=40)
@given(commands=st.lists(COMMAND, min_size=24, max_size=24))
def test_many_copies_there_and_back_are_the_same_bases_and_take_the_same_back(commands: Commands, play: Play) -> None:
    play(commands)
