"""Statements of a file, as a JSON array of [SQL, parameters], asked of a base in sqlite3 alone, every row fetched."""

import json
import sqlite3
import sys
from pathlib import Path


def main(base: str, statements: str) -> None:
    """Asks each and prints how many rows there were."""
    connection = sqlite3.connect(f"file:{base}?mode=ro", uri=True)
    for statement, parameters in json.loads(Path(statements).read_text(encoding="utf-8")):
        print(len(connection.execute(statement, parameters).fetchall()))


if __name__ == "__main__":
    main(*sys.argv[1:])
