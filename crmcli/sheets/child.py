"""The process in which a file is read: what a file does to memory and time, it does to this one alone.

Standard input is the file, standard output takes the frames; the file's name and the options come in the
environment, which nobody else sees.
"""

import base64
import gc
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress

from crmcli.errors import CrmError
from crmcli.sheets.limits import keep_within
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.reading import open_content
from crmcli.sheets.wire import BATCH, DONE, FAILED, OPENED, packed, send

REQUEST = "CRMCLI_READING"
"""The variable that holds the request."""


def main() -> None:
    """Reads one file and sends what it holds."""
    name, options = pickle.loads(base64.b64decode(os.environ.pop(REQUEST)))  # noqa: S301 - our own parent wrote it
    gc.disable()  # what is read is held to the end
    with suppress(BrokenPipeError):
        for tag, content in _frames(name, options):
            send(sys.stdout.buffer, tag, content)
    os._exit(0)


def _frames(name: str, options: ReadingOptions) -> Iterator[tuple[bytes, bytes]]:
    try:
        content = sys.stdin.buffer.read()
        keep_within(content)
        opened = open_content(name, content, options)
        yield OPENED, pickle.dumps(opened.sheets)
        for batch in opened.batches:
            yield BATCH, packed(batch)
        yield DONE, b""
    except CrmError as error:
        yield FAILED, pickle.dumps(error)
    except MemoryError:
        yield FAILED, pickle.dumps(CrmError(f"{name} takes more memory to read than a file of its size should"))
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        yield FAILED, pickle.dumps(CrmError(f"{name} cannot be read: {type(error).__name__}: {said}"))
