"""What a command takes on bases of several sizes, on each engine: whole runs, interleaved, medians of three."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.lines import Bases
from benchmarks.lines.growth import COMMANDS
from benchmarks.made.base import fill
from benchmarks.measured import Measured
from benchmarks.measured.line import Line, measured
from benchmarks.measured.programs import crmcli
from crmcli.base.location import PostgresLocation
from tests.postgres_server import postgres_server

_SERVED_AT_MOST = 100_000
"""A server's bases are made anew for each session, which takes minutes for larger ones."""


@dataclass(frozen=True)
class Grown:
    """A command on an engine, and what it cost by the customers of the base."""

    engine: str
    command: str
    costs: Mapping[int, Measured]


def growth(bases: Bases) -> Iterator[Grown]:
    """Every command on every base."""
    yield from _grown("SQLite", {count: str(path) for count, path in bases.items()})
    if small := [count for count in bases if count <= _SERVED_AT_MOST]:
        with postgres_server() as url:
            yield from _grown("PostgreSQL", _on_server(url, small))


def _on_server(url: str, counts: list[int]) -> dict[int, str]:
    for count in counts:
        fill(PostgresLocation(url, f"of_{count}"), count)
    return {count: f"{url}&schema=of_{count}" for count in counts}


def _grown(engine: str, places: Mapping[int, str]) -> Iterator[Grown]:
    smallest, *larger = sorted(places)
    for name, words in COMMANDS.items():
        ways = {count: crmcli(place, *words) for count, place in places.items()}
        found = measured(Line(name, ways[smallest], {str(count): ways[count] for count in larger}, {}, rounds=3))
        costs = {smallest: found.costs[""], **{count: found.costs[str(count)] for count in larger}}
        yield Grown(engine, name, costs)
        print(f"{engine} {name}", *(f"{cost.seconds:.2f}" for cost in costs.values()), flush=True)
