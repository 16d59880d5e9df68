"""Questions that go through all purchases: revenue by month, RFM, retention."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.lines import Bases, called
from benchmarks.measured.line import Line, inside
from benchmarks.measured.programs import AS_OF, crmcli, peer
from benchmarks.measured.statements import asked_by
from benchmarks.peers import duck
from benchmarks.peers.asked import REVENUE_BY_MONTH

_NATIVE, _DUCK = "DuckDB, its own table", "DuckDB over the same file"
TWO_YEARS = ("--from", "2024-07-01", "--to", "2026-06-30")


def lines(bases: Bases) -> Iterator[Line]:
    """In the engine beside DuckDB's own table; whole runs beside DuckDB over the same file."""
    for count, base in bases.items():
        yield _by_month(count, base)
        for word, peers in (("rfm", "RFM"), ("retention", "RETENTION")):
            ours = crmcli(base, word, "--as-of", AS_OF)
            yield Line(f"{word} at {called(count)}", ours, {_DUCK: peer("duck", base, peers)}, {_DUCK: 1}, rounds=3)


def _by_month(count: int, base: Path) -> Line:
    native = duck.native(base)
    theirs = inside(lambda: native.execute(REVENUE_BY_MONTH).fetchall())
    ours = asked_by(base, "revenue", "--by", "month", *TWO_YEARS)
    name = f"revenue --by month, 24 months, at {called(count)}, in the engine"
    return Line(name, ours, {_NATIVE: theirs}, {_NATIVE: 1}, rounds=3)
