"""Programs as ways: crmcli itself, a line of Python, a peer of benchmarks/peers. Whole processes, output to nowhere."""

import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.measured import Measured, run_measured
from benchmarks.measured.line import Way
from benchmarks.measured.memory import watched_memory

AS_OF = "2026-07-01"
"""The day after the last event of a made base."""


def crmcli(base: object, *words: str) -> Way:
    """The program on a base."""
    return _program(str(Path(sys.executable).with_name("crmcli")), *words, "--base", str(base))


def crmcli_alone(*words: str) -> Way:
    """The program without a base."""
    return _program(str(Path(sys.executable).with_name("crmcli")), *words)


def completed(line: str) -> Way:
    """What a shell runs to complete a line."""
    asked = ("_CRMCLI_COMPLETE=complete_bash", f"COMP_WORDS={line}", f"COMP_CWORD={line.count(' ')}")
    return _program("/usr/bin/env", *asked, str(Path(sys.executable).with_name("crmcli")))


def python(code: str) -> Way:
    """A line of Python."""
    return _program(sys.executable, "-c", code)


def peer(module: str, *words: object) -> Way:
    """A program of benchmarks/peers."""
    return _program(sys.executable, "-m", f"benchmarks.peers.{module}", *map(str, words))


def _program(*command: str) -> Way:
    def run() -> Measured:
        with watched_memory() as peaks:
            cost = run_measured(command, Path("/dev/null"))
        return replace(cost, peak_mib=max(peaks.values(), default=0))

    return run
