"""The lines of the table, a file a family: each has `lines(sizes)`, sizes being customers by name of their base."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.measured.line import Line

Bases = Mapping[int, Path]
"""The files of the made bases by how many customers they have."""

Family = Callable[[Bases], Iterator[Line]]


def called(count: int) -> str:
    """10k, 100k, 1M."""
    return f"{count // 1_000_000}M" if count >= 1_000_000 else f"{count // 1000}k"
