"""Files read at arm's length: in a process of their own, under limits of memory and time."""

import pickle
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from io import BufferedReader
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from crmcli.errors import CrmError
from crmcli.sheets.limits import LARGEST, why_it_ended
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.wire import BATCH, CONTENT, DONE, FAILED, REQUEST, receive, send, unpacked
from crmcli.values.records import Batch, SheetReading

STDIN = Path("-")
"""The file that standard input is."""

_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from crmcli.sheets.child import main; main()"
_CHUNK = 1 << 20
_KEPT_IN_MEMORY = 16 << 20
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
            raise CrmError(f"{self.name} cannot be read: {why_it_ended(self._process.wait())}; {_SAVE_AGAIN}")
        if frame[0] == FAILED:
            raise cast("CrmError", pickle.loads(frame[1]))  # noqa: S301 - our own child's
        return frame


@contextmanager
def opened(path: Path, options: ReadingOptions, *, keep: bool = False) -> Iterator[Reading]:
    """A file that is being read; `-` is standard input. With `keep` its rows can be had twice.

    Raises CrmError where it cannot be read, or takes more memory or time than a file of its size should.
    """
    name = "standard input" if path == STDIN else path.name
    with _content(path) as content, _started() as process, _room(keep) as kept:
        try:
            _hand_over(cast("IO[bytes]", process.stdin), (name, options), content)
            yield Reading(name, options, process, kept)
        finally:
            _stop(process)


def _started() -> "subprocess.Popen[bytes]":
    """The child. In a session of its own no key pressed at the terminal ends it before its parent."""
    words = [sys.executable, "-P", "-c", _CHILD, *sys.path]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    return subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=nowhere, start_new_session=True)  # noqa: S603 - ours


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    with suppress(BrokenPipeError):
        cast("IO[bytes]", process.stdin).close()


def _room(keep: bool) -> "SpooledTemporaryFile[bytes] | nullcontext[None]":
    return SpooledTemporaryFile(_KEPT_IN_MEMORY) if keep else nullcontext()


def _content(path: Path) -> "BufferedReader | nullcontext[BufferedReader]":
    """The open file. Raises CrmError where it cannot be opened."""
    if path == STDIN:
        return nullcontext(cast("BufferedReader", sys.stdin.buffer))
    try:
        if stat.S_ISCHR(path.stat().st_mode) or stat.S_ISBLK(path.stat().st_mode):
            raise CrmError(f"{path} is a device: name a file, or - for standard input")
        return path.open("rb")
    except FileNotFoundError:
        raise CrmError(f"there is no file {path}: check the path") from None
    except IsADirectoryError:
        raise CrmError(f"{path} is a folder: name one file in it") from None
    except OSError as error:
        raise CrmError(f"cannot read {path}: {error.strerror}") from None


def _hand_over(out: IO[bytes], request: tuple[str, ReadingOptions], content: BufferedReader) -> None:
    """Tells the child what to read. Raises CrmError where the content ends in an error, or does not end."""
    with suppress(BrokenPipeError):  # a child that has ended already: why is seen from its answer
        send(out, REQUEST, pickle.dumps(request))
        size = 0
        while chunk := _next_chunk(request[0], content):
            size += len(chunk)
            if size > LARGEST:
                raise CrmError(f"{request[0]} is larger than {LARGEST >> 20} MiB: split it into smaller files")
            send(out, CONTENT, chunk)
        send(out, DONE, b"")


def _next_chunk(name: str, content: BufferedReader) -> bytes:
    try:
        return content.read1(_CHUNK)
    except OSError as error:
        raise CrmError(f"cannot read {name}: {error.strerror}") from None
