"""The mark of a copy that is not whole yet. It stands in the place of the revision: nothing takes it for a base."""

import re
from dataclasses import dataclass

from sqlalchemy import Connection, text

UNFINISHED = (
    "this is an unfinished copy of a base: run the same crmcli base copy again, and it goes on where it stopped"
)

_READ = re.compile(r"(schema|base):([0-9a-f]{24})")


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What an unfinished copy knows of itself: whether its schema was made with it, and what state it is a copy of."""

    made: str
    source: str

    def __str__(self) -> str:
        return f"{self.made}:{self.source}"


def read_mark(version: str) -> Unfinished | None:
    """The mark that stands in the place of a revision; None for a revision, and for anything else."""
    match = _READ.fullmatch(version)
    return Unfinished(match[1], match[2]) if match else None


def set_version(connection: Connection, version: str) -> None:
    """Writes a mark, or the revision that makes a base of a copy."""
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
