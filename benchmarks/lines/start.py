"""What the program takes before it does anything."""

from collections.abc import Iterator

from benchmarks.lines import Bases
from benchmarks.measured.line import Line
from benchmarks.measured.programs import crmcli_alone, python


def lines(_bases: Bases) -> Iterator[Line]:
    """--help and --version beside Typer's import."""
    yardstick = {"import typer": python("import typer")}
    for word in ("--help", "--version"):
        yield Line(word, crmcli_alone(word), yardstick, {"import typer": 1.3}, rounds=11)
