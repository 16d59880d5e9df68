"""The program in a process of its own that lacks something: privileges, room on the disk, a system that can be written.

Each preparation is a piece of Python that the process runs first.
"""

from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.forked import PROGRAM, Process

WITHOUT_PRIVILEGES = """
import ctypes, os
if os.geteuid() == 0:  # root, but bound by the modes of files as everybody is
    ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())
"""
_CANNOT = 77


def room_for(size: int) -> str:
    """Files may have that many bytes at most."""
    return f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"


def read_only(folder: Path) -> str:
    """The folder is a file system that is mounted read-only, for this process alone."""
    return _mounted(folder, f"mount({str(folder)!r}, 0x1000) or mount({str(folder)!r}, 0x1000 | 0x20 | 1)")


def with_disk(folder: Path, size: int) -> str:
    """The folder is an empty disk of that many bytes, for this process alone."""
    return _mounted(folder, f"libc.mount(b'tmpfs', {str(folder)!r}.encode(), b'tmpfs', 0, b'size={size}')")


def run(preparation: str, *words: object) -> Ran:
    """The program, prepared in some way; the test is skipped where the system does not let a process be so."""
    made = Process(preparation + PROGRAM, [*map(str, words)])
    out, err = made.communicate()
    if made.returncode == _CANNOT:
        pytest.skip("only root can mount something for one process")
    return Ran(made.wait(), out, err)


def _mounted(folder: Path, mounting: str) -> str:
    return f"""
import ctypes, sys
libc = ctypes.CDLL(None)
def mount(folder, flags):
    return libc.mount(folder.encode(), folder.encode(), None, ctypes.c_ulong(flags), None)
if libc.unshare(0x20000) or mount("/", 0x4000 | 0x40000) or {mounting}:
    sys.exit({_CANNOT})
"""
