"""What long work says meanwhile: on a terminal alone, silent in cron."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def working(text: str) -> Iterator[None]:
    """Shows on standard error that something goes on."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.text import Text

    from crmcli.output.clean import one_line

    console = Console(stderr=True)
    with console.status(Text(one_line(text))):
        yield
