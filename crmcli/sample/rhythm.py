"""When a client buys: every one at his own pace, some of them no longer."""

from datetime import date, timedelta
from math import log
from random import Random
from typing import Literal

AS_OF = date(2026, 7, 1)
"""The day on which the demo is asked."""
OPENED_ON = date(2023, 7, 1)
"""The day from which the shop keeps its sheets."""

Pattern = Literal["steady", "slipping", "gone", "once", "lead"]
_SILENCE: dict[Pattern, tuple[float, float]] = {"steady": (0.05, 0.8), "slipping": (1.3, 2.6), "gone": (3.6, 7)}
_LONGEST_SILENCE = 640


def personal_period(rng: Random, *, wholesale: bool) -> float:
    """Days from one purchase to the next: two weeks to half a year."""
    median, spread = (41, 0.35) if wholesale else (78, 0.5)
    return min(180.0, max(14.0, rng.lognormvariate(log(median), spread)))


def purchase_days(pattern: Pattern, period: float, rng: Random) -> tuple[date, ...]:
    """The days on which a client with this pattern and period has bought, in order."""
    if pattern == "lead":
        return ()
    if pattern == "once":
        return (AS_OF - timedelta(days=rng.randint(20, 900)),)
    silent = round(rng.uniform(*_SILENCE[pattern]) * period)
    last = AS_OF - timedelta(days=min(_LONGEST_SILENCE, max(1, silent)))
    return _days_back(last, _first_day(last, period, rng), period, rng)


def _first_day(last: date, period: float, rng: Random) -> date:
    """Half of the clients have come since the beginning, the others from any day that leaves time for a habit."""
    latest = max(0, (last - OPENED_ON).days - round(5 * period))
    return OPENED_ON + timedelta(days=rng.randint(0, min(35, latest) if rng.random() < 0.5 else latest))


def _days_back(last: date, first: date, period: float, rng: Random) -> tuple[date, ...]:
    days = [last]
    while (day := days[-1] - timedelta(days=max(2, round(rng.gammavariate(5, period / 5))))) >= first:
        days.append(day)
    return tuple(reversed(days))
