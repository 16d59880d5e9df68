"""How much memory and time the reading of a file may take: by its size, so that a small hostile one is soon refused."""

import io
from zipfile import BadZipFile, ZipFile

_MIB = 2**20
_MEMORY = 400 * _MIB
"""What the smallest file may take: the program itself with its libraries is about a quarter of it."""
_MEMORY_OF_PACKED = 3
_MEMORY_OF_PLAIN = 16
"""Bytes of memory for a byte of an unpacked workbook, which is mostly markup; and of text, all of which are cells."""
_SECONDS = 2
_SECONDS_OF_PACKED = 1 / _MIB
_SECONDS_OF_PLAIN = 2 / _MIB
"""Three times what slow machines need."""


def keep_within(content: bytes) -> None:
    """Limits the memory and the processor time of this process to what reading that content may take.

    Does nothing where the system knows no such limits.
    """
    try:
        import resource
    except ImportError:
        return
    memory, seconds = allowance(content)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, until + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


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
