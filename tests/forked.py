"""Programs in processes of their own that have the program's modules at once.

Two thirds of a short command in a new process are imports. These processes are forked from one that has imported
everything and opened nothing; from there on they are like any other, to be waited for and to be killed.
"""

import atexit
import multiprocessing
import os
import pkgutil
import subprocess
import sys
from contextlib import suppress
from functools import cache
from multiprocessing import reduction
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Timer
from typing import IO, Any

import crmcli

ROOT = Path(__file__).parent.parent
_HEAVY = (
    "alembic.autogenerate", "alembic.command", "openpyxl", "phonenumbers", "psycopg", "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite", "sqlcipher3.dbapi2",
)  # fmt: skip
"""What the program imports within functions."""

PROGRAM = "import sys; from crmcli.app import main; sys.exit(main(sys.argv[1:]))"
TIMEOUT_SECONDS = 60


class Process:
    """A process that runs Python code with these words, in the project's folder; it has what a Popen has."""

    def __init__(self, code: str, words: list[str], *, stdin: bool = False) -> None:
        in_read, in_write = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        self.stdin: IO[str] | None = os.fdopen(in_write, "w", encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(out_read, encoding="utf-8")
        self._stderr: IO[str] = os.fdopen(err_read, encoding="utf-8")
        ends = (in_read, out_write, err_write)
        context = _server()
        self._process = context.Process(target=_run, args=(code, words, _Streams(ends), dict(os.environ)))
        self._process.start()
        for end in ends:
            os.close(end)
        if not stdin:
            self._close_stdin()

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended: below 0 by a signal; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()

    def wait(self, timeout: float = TIMEOUT_SECONDS) -> int:
        """How it ended. Raises TimeoutExpired where it goes on for longer than so many seconds."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("crmcli", timeout)
        return self.returncode

    def communicate(self, told: str = "", timeout: float = TIMEOUT_SECONDS) -> tuple[str, str]:
        """Tells it that; what it says until it ends, on each of its streams. After so many seconds it is killed."""
        if self.stdin and told:
            self.stdin.write(told)
        self._close_stdin()
        stop = Timer(timeout, self.kill)
        stop.start()
        with self.stdout, self._stderr:
            said = self.stdout.read(), self._stderr.read()  # what goes to the second is short
            self._process.join()
            stop.cancel()
        return said

    def _close_stdin(self) -> None:
        if self.stdin:
            with suppress(BrokenPipeError):
                self.stdin.close()
            self.stdin = None


class _Streams:
    """Open files for standard input, output and error, on their way to a process."""

    def __init__(self, files: tuple[int, ...]) -> None:
        self._files = files

    def __getstate__(self) -> list[Any]:
        return [reduction.DupFd(file) for file in self._files]

    def __setstate__(self, sent: list[Any]) -> None:
        self._files = tuple(file.detach() for file in sent)

    def take(self) -> None:
        """Makes them the process's own."""
        for number, file in enumerate(self._files):
            os.dup2(file, number)
            os.close(file)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the process
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115


@cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    modules = [found.name for found in pkgutil.walk_packages(crmcli.__path__, "crmcli.")]
    context.set_forkserver_preload([name for name in modules if name != "crmcli.__main__"] + [*_HEAVY, __name__])
    return context


def _run(code: str, words: list[str], streams: _Streams, environment: dict[str, str]) -> None:
    streams.take()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["-c", *words]
    try:
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
    finally:
        atexit._run_exitfuncs()  # which a forked process leaves out
