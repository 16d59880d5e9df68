"""The conditions that were saved under a name, and who is in each of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Subquery, Text, literal, select, union_all

from crmcli.schema import segments

_AT_ONCE = 200
"""How many statements are joined into one: SQLite takes 500."""


def all_segments() -> Select[Any]:
    """Rows of id, name and condition, in the order in which they were saved."""
    return select(segments.c.id, segments.c.name, segments.c.condition).order_by(segments.c.id)


def segment_members(found: Sequence[tuple[str, Select[Any]]]) -> Subquery:
    """A row of segment and contact_id for each contact in each segment: a name and a statement of ids, one at least."""
    parts: list[Select[Any]] = []
    for name, members in found:
        ids = members.subquery()
        parts.append(select(literal(name, Text).label("segment"), ids.c[0].label("contact_id")))
    while len(parts) > _AT_ONCE:
        chunks = [parts[at : at + _AT_ONCE] for at in range(0, len(parts), _AT_ONCE)]
        parts = [select(union_all(*chunk).subquery()) for chunk in chunks]
    return union_all(*parts).subquery("segments")
