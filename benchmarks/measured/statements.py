"""What a command asks the engine: its statements as they go to the driver, and the time that they take there."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.measured import Measured
from benchmarks.measured.line import Way, inside
from crmcli import app
from crmcli.base.location import read_location
from crmcli.base.opening import Base, open_base

Statement = tuple[str, Any]


def statements_of(base: object, *words: str) -> list[Statement]:
    """The reading statements of a command, which is run to see them, with their parameters."""
    return [one for one in _seen(base, *words) if one[0].lstrip("(").startswith(("SELECT", "WITH"))]


def asked_by(base: object, *words: str) -> Way:
    """The time in the engine of all that a reading command asks: on one open connection, every row fetched."""
    statements = statements_of(base, *words)
    opened = open_base(read_location(str(base)))
    assert opened
    connection = opened.engine.raw_connection()  # kept: the engine closes what nobody holds

    def ask() -> None:
        cursor = connection.cursor()
        for statement, parameters in statements:
            cursor.execute(statement, parameters)
            cursor.fetchall()

    return inside(ask)


def written_by(base: Base, write: Any) -> Way:
    """The time in the engine of all that `write`, which opens a transaction and ends it, has it do."""

    def run() -> Measured:
        with _timed(base.engine) as spent:
            write()
        return Measured(spent[0], spent[1], 0)

    return run


def _seen(base: object, *words: str) -> Sequence[Statement]:
    found: list[Statement] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        with redirect_stdout(_nowhere()), redirect_stderr(_nowhere()):
            code = app.main([*words, "--base", str(base)])
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    if code:
        raise SystemExit(f"crmcli {' '.join(words)} ended with {code}")
    return found


def _nowhere() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8")


@contextmanager
def _timed(engine: Engine) -> Iterator[list[float]]:
    """Seconds by the clock and of the processor, summed over the driver's calls, the commit among them."""
    spent, began = [0.0, 0.0], [0.0, 0.0]

    def start(*_: object) -> None:
        began[:] = perf_counter(), process_time()

    def stop(*_: object) -> None:
        spent[0] += perf_counter() - began[0]
        spent[1] += process_time() - began[1]

    def commit(connection: Any) -> None:
        start()
        connection.commit()
        stop()

    event.listen(engine, "before_cursor_execute", start)
    event.listen(engine, "after_cursor_execute", stop)
    vars(engine.dialect)["do_commit"] = commit
    try:
        yield spent
    finally:
        event.remove(engine, "before_cursor_execute", start)
        event.remove(engine, "after_cursor_execute", stop)
        del vars(engine.dialect)["do_commit"]
