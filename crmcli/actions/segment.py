"""Saving conditions under a name."""

from sqlalchemy import delete, insert, select

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import segments
from crmcli.values.text import search_key


def add(writer: Writer, name: str, condition: str) -> int:
    """Saves a condition, which has been read before, and returns its id. CrmError where the name is taken."""
    cleaned = " ".join(name.split())
    rows = writer.connection.execute(select(segments.c.id, segments.c.name)).all()
    for row in rows:
        if search_key(row.name) == search_key(cleaned):
            raise CrmError(f"there is a segment {row.name!r} already: crmcli segment remove {row.name!r} makes room")
    made = insert(segments).values(name=cleaned, condition=condition).returning(segments.c.id)
    return int(writer.connection.execute(made).scalar_one())


def remove(writer: Writer, segment_id: int) -> None:
    """Forgets a saved condition; its people stay as they are."""
    writer.connection.execute(delete(segments).where(segments.c.id == segment_id))
