"""The program run as its users run it, in a process of its own, and what that took."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO


@dataclass(frozen=True)
class Measured:
    """How a run ended, and what it took together with the processes it started: seconds, of processor time and by the
    clock, and the peak memory in MiB of the largest of them.
    """

    code: int
    out: str
    err: str
    seconds: float
    waited: float
    peak: float


def measured(*words: object, stdin: IO[bytes] | None = None, **variables: str) -> Measured:
    """Runs the program to its end."""
    command = [sys.executable, "-m", "crmcli", *map(str, words)]
    with TemporaryFile() as out, TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err, env=os.environ | variables, cwd=ROOT
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        waited = time.monotonic() - began
        spent = used.ru_utime + used.ru_stime
        return Measured(process.returncode, _text(out), _text(err), spent, waited, used.ru_maxrss / 1024)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


ROOT = Path(__file__).parent.parent
