"""The figures as a page."""

from collections.abc import Mapping, Sequence
from datetime import date

from benchmarks.growth import Grown
from benchmarks.lines import Bases, called
from benchmarks.machine import described
from benchmarks.measured import Measured
from benchmarks.measured.line import Found

_ENDING = """
Whole runs of programs, medians of interleaved rounds after one unmeasured; "in the engine": the statements alone, on an
open connection. cpu: seconds of the processor, which tell more than the clock where the machine has other work, too.
MiB: the peak of memory, of an import the sum of its processes'. A ratio is ours to the yardstick's: below 1 we are
faster. The clock decides what is met.
"""


def told(found: Found) -> str:
    """A line of text, as soon as it is measured."""
    ratios = "; ".join(f"{_ratio(found.ratio(name))} of {name}" for name in found.line.yardsticks)
    return f"{'met   ' if found.is_met else 'MISSED'} {found.line.name}: {_seconds(found.costs[''])}, {ratios}"


def as_markdown(found: Sequence[Found], grown: Sequence[Grown], bases: Bases, day: date) -> str:
    """The page: the machine, the aims, how commands grow."""
    parts = [f"# Measured on {day}\n", *(f"- {line}" for line in described()), _sizes(bases), _ENDING]
    if found:
        parts += ["## Beside the yardsticks\n", *_table(_AIMS, [_aim_row(*one) for one in _pairs(found)])]
    for engine in dict.fromkeys(one.engine for one in grown):
        parts += [f"\n## Growth on {engine}\n", *_growth_table([one for one in grown if one.engine == engine])]
    return "\n".join(parts) + "\n"


_AIMS = ("line", "crmcli, s", "cpu", "MiB", "yardstick", "its s", "its cpu", "ratio", "of cpu", "aim", "")


def _pairs(found: Sequence[Found]) -> list[tuple[Found, str]]:
    return [(one, name) for one in found for name in one.line.yardsticks]


def _aim_row(found: Found, name: str) -> list[str]:
    ours, aim = found.costs[""], found.line.aims.get(name)
    limits = [f"{most:.0f} MiB" for most in (found.line.most_mib,) if most]
    limits += [f"{most * 1000:.0f} ms" for most in (found.line.most_seconds,) if most]
    wanted = ", ".join([*([_ratio(aim)] if aim else []), *limits])
    mib = f"{ours.peak_mib:.0f}" if ours.peak_mib else ""
    met = "met" if found.is_met else "missed"
    cpu, its_cpu = (f"{cost.cpu_seconds:.3g}" for cost in (ours, found.costs[name]))
    ratios = (_ratio(found.ratio(name)), _ratio(found.cpu_ratio(name)))
    return [found.line.name, _seconds(ours), cpu, mib, name, _seconds(found.costs[name]), its_cpu, *ratios, wanted, met]


def _growth_table(grown: Sequence[Grown]) -> list[str]:
    sizes = sorted(grown[0].costs)
    headings = ["command", *(f"{called(size)}, s" for size in sizes), *(f"{called(size)}, cpu" for size in sizes),
                *(f"{called(size)}, MiB" for size in sizes), "growth"]  # fmt: skip
    return _table(headings, [_growth_row(one.command, one.costs) for one in grown])


def _growth_row(command: str, costs: Mapping[int, Measured]) -> list[str]:
    ordered = [costs[size] for size in sorted(costs)]
    cells = [_seconds(cost) for cost in ordered] + [f"{cost.cpu_seconds:.2f}" for cost in ordered]
    cells += [f"{cost.peak_mib:.0f}" for cost in ordered]
    return [command, *cells, f"{ordered[-1].seconds / ordered[0].seconds:.1f}x"]


def _sizes(bases: Bases) -> str:
    return "- Bases: " + ", ".join(f"{called(n)} ({path.stat().st_size / 2**20:.0f} MiB)" for n, path in bases.items())


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (headings, ["---"] * len(headings), *rows)]


def _seconds(cost: Measured) -> str:
    return f"{cost.seconds:.4f}" if cost.seconds < 0.1 else f"{cost.seconds:.2f}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.3g}x"
