"""How much memory each process of a measured program had at its peak. Linux alone has /proc."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_EVERY = 0.02

Peaks = dict[int, float]
"""MiB resident at the peak of each process, by its id: a parent before its children."""


@contextmanager
def watched_memory() -> Iterator[Peaks]:
    """Fills the peaks of all processes that are started inside.

    Each is asked for VmHWM again and again: the kernel's own high-water mark of that process alone, so that only what
    a process adds in its last moment is missed. wait4 and getrusage would name the larger of a parent and its child,
    and count for a child what its parent had as it started it.
    """
    peaks: Peaks = {}
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(peaks, over))
    watcher.start()
    try:
        yield peaks
    finally:
        over.set()
        watcher.join()


def _watch(peaks: Peaks, over: threading.Event) -> None:
    while not over.wait(_EVERY):
        for process in _descendants(os.getpid()):
            peaks[process] = max(peaks.get(process, 0), _peak_mib(process))


def _descendants(process: int) -> Iterator[int]:
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, _text(children).split()):
            yield child
            yield from _descendants(child)


def _peak_mib(process: int) -> float:
    found = [line for line in _text(Path(f"/proc/{process}/status")).splitlines() if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) / 1024 if found else 0


def _text(path: Path) -> str:
    """What a file says, nothing where its process has just ended."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""
