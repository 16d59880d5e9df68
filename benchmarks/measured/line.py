"""A line of the table: what is measured, beside what, and how many times as long it may take."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.measured import Measured

Way = Callable[[], Measured]
"""Does it once, and says what that cost."""


@dataclass(frozen=True)
class Line:
    """`ours` and its yardsticks; `aims`: the largest ratio of ours to each yardstick, 0.01 for 100x faster."""

    name: str
    ours: Way
    yardsticks: Mapping[str, Way]
    aims: Mapping[str, float]
    rounds: int = 5
    most_mib: float | None = None
    most_seconds: float | None = None


@dataclass(frozen=True)
class Found:
    """The medians of a line's rounds: of ours under "", of each yardstick under its name."""

    line: Line
    costs: Mapping[str, Measured]

    def ratio(self, yardstick: str) -> float:
        """How many times as long as the yardstick ours took."""
        return self.costs[""].seconds / self.costs[yardstick].seconds

    def cpu_ratio(self, yardstick: str) -> float:
        """The same of the processors' time."""
        return self.costs[""].cpu_seconds / max(self.costs[yardstick].cpu_seconds, 1e-6)

    @property
    def is_met(self) -> bool:
        """Whether every aim is met."""
        ours, line = self.costs[""], self.line
        limits = ((ours.peak_mib, line.most_mib), (ours.seconds, line.most_seconds))
        in_time = all(self.ratio(name) <= aim for name, aim in line.aims.items())
        return in_time and all(limit is None or spent <= limit for spent, limit in limits)


def measured(line: Line) -> Found:
    """Ours and the yardsticks in turn, round by round, so that what disturbs the machine disturbs all; the medians."""
    ways = {"": line.ours, **line.yardsticks}
    for way in ways.values():
        way()  # once unmeasured: files are in memory, modules compiled
    rounds = [{name: way() for name, way in ways.items()} for _ in range(line.rounds)]
    return Found(line, {name: _median([one[name] for one in rounds]) for name in ways})


def once(call: Callable[[], Any]) -> Measured:
    """What a call inside this process cost."""
    began, worked = time.perf_counter(), time.process_time()
    call()
    return Measured(time.perf_counter() - began, time.process_time() - worked, 0)


def inside(call: Callable[[], Any]) -> Way:
    """The call as a way."""
    return lambda: once(call)


def _median(costs: Sequence[Measured]) -> Measured:
    columns = ([getattr(cost, name) for cost in costs] for name in ("seconds", "cpu_seconds", "peak_mib"))
    return Measured(*map(median, columns))
