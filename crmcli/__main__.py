"""python -m crmcli, and the installed command: a process that lives for one answer."""

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def run() -> NoReturn:
    """Runs the program, and leaves at once: nothing is taken down object by object.

    No garbage is looked for either. What a command makes it holds to its end, or it goes in no circle; looking for
    circles took a third of a short command's time, and of a long one's.
    """
    gc.disable()
    from crmcli.app import main

    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # main has told that nothing more can be written
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
