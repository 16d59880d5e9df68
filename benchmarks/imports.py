"""`crmcli import` of a workbook of contacts, beside what no import can beat and beside the obvious way.

python -m benchmarks.imports [ROWS | --full]: 100,000 rows of ten columns unless told otherwise; --full fills a sheet,
which the obvious way is spared. Each is a process of its own into a base of its own, in turn, three times (a full sheet
once), and the medians count. `process` is the largest peak of one process, `all` the sum of the peaks: crmcli reads
the file in a process of its own.
"""

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.made.sheet import MOST_ROWS, write_contacts
from benchmarks.measured import run_measured
from benchmarks.measured.memory import watched_memory

ROWS = 100_000
_MOST_FOR_ALL = 300_000
_STORED = {"contacts": 1, "contact_points": 2, "external_refs": 1}
"""How many rows of each table a row of the sheet becomes."""


@dataclass(frozen=True)
class _Run:
    """What one import cost: seconds by the clock and of all processors, and the peak of each process in MiB."""

    seconds: float
    cpu_seconds: float
    peaks: tuple[float, ...]


def main(rows: int) -> None:
    """Makes the workbook, has it imported in each way, prints the table."""
    with TemporaryDirectory(prefix="crmcli-bench-") as name:
        sheet = Path(name) / "contacts.xlsx"
        write_contacts(sheet, rows)
        ways = _ways(rows)
        rounds = 1 if rows > _MOST_FOR_ALL else 3
        runs = [{way: _imported(command, sheet, rows) for way, command in ways.items()} for _ in range(rounds)]
        size = sheet.stat().st_size / 2**20
    print(f"{rows} rows of 10 columns, {size:.0f} MiB")
    _print({way: [each[way] for each in runs] for way in ways})


def _ways(rows: int) -> dict[str, list[str]]:
    """The words of each way's program; {sheet} and {base} stand for the paths."""
    peers = {"bare": "bare_import", "obvious": "obvious_import"}
    if rows > _MOST_FOR_ALL:
        del peers["obvious"]
    theirs = {way: ["-m", f"benchmarks.peers.{module}", "{sheet}", "{base}"] for way, module in peers.items()}
    return theirs | {"crmcli": ["-m", "crmcli", "--base", "{base}", "import", "{sheet}", "--yes"]}


def _imported(words: Sequence[str], sheet: Path, rows: int) -> _Run:
    """Runs one import into a new base, and sees that all of the sheet is there."""
    with TemporaryDirectory(dir=sheet.parent) as name:
        base, folder = Path(name, "base.db"), Path(name)
        command = [sys.executable, *(word.format(sheet=sheet, base=base) for word in words)]
        with watched_memory() as peaks:
            measured = run_measured(command, folder / "printed")
        _check(base, rows)
    return _Run(measured.seconds, measured.cpu_seconds, tuple(peaks.values()))


def _check(base: Path, rows: int) -> None:
    with closing(sqlite3.connect(base)) as connection:
        for table, times in _STORED.items():
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if count != rows * times:
                raise SystemExit(f"{table} has {count} rows, and should have {rows * times}")


def _print(ran: dict[str, list[_Run]]) -> None:
    others = [way for way in ran if way != "crmcli"]
    headings = "".join(f"{'/ ' + way:>11}" for way in others)
    print(f"{'':10}{'seconds':>9}{headings}{'cpu':>8}{'process':>9}{'all':>6}  MiB")
    for way, runs in ran.items():
        ratios = "".join(f"{_seconds(runs) / _seconds(ran[other]):11.2f}" for other in others)
        cpu = median(run.cpu_seconds for run in runs)
        process, every = (median(of(run.peaks) for run in runs) for of in (max, sum))
        print(f"{way:10}{_seconds(runs):9.2f}{ratios}{cpu:8.2f}{process:9.0f}{every:6.0f}")


def _seconds(runs: Sequence[_Run]) -> float:
    return median(run.seconds for run in runs)


if __name__ == "__main__":
    told = sys.argv[1] if len(sys.argv) > 1 else str(ROWS)
    main(MOST_ROWS if told == "--full" else int(told))
