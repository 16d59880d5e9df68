"""The funnel: the program's whole run beside its own statements in sqlite3 alone, which prints nothing."""

import json
from collections.abc import Iterator

from benchmarks.lines import Bases, called
from benchmarks.made.base import folder
from benchmarks.measured.line import Line
from benchmarks.measured.programs import crmcli, peer
from benchmarks.measured.statements import statements_of

_SAME = "the same SQL in bare sqlite3"
_WORDS = ("funnel", "--by", "owner")


def lines(bases: Bases) -> Iterator[Line]:
    """The funnel of each base."""
    for count, base in bases.items():
        asked = folder() / f"funnel-{count}.json"
        asked.write_text(json.dumps(statements_of(base, *_WORDS)), encoding="utf-8")
        ours, theirs = crmcli(base, *_WORDS), peer("bare_statements", base, asked)
        yield Line(f"funnel --by owner at {called(count)}", ours, {_SAME: theirs}, {_SAME: 1.2}, rounds=5)
