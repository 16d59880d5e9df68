"""What the program takes before it does anything."""

from collections.abc import Iterator

from benchmarks.lines import Bases
from benchmarks.measured.line import Line
from benchmarks.measured.programs import completed, crmcli_alone, python


def lines(_bases: Bases) -> Iterator[Line]:
    """--help, --version and what a shell asks for beside Typer's import."""
    yardstick = {"import typer": python("import typer")}
    ways = {word: crmcli_alone(word) for word in ("--help", "--version")}
    ways |= {f"completion of {line!r}": completed(line) for line in ("crmcli ", "crmcli contact ")}
    for name, ours in ways.items():
        yield Line(name, ours, yardstick, {"import typer": 1.3}, rounds=11)
