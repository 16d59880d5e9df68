"""Changes of rows, told field by field in the words of the prompt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from crmcli import schema
from crmcli.commands.session import current
from crmcli.output.result import Column, Kind
from crmcli.output.values import Look, for_people, for_program
from crmcli.questions.history import rows_now
from crmcli.schema.journal import read_image

_TABLES = {table.name: table for table in schema.JOURNALED}
_WORDS = {
    "contacts": "contact",
    "contact_points": "contact point",
    "contact_tags": "tag",
    "external_refs": "key",
    "not_duplicates": "not one",
    "touches": "touch",
    "stage_moves": "move",
    "purchase_lines": "line",
}
_HIDDEN = {"id", "row_id", "search_key", "created_at", "moved_at", "position", "table_name"}
"""Fields that the program keeps for itself."""

_KINDS: dict[str, Kind] = {"amount": "money", "cost": "money", "price": "money", "quantity": "quantity",
                           "rating": "rate", "extra": "fields", "active": "flag"}  # fmt: skip
_DONE = {"insert": "added", "update": "changed", "delete": "removed"}
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a change: the row of `changes_done` it is of, and what is told of it."""

    row: dict[str, Any]
    told: dict[str, Any]


def changes_told(
    connection: Connection, rows: Sequence[dict[str, Any]], look: Look, *, for_programs: bool
) -> Iterator[Change]:
    """The fields that each of the changes gave another value, of added and removed rows all that have one."""
    now = _present(connection, [row for row in rows if row["is_last"]])
    pairs = [(row, *_images(row, now)) for row in rows]
    names = _Names(connection, pairs)
    for row, before, after in pairs:
        table = _TABLES[row["table_name"]]
        head = {"table": _WORDS.get(table.name, table.name.removesuffix("s")), "row_id": row["row_id"]}
        for column in table.columns:
            held, got = before.get(column.name), after.get(column.name)
            if column.name in _HIDDEN or held == got:
                continue
            told = (names.told(table, column.name, value, look, for_programs=for_programs) for value in (held, got))
            both = dict(zip(("before", "after"), told, strict=True))
            if both["before"] == both["after"]:
                continue
            field = column.name.removesuffix("_id")
            yield Change(row, {**head, "action": _DONE[row["action"]], "field": field, **both})


def _images(row: dict[str, Any], now: dict[tuple[str, int], dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row before and after the change; nothing where it was not there."""
    table = _TABLES[row["table_name"]]
    before = read_image(table, row["before"]) if row["before"] else {}
    if row["action"] == "delete":
        return before, {}
    after = now.get((table.name, row["row_id"]), {}) if row["is_last"] else read_image(table, row["after"] or "{}")
    return before, after


def _present(connection: Connection, rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        wanted[row["table_name"]].add(row["row_id"])
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name, ids in wanted.items():
        listed = sorted(ids)
        for start in range(0, len(listed), _AT_ONCE):
            for present in connection.execute(rows_now(_TABLES[name], listed[start : start + _AT_ONCE])).mappings():
                found[name, present["id"]] = dict(present)
    return found


class _Names:
    """The names of what changed rows refer to."""

    def __init__(
        self, connection: Connection, pairs: Iterable[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]
    ) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for row, *images in pairs:
            for key in _TABLES[row["table_name"]].foreign_keys:
                wanted[key.column.table.name] |= {value for image in images if (value := image.get(key.parent.name))}
        self._found: dict[tuple[str, int], str] = {}
        for name, ids in wanted.items():
            table = _TABLES[name]
            if "name" in table.c:
                self._look_up(connection, table, sorted(ids))

    def told(self, table: Table, field: str, value: Any, look: Look, *, for_programs: bool) -> Any:
        """A value as it is shown: names for ids, amounts with their digits, times of the base's zone."""
        if value is None or value in ("", {}):
            return None
        for key in table.c[field].foreign_keys:
            return self._found.get((key.column.table.name, value), str(value))
        if isinstance(value, datetime):
            return f"{current().local_time(value):%Y-%m-%d %H:%M}"
        if field == "rating":
            value = value / 10_000
        column = Column(field, kind=_KINDS.get(field, "text"))
        if for_programs:
            return for_program(value, column, look)
        return for_people(value, column, look)

    def _look_up(self, connection: Connection, table: Table, ids: Sequence[int]) -> None:
        """Names; of a contact in the trash none."""
        shown = (schema.not_deleted(),) if table is schema.contacts else ()
        for start in range(0, len(ids), _AT_ONCE):
            some = table.c.id.in_(ids[start : start + _AT_ONCE])
            for row in connection.execute(select(table.c.id, table.c.name).where(some, *shown)):
                self._found[table.name, row.id] = row.name
