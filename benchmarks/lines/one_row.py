"""A question of one row, a write of one row: the program's whole run."""

from collections.abc import Iterator

from benchmarks.lines import Bases, called
from benchmarks.measured.line import Line
from benchmarks.measured.programs import AS_OF, crmcli, python

COMMANDS = {
    "contact show": ("contact", "show", "4321", "--as-of", AS_OF),
    "touch add": ("touch", "add", "4321", "call", "--on", "2026-06-30"),
    "purchase add": ("purchase", "add", "4321", "1200", "--on", "2026-06-30"),
    "reactivate --limit 20": ("reactivate", "--limit", "20", "--as-of", AS_OF),
}


def lines(bases: Bases) -> Iterator[Line]:
    """Each at the smallest base beside the imports, at the larger ones beside itself at the smallest."""
    smallest = min(bases)
    imports = {"import typer, sqlalchemy": python("import typer, sqlalchemy")}
    for name, words in COMMANDS.items():
        at_smallest = crmcli(bases[smallest], *words)
        aims = {"import typer, sqlalchemy": 1.3}
        yield Line(f"{name} at {called(smallest)}", at_smallest, imports, aims, rounds=11)
        for count in sorted(bases)[1:]:
            itself = f"itself at {called(smallest)}"
            ours = crmcli(bases[count], *words)
            yield Line(f"{name} at {called(count)}", ours, {itself: at_smallest}, {itself: 1.2}, rounds=7)
