"""The commands on a base whose today is a Wednesday, 1 July 2026."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from crmcli.commands.session import Session
from tests.conftest import Run

TODAY = date(2026, 7, 1)

Said = Callable[..., str]
Asked = Callable[..., Any]

on_sqlite = pytest.mark.parametrize("base", ["sqlite"], indirect=True)
"""For what no engine has a part in."""


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """The day on which the commands run."""
    monkeypatch.setattr(Session, "today", TODAY)
    return TODAY


@pytest.fixture
def do(crm: Run) -> Said:
    """Runs a command that works; the line it says."""

    def run(*words: object) -> str:
        ran = crm(*words)
        assert ran.code == 0, ran.err
        return ran.out.strip()

    return run


@pytest.fixture
def ask(crm: Run) -> Asked:
    """Runs a command that works; its answer as JSON gives it."""

    def run(*words: object) -> Any:
        ran = crm(*words, "--format", "json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    return run


@pytest.fixture
def refused(crm: Run) -> Said:
    """Runs a command that fails, with 1 unless `code` says otherwise; the one line that says why."""

    def run(*words: object, code: int = 1) -> str:
        ran = crm(*words)
        assert (ran.code, ran.out) == (code, ""), ran
        assert ran.err.startswith("crmcli: ")
        assert ran.err.count("\n") == 1
        return ran.err.strip()

    return run
