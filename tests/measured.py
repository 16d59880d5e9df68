"""The program run as its users run it, in a process of its own, and what that took."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
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


# A process that was forked counts what its parent holds as its own peak: so a small one starts it.
_START = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(process.pid, 0)
told = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
open(sys.argv[1], "w").write(json.dumps(told))
"""


def measured(*words: object, stdin: IO[bytes] | None = None, **variables: str) -> Measured:
    """Runs the program to its end."""
    command = [sys.executable, "-m", "crmcli", *map(str, words)]
    with TemporaryFile() as out, TemporaryFile() as err, NamedTemporaryFile() as told:
        began = time.monotonic()
        subprocess.run(
            [sys.executable, "-c", _START, told.name, *command],
            stdin=stdin or subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env=os.environ | variables,
            cwd=ROOT,
            check=True,
        )
        waited = time.monotonic() - began
        code, spent, peak = json.loads(Path(told.name).read_text(encoding="utf-8"))
        return Measured(code, _text(out), _text(err), spent, waited, peak)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


ROOT = Path(__file__).parent.parent
