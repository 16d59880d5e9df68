"""What happened to the customers of a made base: purchases, touches, deals. The same for the same number of customers.

Heavy-tailed as in real shops: most buy a few times, some a hundred times; who buys more is talked to more, and brings
more deals. Each has a time of his own, within three years, in which he comes and may go again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

LAST_DAY = date(2026, 6, 30)
"""Nothing happened later: questions are asked as of the day after."""

EMPLOYEES, CHANNELS = 12, 8
_DAYS = 3 * 365
_MEAN_EVENTS = 10
_AT_ONCE = 50_000
_DATES = [LAST_DAY - timedelta(days=_DAYS - 1 - number) for number in range(_DAYS)]
_TOUCH_KINDS, _TOUCH_SHARES = ("call", "message", "email", "meeting", "visit"), (0.45, 0.25, 0.15, 0.1, 0.05)
_OUTCOMES, _OUTCOME_SHARES = ("done", "no-answer", "interested", "callback", "refused"), (0.5, 0.2, 0.15, 0.1, 0.05)

PURCHASE_COLUMNS = ("contact_id", "owner_id", "channel_id", "purchased_on", "kind", "amount", "cost")
TOUCH_COLUMNS = ("contact_id", "employee_id", "kind", "direction", "outcome", "happened_on")

Row = list[Any]


@dataclass(frozen=True)
class Customers:
    """A number an array, an item a customer: his owner and channel (ids), the first and last day of his time, and how
    much more than others he does."""

    owners: Any
    channels: Any
    first: Any
    last: Any
    weights: Any

    @property
    def count(self) -> int:
        return len(self.owners)


def customers(count: int) -> Customers:
    """So many customers."""
    random = np.random.default_rng([count, 1])
    ends = np.sort(random.integers(0, _DAYS, (2, count)), axis=0)
    stays = random.random(count) < 0.4
    return Customers(
        random.integers(1, EMPLOYEES + 1, count),
        random.integers(1, CHANNELS + 1, count),
        ends[0],
        np.where(stays, _DAYS - 1, ends[1]),
        random.lognormal(0, 1.1, count),
    )


def purchases(of: Customers) -> Iterator[Row]:
    """Rows of PURCHASE_COLUMNS by date; one in a hundred is unattributed."""
    random = np.random.default_rng([of.count, 2])
    who, day = _events(of, random)
    amount = np.maximum(random.lognormal(7.6, 0.9, len(who)).astype(np.int64), 1) * 100
    kind = _chosen(random, len(who), ("sale", "refund"), (0.98, 0.02))
    known = random.random(len(who)) >= 0.01
    for part in _parts(len(who)):
        ids = [int(one) + 1 if is_known else None for one, is_known in zip(who[part], known[part], strict=True)]
        money, mine = amount[part], who[part]
        columns = (ids, of.owners[mine].tolist(), of.channels[mine].tolist(), _dates(day[part]), kind[part].tolist(),
                   money.tolist(), (money * 6 // 10).tolist())  # fmt: skip
        yield from map(list, zip(*columns, strict=True))


def touches(of: Customers) -> Iterator[Row]:
    """Rows of TOUCH_COLUMNS by date."""
    random = np.random.default_rng([of.count, 3])
    who, day = _events(of, random)
    kind = _chosen(random, len(who), _TOUCH_KINDS, _TOUCH_SHARES)
    way = _chosen(random, len(who), ("out", "in"), (0.7, 0.3))
    outcome = _chosen(random, len(who), _OUTCOMES, _OUTCOME_SHARES)
    for part in _parts(len(who)):
        mine = who[part]
        columns = ((mine + 1).tolist(), of.owners[mine].tolist(), kind[part].tolist(), way[part].tolist(),
                   outcome[part].tolist(), _dates(day[part]))  # fmt: skip
        yield from map(list, zip(*columns, strict=True))


@dataclass(frozen=True)
class Deal:
    """A deal on its way: the stages it was in, by their places from 0, each with the day it came there."""

    contact_id: int
    owner_id: int
    channel_id: int
    amount: int
    moves: list[tuple[int, date]]


def deals(of: Customers, stages: int) -> Iterator[Deal]:
    """One for every fifth customer, by date; `stages` open ones, then won, then lost. Some are lost on their way."""
    random = np.random.default_rng([of.count, 4])
    count = of.count // 5
    who = random.choice(of.count, count, replace=False)
    begun = np.sort(random.integers(0, _DAYS, count))
    passed = random.binomial(stages, 0.7, count)
    amount = np.maximum(random.lognormal(9, 1, count).astype(np.int64), 1) * 100
    is_lost, days = random.random(count) < 0.6, random.integers(0, 14, (count, stages + 1))
    for number in range(count):
        places = list(range(int(passed[number]) + 1))
        if places[-1] < stages and is_lost[number]:
            places.append(stages + 1)
        walked = begun[number] + np.cumsum(days[number])
        moves = [(place, _DATES[min(int(at), _DAYS - 1)]) for place, at in zip(places, walked, strict=False)]
        one = who[number]
        yield Deal(int(one) + 1, int(of.owners[one]), int(of.channels[one]), int(amount[number]), moves)


def _events(of: Customers, random: Any) -> tuple[Any, Any]:
    """Who did something, and on which day, by day: ten times in the mean."""
    counts = random.poisson(of.weights / of.weights.mean() * _MEAN_EVENTS)
    who = np.repeat(np.arange(of.count), counts)
    day = of.first[who] + (random.random(len(who)) * (of.last[who] - of.first[who] + 1)).astype(np.int64)
    order = np.argsort(day, kind="stable")
    return who[order], day[order]


def _chosen(random: Any, count: int, words: tuple[str, ...], shares: tuple[float, ...]) -> Any:
    return np.array(words, dtype=object)[random.choice(len(words), count, p=shares)]


def _dates(days: Any) -> list[date]:
    return [_DATES[day] for day in days.tolist()]


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, _AT_ONCE):
        yield slice(start, start + _AT_ONCE)
