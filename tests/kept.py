"""What one worker keeps from test to test, as no process of the program could: what it would make anew each time.

Every run of the program in a test opens the base with an engine of its own, for which SQLAlchemy compiles each
statement, and builds its commands; together that is half of what a test takes.
"""

import gc
from collections.abc import Hashable
from functools import cache
from typing import Any

import pytest
import typer.main
from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

from crmcli import app

_COLLECT_AFTER = 50_000


class Statements(LRUCache[Any, Any]):
    """Compiled statements. A key begins with its engine's own dialect: any of that engine's name is as good."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """The statement; `default` where there is none."""
        return super().get(_of_any_engine(key), default)

    def __setitem__(self, key: tuple[Any, ...], statement: Any) -> None:
        super().__setitem__(_of_any_engine(key), statement)


def keep_statements() -> None:
    """From now on all engines share the statements that they compile."""
    statements = Statements(1000)

    @event.listens_for(Engine, "engine_connect")
    def _share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)


def keep_commands(patch: pytest.MonkeyPatch) -> None:
    """From now on each command is built once."""
    built = cache(typer.main.get_command)
    for module in (typer.main, app):
        patch.setattr(module, "get_command", built)


def keep_modules() -> None:
    """What is imported by now stays: no use in looking for garbage in it, which takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, 20, 20)


def _of_any_engine(key: tuple[Any, ...]) -> Hashable:
    return (key[0].name, *key[1:])
