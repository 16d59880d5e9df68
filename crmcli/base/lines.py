"""The rows of a table as lines of text that are the same on both engines: those of PostgreSQL's COPY."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from datetime import datetime, time
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, DateTime, Table, Time

from crmcli.schema import METADATA, changes

AT_ONCE = 5_000
"""So many lines are a block."""

_LAST = 2**63 - 1
_NULL = r"\N"
_ESCAPES = {"\\": "\\\\", "\b": r"\b", "\t": r"\t", "\n": r"\n", "\v": r"\v", "\f": r"\f", "\r": r"\r"}
"""What would not stay in its place in a line; the backslash comes first."""

_SPECIAL = f"*[{chr(8)}-{chr(13)}\\]*"
_POSTGRES: tuple[tuple[type, str], ...] = (
    (Boolean, "{}::int"),
    (DateTime, "to_char({}, 'YYYY-MM-DD HH24:MI:SS.US')"),
    (Time, "to_char({}, 'HH24:MI:SS.US')"),
)
"""What PostgreSQL would spell otherwise than a file keeps it."""

_IN_IMAGES: dict[type, Callable[[Any], Any]] = {
    bool: int,
    datetime: lambda text: datetime.fromisoformat(text).isoformat(" ", "microseconds"),
    time: lambda text: time.fromisoformat(text).isoformat("microseconds"),
}
"""The same within the rows that the journal keeps."""

Block = tuple[bytes, int]
"""Some lines, each with its end, and how many."""

Blocks = Generator[Block, None, None]
"""They come from a statement that is under way: to be closed by who does not take them all."""


def lines_of(connection: Connection, table: Table, after: int = 0, until: int = _LAST) -> Blocks:
    """The rows of a table in the order of their keys: those above `after` and not above `until`."""
    (key,) = table.primary_key.columns
    rows = f"FROM {table.name} WHERE {key.name} > {after:d} AND {key.name} <= {until:d} ORDER BY {key.name}"
    form = _from_postgres if connection.dialect.name == "postgresql" else _from_sqlite
    return form(connection, table, rows)


def store_lines(connection: Connection, table: Table, blocks: Iterable[bytes]) -> None:
    """Stores rows as `lines_of` gives them, of either engine."""
    store = _copy if connection.dialect.name == "postgresql" else _insert
    with closing(connection.connection.cursor()) as cursor:
        store(cursor, table, blocks)


def _from_sqlite(connection: Connection, table: Table, rows: str) -> Blocks:
    fields = ", ".join(_field(column) for column in table.columns)
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(f"SELECT concat_ws(char(9), {fields}) {rows}")
        while some := cursor.fetchmany(AT_ONCE):
            yield "".join(f"{line}\n" for (line,) in some).encode(), len(some)


def _field(column: Column[Any]) -> str:
    """A column as SQLite writes it into a line."""
    text = column.name
    if column.type.python_type is str or isinstance(column.type, JSON):
        for char, written in _ESCAPES.items():
            text = f"replace({text}, char({ord(char)}), '{written}')"
        text = f"iif({column.name} GLOB '{_SPECIAL}', {text}, {column.name})"
    return f"ifnull({text}, '{_NULL}')" if column.nullable else text


def _from_postgres(connection: Connection, table: Table, rows: str) -> Blocks:
    fields = ", ".join(
        next((form.format(c.name) for kind, form in _POSTGRES if isinstance(c.type, kind)), c.name)
        for c in table.columns
    )
    raw: Any = connection.connection.cursor()
    with closing(raw), raw.copy(f"COPY (SELECT {fields} {rows}) TO STDOUT") as copy:
        lines: Iterator[bytes] = map(bytes, copy)
        if table is changes:
            lines = map(_with_image, lines)
        while some := list(islice(lines, AT_ONCE)):
            yield b"".join(some), len(some)


def _with_image(line: bytes) -> bytes:
    """A line of the journal with the row that it keeps spelled as a file's journal spells it, where it is not so."""
    if line.endswith(b"\\N\n"):
        return line
    *others, written = line.decode()[:-1].split("\t")
    table = METADATA.tables.get(others[changes.columns.keys().index("table_name")])
    image = json.loads(_unescaped(written))
    spelled = {name: _spelled(table, name, value) for name, value in image.items()}
    if [*map(repr, spelled.values())] == [*map(repr, image.values())]:  # to Python, True is 1
        return line
    text = json.dumps(spelled, ensure_ascii=False, separators=(",", ":"))
    return "\t".join([*others, f"{_escaped(text)}\n"]).encode()


def _spelled(table: Table | None, name: str, value: Any) -> Any:
    if table is None or value is None or name not in table.columns:
        return value
    spell = _IN_IMAGES.get(table.columns[name].type.python_type)
    return spell(value) if spell else value


def _escaped(text: str) -> str:
    for char, written in _ESCAPES.items():
        text = text.replace(char, written)
    return text


def _unescaped(written: str) -> str:
    """What JSON in a line says: in JSON, backslashes alone were escaped."""
    return written.replace("\\\\", "\\")


def _copy(cursor: Any, table: Table, blocks: Iterable[bytes]) -> None:
    with cursor.copy(f"COPY {table.name} ({', '.join(table.columns.keys())}) FROM STDIN") as copy:
        for block in blocks:
            copy.write(block)


def _insert(cursor: Any, table: Table, blocks: Iterable[bytes]) -> None:
    """A statement a block: half of the time of a statement a row, of which each looks up the next id of its table."""
    names = ", ".join(table.columns.keys())
    fields = ", ".join(f"value ->> {place}" for place in range(len(table.columns)))
    statement = f"INSERT INTO {table.name} ({names}) SELECT {fields} FROM jsonb_each(?)"  # noqa: S608 - names of our tables
    for block in blocks:
        cursor.execute(statement, (_as_json(block.decode()),))


def _as_json(block: str) -> str:
    """The lines as an array of arrays of texts: JSON and COPY escape alike, but for quotation marks."""
    fields = block.replace('"', '\\"').replace("\t", '","').replace("\n", '"],["')
    return f'[["{fields[:-3]}]'.replace('"\\N"', "null")
