"""Finding a contact: by part of a name or phone, and by a name that is misspelt."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from benchmarks.lines import Bases, called
from benchmarks.measured.bare import bare
from benchmarks.measured.line import Line, Way, inside
from benchmarks.measured.statements import asked_by
from crmcli.base.location import read_location
from crmcli.base.opening import open_base
from crmcli.questions.misspelt import candidates, nearest
from crmcli.values.text import search_key

_SCAN = "LIKE scan in bare sqlite3"
_BY_NAME = "SELECT id, name FROM contacts WHERE search_key LIKE ? ORDER BY search_key"
_BY_PHONE = "SELECT contact_id FROM contact_points WHERE value LIKE ?"
"""All hits, though twenty are shown: ours says how many there are, too."""
_MISSPELT = "Щербаковский Павлл"
_ALL_NAMES, _NAMES = "rapidfuzz over all names", "SELECT id, search_key FROM contacts"
_PARTS = {"a name": ("щербакыкин", _BY_NAME), "a phone": ("45678", _BY_PHONE)}


def lines(bases: Bases) -> Iterator[Line]:
    """In the engine, beside a scan; whom a misspelt name means, beside a comparison with every name."""
    for count, base in bases.items():
        connection = bare(base)
        for what, (part, scan) in _PARTS.items():
            ours = asked_by(base, "contact", "list", "--search", part, "--limit", "20")
            theirs = inside(partial(_fetch, connection, scan, f"%{part}%"))
            name = f"contact list by part of {what} at {called(count)}, in the engine"
            yield Line(name, ours, {_SCAN: theirs}, {_SCAN: 0.02})
        theirs = inside(partial(_compare_all, connection))
        yield Line(f"a misspelt name at {called(count)}", _suggested(base), {_ALL_NAMES: theirs}, {_ALL_NAMES: 0.05})


def _fetch(connection: sqlite3.Connection, statement: str, pattern: str) -> list[Any]:
    return connection.execute(statement, (pattern,)).fetchall()


def _suggested(base: Path) -> Way:
    opened = open_base(read_location(str(base)))
    assert opened
    connection, key = opened.engine.connect(), search_key(_MISSPELT)
    asked = candidates(key)
    assert asked is not None
    return inside(lambda: nearest(key, connection.execute(asked).all()))


def _compare_all(connection: sqlite3.Connection) -> list[Any]:
    keys = [key for _, key in connection.execute(_NAMES)]
    return process.extract(search_key(_MISSPELT), keys, scorer=fuzz.WRatio, limit=3)
