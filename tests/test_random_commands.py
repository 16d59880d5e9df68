"""Whatever is done is taken back step by step, and done again step by step: every row as it was."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crmcli.base.digest import content_of
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.commands.session import Session
from crmcli.schema import JOURNALED, operations
from tests.base.rows import rebuilt_rhythm, rebuilt_sums, rhythm, sums
from tests.conftest import Ran, Run, location_text
from tests.random_commands import COMMAND, FILES, FOUNDING, Commands

Play = Callable[[Commands], None]


@dataclass(frozen=True)
class State:
    """User data, told by its digest, and the last operation."""

    digest: str
    operation_id: int | None


@dataclass(frozen=True)
class Step:
    """A command that changed the base: its operation, and the digests before it and after."""

    operation_id: int
    before: str
    after: str


@pytest.fixture
def play(
    fresh_base: Callable[[], AbstractContextManager[Base]],
    program: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Play:
    """Runs commands on a base of their own, takes them all back, and does them all again."""
    monkeypatch.setattr(Session, "today", date(2026, 7, 1))
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8", newline="")

    def run(commands: Commands) -> None:
        with fresh_base() as base:
            monkeypatch.setenv("CRMCLI_BASE", location_text(base))
            done = run_all(base, program, [*FOUNDING, *commands])
            undone = take_back(base, program, done)
            take_back(base, program, undone)

    return run


def run_all(base: Base, program: Run, commands: Commands) -> list[Step]:
    """The commands that changed the base; each is seen to leave it in order."""
    steps, after = [], state_of(base)
    for words in commands:
        before = after
        ran = program(*words)
        after = state_of(base)
        assert ran.code in {0, 1, 2, 3}, (words, ran)
        assert "mistake of ours" not in ran.err, (words, ran)
        if ran.code in {1, 2}:
            assert after == before, words
        assert (after.operation_id == before.operation_id) == (after.digest == before.digest), words
        assert rhythm(base) == rebuilt_rhythm(base), words
        assert sums(base) == rebuilt_sums(base), words
        if after.operation_id is not None and after != before:
            steps.append(Step(after.operation_id, before.digest, after.digest))
    return steps


def take_back(base: Base, program: Run, steps: list[Step]) -> list[Step]:
    """Takes the steps back, the last first; the steps that did so."""
    taken = []
    for step in reversed(steps):
        ran = program("undo", step.operation_id, "--yes")
        assert ran.code == 0, (step, told(program, step), ran)
        now = state_of(base)
        assert now.digest == step.before, (step, told(program, step))
        assert rhythm(base) == rebuilt_rhythm(base), (step, told(program, step))
        assert sums(base) == rebuilt_sums(base), (step, told(program, step))
        assert now.operation_id is not None
        taken.append(Step(now.operation_id, step.after, step.before))
    return taken


def state_of(base: Base) -> State:
    with reading(base) as connection:
        last = connection.execute(select(func.max(operations.c.id))).scalar_one()
        return State(content_of(connection, JOURNALED).digest, last)


def told(program: Run, step: Step) -> Ran:
    """What the history says of a step: for whoever reads the failure."""
    return program("history", "--operation", step.operation_id)


_checked = partial(
    settings,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@_checked(max_examples=1, derandomize=True)
@given(commands=st.lists(COMMAND, min_size=24, max_size=24))
def test_what_is_done_is_taken_back_and_done_again_to_the_last_row(commands: Commands, play: Play) -> None:
    play(commands)


@pytest.mark.long
@_checked(max_examples=50)
@given(commands=st.lists(COMMAND, min_size=20, max_size=20))
def test_a_thousand_commands_in_short_lives_are_taken_back_and_done_again(commands: Commands, play: Play) -> None:
    play(commands)


@pytest.mark.long
@_checked(max_examples=7, phases=[Phase.generate])  # as many commands as hypothesis makes at once
@given(commands=st.lists(COMMAND, min_size=150, max_size=150))
def test_a_thousand_commands_in_long_lives_are_taken_back_and_done_again(commands: Commands, play: Play) -> None:
    play(commands)
