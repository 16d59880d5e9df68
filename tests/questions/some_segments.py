"""Segments that overlap, one without people: as a statement, and of a row of a world."""

from sqlalchemy import Subquery, select

from crmcli.questions.segments import segment_members
from crmcli.schema import contacts
from tests.builders import Row

_OF = {"of Игорь": ("owner_id", 11), "Ads": ("channel_id", 20), "nobody": ("owner_id", 999)}


def members() -> Subquery:
    """Who is in each."""
    return segment_members([
        (name, select(contacts.c.id).where(contacts.c[column] == value)) for name, (column, value) in _OF.items()
    ])  # fmt: skip


def names_of(contact: Row) -> list[str | None]:
    """The segments of a contact; None alone where he is in none."""
    return [name for name, (column, value) in _OF.items() if contact.get(column) == value] or [None]
