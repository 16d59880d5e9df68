"""What a condition is once it has been read: comparisons of fields, joined by and, or, not."""

from dataclasses import dataclass

from crmcli.questions.condition.fields import Field, Value


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field beside values: none for empty, two for between, some for in, one for everything else."""

    field: Field
    how: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """What is not so."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts of which all are so (and), or at least one (or)."""

    word: str
    parts: tuple["Node", ...]


Node = Comparison | Not | Joined


def comparisons(node: Node) -> list[Comparison]:
    """Every comparison of a condition, from left to right."""
    if isinstance(node, Comparison):
        return [node]
    parts = (node.part,) if isinstance(node, Not) else node.parts
    return [found for part in parts for found in comparisons(part)]
