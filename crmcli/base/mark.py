"""What tells this base from every other, so that its own rows are known again when an export of it comes back."""

import re
from hashlib import sha256

from sqlalchemy import Connection, select

from crmcli.schema import operations

_OWN = re.compile(r"([0-9a-f]{8})-(\d{1,18})")


def base_mark(connection: Connection) -> str:
    """Eight hexadecimal digits, from the moment of the base's first operation; "" where it has had none.

    A copy of a base, or one restored from a backup, has the mark of the original: its rows are the same rows.
    """
    first = connection.execute(select(operations.c.at).order_by(operations.c.id).limit(1)).scalar()
    return sha256(first.isoformat().encode()).hexdigest()[:8] if first else ""


def own_key(mark: str, row_id: int) -> str:
    """The key of a row for whoever reads an export: unlike a bare id, it means no row of another base."""
    return f"{mark}-{row_id}"


def own_id(mark: str, key: str) -> int | None:
    """The id of the row that a key of `own_key` means in the base of that mark; None for every other key."""
    match = _OWN.fullmatch(key) if mark and key.startswith(mark) else None
    return int(match[2]) if match and match[1] == mark else None
