"""Workbooks in and out. An import has its processes' peaks added up; a bare one reads and stores without a thought."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.lines import Bases, called
from benchmarks.made.base import folder
from benchmarks.made.sheet import MOST_ROWS, write_contacts
from benchmarks.measured import Measured
from benchmarks.measured.line import Line, Way
from benchmarks.measured.memory import watched_memory
from benchmarks.measured.programs import crmcli, peer

_BARE, _WRITER = "calamine and executemany", "xlsxwriter, constant memory"
_MOST_MIB = {100_000: 400, 1_000_000: 1536}


def lines(bases: Bases) -> Iterator[Line]:
    """A sheet as long as the base has customers, and an export of them."""
    for count, base in bases.items():
        if count in _MOST_MIB:
            yield _import(count)
        if count <= 100_000:
            yield _export(count, base)


def _import(count: int) -> Line:
    sheet = folder() / f"contacts-{count}.xlsx"
    if not sheet.exists():
        write_contacts(sheet, min(count, MOST_ROWS))
    ours = _into_new(lambda base: crmcli(base, "import", str(sheet), "--yes"))
    theirs = _into_new(lambda base: peer("bare_import", sheet, base))
    rounds = 1 if count > 100_000 else 3
    name = f"import of {called(count)} rows from xlsx"
    return Line(name, ours, {_BARE: theirs}, {_BARE: 3}, rounds, most_mib=_MOST_MIB[count])


def _export(count: int, base: Path) -> Line:
    target, cells = folder() / "exported.xlsx", folder() / f"cells-{count}.tsv"
    crmcli(base, "export", "contacts", "--output", str(cells))()
    ours = crmcli(base, "export", "contacts", "--output", str(target))
    theirs = peer("bare_export", cells, target)
    return Line(f"export of {called(count)} contacts to xlsx", ours, {_WRITER: theirs}, {_WRITER: 1.5}, rounds=3)


def _into_new(way: Callable[[Path], Way]) -> Way:
    """The way into a base that is not there yet, with the memory of all its processes."""

    def run() -> Measured:
        with TemporaryDirectory(dir=folder()) as name, watched_memory() as peaks:
            cost = way(Path(name) / "base.db")()
        return Measured(cost.seconds, cost.cpu_seconds, sum(peaks.values()))

    return run
