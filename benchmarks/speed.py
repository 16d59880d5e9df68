"""The table of `make bench`: each command beside its yardstick, measured in turn in one session.

python -m benchmarks.speed [COUNT ...] [--only FAMILY ...]: bases of 10,000, 100,000 and 1,000,000 customers unless told
otherwise. Prints the tables, and writes them to benchmarks/RESULTS.md unless only some families are asked for.
"""

import argparse
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.growth import Grown, growth
from benchmarks.lines import Bases
from benchmarks.made.base import sqlite_base
from benchmarks.measured.line import Found, measured
from benchmarks.report import as_markdown, told

FAMILIES = ("start", "one_row", "reactivate", "money", "funnel", "search", "sheets", "writes")
SIZES = (10_000, 100_000, 1_000_000)
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> None:
    """Makes what bases are missing, measures, prints, writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("counts", type=int, nargs="*", default=SIZES)
    parser.add_argument("--only", nargs="+", choices=(*FAMILIES, "growth"), default=())
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="crmcli-bench-") as home:
        _be_a_new_user(home)
        bases = {count: sqlite_base(count) for count in sorted(asked.counts)}
        found: list[Found] = []
        grown: list[Grown] = []
        for one in _measured(bases, asked.only or FAMILIES):
            print(told(one), flush=True)
            found.append(one)
        for grew in growth(bases) if not asked.only or "growth" in asked.only else ():
            grown.append(grew)
            if not asked.only:
                RESULTS.write_text(as_markdown(found, grown, bases, datetime.now(UTC).date()), encoding="utf-8")
    print(as_markdown(found, grown, bases, datetime.now(UTC).date()))


def _measured(bases: Bases, families: tuple[str, ...]) -> Iterator[Found]:
    for family in families:
        if family in FAMILIES:
            yield from map(measured, import_module(f"benchmarks.lines.{family}").lines(bases))


def _be_a_new_user(home: str) -> None:
    """No settings of whoever runs it are read."""
    for name in [name for name in os.environ if name.startswith("CRMCLI_") and name != "CRMCLI_BENCH"]:
        del os.environ[name]
    os.environ.update(XDG_CONFIG_HOME=home, XDG_DATA_HOME=home)


if __name__ == "__main__":
    main()
