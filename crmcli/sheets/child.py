"""The process in which a file is read: what a file does to memory and time, it does to this one alone.

Standard input brings the options and the file and then stays open, for as long as the parent is there; standard output
takes what is read.
"""

import gc
import io
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import IO

from crmcli.errors import CrmError
from crmcli.sheets.limits import OUT_OF_MEMORY, allowance, in_time, keep_within
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.reading import open_content
from crmcli.sheets.wire import BATCH, CONTENT, DONE, FAILED, OPENED, packed, receive, send


def main() -> None:
    """Reads one file and sends what it holds."""
    out = _private_output()
    name, options = pickle.loads(_received(sys.stdin.buffer)[1])  # noqa: S301 - our own parent's
    content = _content(sys.stdin.buffer)
    Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()  # what is read is held to the end
    memory, seconds = allowance(content)
    keep_within(memory, seconds)
    try:
        with suppress(BrokenPipeError):
            for tag, frame in in_time(_frames(name, content, options), seconds):
                send(out, tag, frame)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # to say it in words would take some
    os._exit(0)


def _private_output() -> IO[bytes]:
    """Standard output for this module alone: what a library prints goes where its errors go."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _content(source: IO[bytes]) -> bytes:
    content = io.BytesIO()
    while (frame := _received(source))[0] == CONTENT:
        content.write(frame[1])
    return content.getvalue()


def _received(source: IO[bytes]) -> tuple[bytes, bytes]:
    frame = receive(source)
    if frame is None:
        os._exit(0)  # the parent has ended, or refuses the file
    return frame


def _end_with_parent() -> None:
    """Waits for the other end of standard input to close, which is when the parent has ended, however it did."""
    os.read(0, 1)
    os._exit(0)


def _frames(name: str, content: bytes, options: ReadingOptions) -> Iterator[tuple[bytes, bytes]]:
    try:
        opened = open_content(name, content, options)
        yield OPENED, pickle.dumps(opened.sheets)
        for batch in opened.batches:
            yield BATCH, packed(batch)
        yield DONE, b""
    except CrmError as error:
        yield FAILED, pickle.dumps(error)
    except MemoryError:
        raise
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        yield FAILED, pickle.dumps(CrmError(f"{name} cannot be read: {type(error).__name__}: {said}"))
