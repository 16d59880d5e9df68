"""One write, with its journal and rollups: the time in the engine, its commit on the disk."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from benchmarks.lines import Bases, called
from benchmarks.measured.bare import alone
from benchmarks.measured.line import Line, inside
from benchmarks.measured.statements import written_by
from crmcli.actions import purchase, touch
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_or_create
from crmcli.base.writing import Writer, writing

_ALONE = "the same insert alone in bare sqlite3"
_ON = date(2026, 6, 30)
_TOUCH = "INSERT INTO touches (contact_id, kind, direction, happened_on) VALUES (4321, 'call', 'out', '2026-06-30')"
_SALE = "INSERT INTO purchases (contact_id, purchased_on, kind, amount) VALUES (4321, '2026-06-30', 'sale', 120000)"


def lines(bases: Bases) -> Iterator[Line]:
    """A call logged and a sale recorded, beside the insert into the same table without anything else."""
    for count, path in bases.items():
        base, bare = open_or_create(SqliteLocation(path)), alone(path)
        adding: dict[str, tuple[Callable[[Writer], object], str]] = {
            "touch add": (lambda writer: touch.add(writer, 4321, "call", _ON, direction="out"), _TOUCH),
            "purchase add": (lambda writer: purchase.add(writer, _ON, 1200_00, contact_id=4321), _SALE),
        }
        for word, (add, insert) in adding.items():
            ours = written_by(base, partial(_write, base, add))
            theirs = inside(partial(_insert, bare, insert))
            name = f"one {word} at {called(count)}, in the engine"
            yield Line(name, ours, {_ALONE: theirs}, {_ALONE: 6}, rounds=21, most_seconds=0.005)


def _write(base: Base, add: Callable[[Writer], object]) -> None:
    with writing(base, "bench", "bench") as writer:
        add(writer)


def _insert(connection: sqlite3.Connection, statement: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(statement)
    connection.execute("COMMIT")
