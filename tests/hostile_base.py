"""A base in which every text that can hold harm does."""

from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_or_create
from crmcli.base.writing import writing
from crmcli.schema import JOURNALED, contacts, not_duplicates, settings
from tests.base.rows import AWKWARD, row_for

MARKUP = "[red]x[/red] [link=http://x]y[/link]"
HARM = f"\x1b[31m\x1b]52;c;ZXZpbA==\x07\x9b2J\x9d0;t\x9c\x7f\r\u202eевил\u2066\u200b\u00ad {MARKUP} =1+1"
"""Every way to be obeyed by a terminal that an engine can hold."""
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '"', "'=1")

_CODES = {
    ("contact_points", "kind"): "phone",
    ("touches", "kind"): "call",
    ("touches", "outcome"): "done",
    ("stages", "entered_by"): "letter",
    ("external_refs", "table_name"): "contacts",
}
"""Texts that the program alone writes."""


def hostile_base(folder: Path) -> Base:
    """An empty base filled, under a name that is hostile too."""
    base = open_or_create(SqliteLocation(folder / f"{HARM.replace('/', '|')}.db"))
    with writing(base, f"test {HARM}", f"actor {HARM}") as writer:
        ids: dict[str, int] = {}
        for table in JOURNALED:
            if table not in {settings, not_duplicates}:
                ids[table.name] = _stored(writer.connection, table, _harmful(table, ids))
        others: list[dict[str, Any]] = [{}, {"deleted_at": writer.now}, *({"name": text} for text in FORMULAS)]
        for fields in others:
            _stored(writer.connection, contacts, {**_harmful(contacts, ids), **fields})
        writer.summary = f"summary {HARM}"
    return base


def _harmful(table: Table, ids: dict[str, int]) -> dict[str, Any]:
    """A row of a table whose every free text means harm; a contact is neither archived nor in the trash."""
    row = {name: f"{HARM}{len(ids)}" if value == AWKWARD else value for name, value in row_for(table, ids).items()}
    row |= {name: code for (of, name), code in _CODES.items() if of == table.name}
    unset = dict.fromkeys({"archived_at", "deleted_at", "purged_at"} & row.keys())
    extra = {"extra": {HARM: HARM}} if "extra" in row else {}
    return {**row, **unset, **extra}


def _stored(connection: Any, table: Table, row: dict[str, Any]) -> int:
    return int(connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one())
