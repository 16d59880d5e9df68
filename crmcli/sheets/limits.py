"""How much memory and time the reading of a file may take: by its size, so that a small hostile one is soon refused."""

import io
import signal
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from typing import TypeVar
from zipfile import BadZipFile, ZipFile

T = TypeVar("T")

_MIB = 2**20
LARGEST = 512 * _MIB
"""Bytes of the largest file that is read."""
OUT_OF_MEMORY = 12
"""The exit code of a process for which the memory was not enough."""
_MEMORY = 400 * _MIB
"""What the smallest file may take: the program itself with its libraries is about a quarter of it."""
_MEMORY_OF_PACKED = 3
_MEMORY_OF_PLAIN = 16
"""Bytes of memory for a byte of an unpacked workbook, which is mostly markup; and of text, all of which are cells."""
_SECONDS = 2
_SECONDS_OF_PACKED = 1 / _MIB
_SECONDS_OF_PLAIN = 2 / _MIB
"""Three times what slow machines need."""
_PATIENCE = 4
"""Times that by the clock, for a busy machine."""


def keep_within(memory: int, seconds: float) -> None:
    """Limits this process to so many bytes of memory, and to so many more seconds of processor time.

    Does nothing where the system knows no such limits; never raises one that is there already.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = ceil(used.ru_utime + used.ru_stime + seconds)
    for limit, wanted in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, until), (resource.RLIMIT_CORE, 0)):
        most = resource.getrlimit(limit)[1]
        with suppress(ValueError, OSError):  # macOS does not limit the memory
            resource.setrlimit(limit, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def in_time(items: Iterator[T], seconds: float) -> Iterator[T]:
    """The same items. Ends this process where one is long in coming, by the clock, though that many seconds of
    processor time are allowed: a library that runs out of memory may wait for itself for ever.
    """
    while True:
        _set_alarm(_PATIENCE * seconds)
        item = next(items, None)
        _set_alarm(0)
        if item is None:
            return
        yield item


def _set_alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def why_it_ended(code: int) -> str:
    """Why a process within these limits ended before it had read its file, from its exit code."""
    if code == OUT_OF_MEMORY:
        return "it takes more memory than a file of its size should"
    ended_by = signal.Signals(-code).name if code < 0 else ""
    if ended_by in {"SIGXCPU", "SIGALRM"}:
        return "it takes longer than a file of its size should"
    if ended_by in {"SIGKILL", "SIGTERM"}:
        return "somebody, or the system for want of memory, stopped the reading"
    return "it is damaged, or made to do harm"


def allowance(content: bytes) -> tuple[int, float]:
    """Bytes of memory and seconds of processor time that reading that content may take."""
    unpacked = _unpacked_size(content)
    if unpacked is None:
        return _MEMORY + _MEMORY_OF_PLAIN * len(content), _SECONDS + _SECONDS_OF_PLAIN * len(content)
    return _MEMORY + len(content) + _MEMORY_OF_PACKED * unpacked, _SECONDS + _SECONDS_OF_PACKED * unpacked


def _unpacked_size(content: bytes) -> int | None:
    """What an archive says that it holds, in bytes; None for what is no archive."""
    if not content.startswith(b"PK"):
        return None
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        return None
