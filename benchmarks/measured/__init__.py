"""A program run once: how long it took, and how much memory it had at its peak."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Measured:
    """What a run cost: seconds by the clock, seconds of all processors, MiB resident at the peak."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def run_measured(command: Sequence[str], output: Path) -> Measured:
    """Runs a program, its standard output into a file. CalledProcessError where it fails."""
    began = time.perf_counter()
    with output.open("wb") as out:
        running = subprocess.Popen(command, stdout=out, cwd=ROOT)
        _, status, used = os.wait4(running.pid, 0)
    seconds = time.perf_counter() - began
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    return Measured(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
