"""Whom to call today: the first fifty, and the whole list as a file."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.lines import Bases, called
from benchmarks.measured.bare import bare
from benchmarks.measured.line import Line, inside
from benchmarks.measured.programs import AS_OF, crmcli, peer
from benchmarks.measured.statements import asked_by
from benchmarks.peers import duck
from benchmarks.peers.asked import LAST_AND_SPAN

_GROUP_BY, _DUCK, _CSV = "GROUP BY in bare sqlite3", "GROUP BY in DuckDB", "sqlite3 and csv"


def lines(bases: Bases) -> Iterator[Line]:
    """Beside a GROUP BY over the purchases, in either engine; the whole list beside the same joins written by csv."""
    for count, base in bases.items():
        yield _first_fifty(count, base)
        whole = crmcli(base, "reactivate", "--as-of", AS_OF, "--format", "csv")
        name = f"reactivate to csv at {called(count)}"
        yield Line(name, whole, {_CSV: peer("bare_reactivate", base)}, {_CSV: 3}, rounds=3)


def _first_fifty(count: int, base: Path) -> Line:
    sqlite, native = bare(base), duck.native(base)
    yardsticks = {
        _GROUP_BY: inside(lambda: sqlite.execute(LAST_AND_SPAN).fetchall()),
        _DUCK: inside(lambda: native.execute(LAST_AND_SPAN).fetchall()),
    }
    ours = asked_by(base, "reactivate", "--limit", "50", "--as-of", AS_OF)
    aims = {_GROUP_BY: 0.01, _DUCK: 0.05}
    return Line(f"reactivate --limit 50 at {called(count)}, in the engine", ours, yardsticks, aims, rounds=3)
