"""The arrays that the models work on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Histories:
    """The distinct histories of customers, and how many customers have each.

    x: purchase days after the first; t_x: days from the first to the last; age: days from the first to the last day
    that is known of. `group` says which history each of the customers has.
    """

    x: Whole
    t_x: Whole
    age: Whole
    count: Whole
    group: Whole

    @property
    def customers(self) -> int:
        """How many customers there are."""
        return int(self.count.sum())


def grouped(x: Whole, t_x: Whole, age: Whole) -> Histories:
    """The distinct ones of these histories."""
    days = int(age.max(initial=0)) + 1
    found, group, count = np.unique((x * days + t_x) * days + age, return_inverse=True, return_counts=True)
    return Histories(found // days // days, found // days % days, found % days, count, group)


def by_pair(first: Whole, second: Whole) -> tuple[Whole, Whole, Whole]:
    """The distinct pairs, as two arrays, and which of them stands at each place."""
    width = int(second.max(initial=0)) + 1
    found, place = np.unique(first * width + second, return_inverse=True)
    return found // width, found % width, place


def columns(rows: Iterable[Sequence[int]], width: int) -> list[Whole]:
    """The columns of rows of whole numbers."""
    table = np.fromiter(chain.from_iterable(rows), dtype=np.int64).reshape(-1, width)
    return [np.ascontiguousarray(table[:, place]) for place in range(width)]
