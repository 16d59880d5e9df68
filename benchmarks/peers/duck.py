"""DuckDB, which reads a base's file by its own SQLite reader; the reader is a package, nothing is fetched."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.peers import asked


def attached(base: Path | str) -> Any:
    """A connection to which the base is its own database."""
    spec = find_spec("duckdb_extension_sqlite_scanner")
    assert spec
    assert spec.origin
    reader = Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}" / "sqlite_scanner.duckdb_extension"
    connection = duckdb.connect()
    connection.execute(f"LOAD '{reader}'")
    connection.execute(f"ATTACH '{base}' AS base (TYPE sqlite, READ_ONLY)")
    connection.execute("USE base")
    return connection


def native(base: Path) -> Any:
    """A connection whose table of purchases is DuckDB's own; it is made on the first call, and kept beside the base."""
    kept = base.with_suffix(".duckdb")
    if not kept.exists():
        making = attached(base)
        making.execute(f"ATTACH '{kept}' AS own")
        making.execute("CREATE TABLE own.purchases AS SELECT * FROM base.purchases")
        making.close()
    return duckdb.connect(kept, read_only=True)


def main(base: str, question: str) -> None:
    """Asks once and prints the rows."""
    connection = attached(base)
    told = getattr(asked, question)
    for statement in (told,) if isinstance(told, str) else told:
        for row in connection.execute(statement).fetchall():
            print(*row, sep=",")


if __name__ == "__main__":
    main(*sys.argv[1:])
