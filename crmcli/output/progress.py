"""What long work says meanwhile: on a terminal alone, silent in cron."""

import sys
from collections.abc import Callable, Iterator
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


@contextmanager
def counting(text: str, total: int) -> Iterator[Callable[[int], None]]:
    """Shows on standard error how many rows of `total` are done, and how many a second; called with every some done."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from crmcli.output.clean import one_line

    speed = TextColumn("{task.fields[speed]} rows/s")
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), speed)
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(one_line(text), total=total, speed="")

        def advance(rows: int) -> None:
            bar.update(task, advance=rows)
            bar.update(task, speed=f"{bar.tasks[0].speed or 0:,.0f}")

        yield advance
