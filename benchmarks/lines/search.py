"""Finding a contact: by part of a name or phone, and by a name that is misspelt."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks.lines import Bases, called
from benchmarks.measured.bare import bare
from benchmarks.measured.line import Line, inside
from benchmarks.measured.statements import asked_by

_SCAN = "LIKE scan in bare sqlite3"
_BY_NAME = "SELECT id, name FROM contacts WHERE search_key LIKE ? ORDER BY search_key LIMIT 20"
_BY_PHONE = "SELECT contact_id FROM contact_points WHERE value LIKE ? LIMIT 20"
_PARTS = {"a name": ("стрекалов", _BY_NAME), "a phone": ("4567812", _BY_PHONE)}


def lines(bases: Bases) -> Iterator[Line]:
    """In the engine, beside a scan."""
    for count, base in bases.items():
        connection = bare(base)
        for what, (part, scan) in _PARTS.items():
            ours = asked_by(base, "contact", "list", "--search", part, "--limit", "20")
            theirs = inside(partial(_fetch, connection, scan, f"%{part}%"))
            name = f"contact list by part of {what} at {called(count)}, in the engine"
            yield Line(name, ours, {_SCAN: theirs}, {_SCAN: 0.02})


def _fetch(connection: sqlite3.Connection, statement: str, pattern: str) -> list[Any]:
    return connection.execute(statement, (pattern,)).fetchall()
