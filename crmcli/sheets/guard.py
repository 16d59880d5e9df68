"""Files read at arm's length: in a process of their own, under limits of memory and time."""

import base64
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from crmcli.errors import CrmError
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.wire import BATCH, DONE, FAILED, receive, send, unpacked
from crmcli.values.records import Batch, SheetReading

STDIN = Path("-")
"""The file that standard input is."""

_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from crmcli.sheets.child import main; main()"
_REQUEST = "CRMCLI_READING"
_SAVE_AGAIN = "open it in a spreadsheet program and save it as .xlsx"


class Reading:
    """A file as it is read: its sheets, still without rows, and the rows in batches, twice where they are kept."""

    def __init__(
        self, name: str, options: ReadingOptions, process: "subprocess.Popen[bytes]", kept: IO[bytes] | None
    ) -> None:
        self.name = name
        self.options = options
        self._process = process
        self._kept = kept
        self._is_kept = False
        self.sheets = cast("tuple[SheetReading, ...]", pickle.loads(self._answer()[1]))  # noqa: S301 - our own child's

    def batches(self) -> Iterator[Batch]:
        """The rows, in the order in which they are to be stored. Raises CrmError where the reading breaks off."""
        yield from map(unpacked, self._kept_contents() if self._is_kept else self._contents())

    def _contents(self) -> Iterator[bytes]:
        while (frame := self._answer())[0] != DONE:
            if self._kept:
                send(self._kept, BATCH, frame[1])
            yield frame[1]
        self._is_kept = True

    def _kept_contents(self) -> Iterator[bytes]:
        if self._kept is None:
            raise RuntimeError("these rows were read and not kept")
        self._kept.seek(0)
        while frame := receive(self._kept):
            yield frame[1]

    def _answer(self) -> tuple[bytes, bytes]:
        """The child's next frame. Raises what it could not read, or CrmError where it ended too early."""
        frame = receive(cast("IO[bytes]", self._process.stdout))
        if frame is None:
            raise CrmError(f"{self.name} cannot be read: {_end(self._process.wait())}; {_SAVE_AGAIN}")
        if frame[0] == FAILED:
            raise cast("CrmError", pickle.loads(frame[1]))  # noqa: S301 - our own child's
        return frame


@contextmanager
def opened(path: Path, options: ReadingOptions, *, keep: bool = False) -> Iterator[Reading]:
    """A file that is being read; `-` is standard input. With `keep` its rows can be had twice.

    Raises CrmError where it cannot be read, or takes more memory or time than a file of its size should.
    """
    name = "standard input" if path == STDIN else path.name
    with TemporaryFile() as kept, _started(path, name, options) as process:
        try:
            yield Reading(name, options, process, kept if keep else None)
        finally:
            process.kill()


def _started(path: Path, name: str, options: ReadingOptions) -> "subprocess.Popen[bytes]":
    request = base64.b64encode(pickle.dumps((name, options))).decode()
    words = [sys.executable, "-P", "-c", _CHILD, *sys.path]
    with _content(path) as content:
        return subprocess.Popen(  # noqa: S603 - our own program
            words,
            stdin=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, _REQUEST: request},
        )


@contextmanager
def _content(path: Path) -> Iterator[IO[bytes] | None]:
    """The open file, None for standard input. Raises CrmError where it cannot be opened."""
    if path == STDIN:
        yield None
        return
    try:
        with path.open("rb") as content:
            yield content
    except FileNotFoundError:
        raise CrmError(f"there is no file {path}: check the path") from None
    except IsADirectoryError:
        raise CrmError(f"{path} is a folder: name one file in it") from None
    except OSError as error:
        raise CrmError(f"cannot read {path}: {error.strerror}") from None


def _end(code: int) -> str:
    """Why the child ended before it had read the file."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "it takes longer than a file of its size should"
    if code < 0:
        return "it is damaged, or made to do harm"
    return f"reading it broke off with {code}"
