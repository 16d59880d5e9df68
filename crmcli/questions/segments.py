"""The conditions that were saved under a name."""

from typing import Any

from sqlalchemy import Select, select

from crmcli.schema import segments


def all_segments() -> Select[Any]:
    """Rows of id, name and condition, in the order in which they were saved."""
    return select(segments.c.id, segments.c.name, segments.c.condition).order_by(segments.c.id)
