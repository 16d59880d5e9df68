"""Python programs in processes of their own that begin at the same moment."""

from collections.abc import Sequence
from textwrap import dedent

from tests.forked import Process

_FRAME = """
import sys
words = sys.argv[1:]
def start():
    "Says that this process is ready, and waits for the word to go on."
    print("ready", flush=True)
    sys.stdin.readline()
"""


def in_processes(program: str, words: Sequence[Sequence[object]], *, seconds: float = 60) -> list[str]:
    """Runs a program once for each list of words, all past its `start()` together; what each printed from there on.

    Each may take so many seconds.
    """
    processes = [started(program, *mine) for mine in words]
    for process in processes:
        _tell(process, "go\n")
    said = [process.communicate(timeout=seconds) for process in processes]
    assert [process.returncode for process in processes] == [0] * len(words), [error for _, error in said]
    return [out for out, _ in said]


def started(program: str, *words: object) -> Process:
    """A process that runs a program and stands at its `start()`."""
    process = Process(_FRAME + dedent(program), [*map(str, words)], stdin=True)
    if process.stdout.readline() != "ready\n":
        raise AssertionError(process.communicate(timeout=60)[1])
    return process


def _tell(process: Process, word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word)
    process.stdin.flush()
