"""The standard library's sqlite3 on a base's file, or on a file with the same rows and nothing else."""

import sqlite3
from pathlib import Path

_COPIED = ("touches", "purchases")


def bare(base: Path) -> sqlite3.Connection:
    """A connection that reads the base, its statements traced by nobody."""
    return sqlite3.connect(f"{base.absolute().as_uri()}?mode=ro", uri=True)


def alone(base: Path) -> sqlite3.Connection:
    """A connection to a file of touches and purchases with their indexes, without journal and rollups.

    It is made on the first call, and kept beside the base. What is written is on the disk once it is committed.
    """
    kept = base.with_suffix(".alone.db")
    is_new = not kept.exists()
    connection = sqlite3.connect(kept, isolation_level=None, uri=True)
    connection.execute("PRAGMA cache_size = -65536")
    if is_new:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("ATTACH ? AS base", (f"{base.absolute().as_uri()}?mode=ro",))
        _copy(connection)
        connection.execute("DETACH base")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _copy(connection: sqlite3.Connection) -> None:
    told = "SELECT type, sql FROM base.sqlite_schema WHERE tbl_name = ? AND type IN ('table', 'index') AND sql <> ''"
    for table in _COPIED:
        made = sorted(connection.execute(told, (table,)), reverse=True)  # the table before its indexes
        connection.execute("BEGIN")
        connection.execute(made[0][1])
        connection.execute(f"INSERT INTO {table} SELECT * FROM base.{table} ORDER BY id")
        for _, index in made[1:]:
            connection.execute(index)
        connection.execute("COMMIT")
