"""Bases of many customers, each with about ten purchases, ten touches and, one in five, a deal.

python -m benchmarks.made.base COUNT ...: makes those that are not there yet. They are kept in the folder that the
environment variable CRMCLI_BENCH names, else in the user's cache; never in the repository.
"""

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import platformdirs
from sqlalchemy import Connection, Table, insert, literal, select, text

from benchmarks.made import events
from benchmarks.made.people import Person, people
from crmcli.base.bulk import Row, insert_rows
from crmcli.base.checks import examined
from crmcli.base.location import Location, SqliteLocation
from crmcli.base.opening import Base, open_or_create
from crmcli.base.rollup import rebuild
from crmcli.base.search import make_search
from crmcli.base.triggers import create_triggers, drop_triggers
from crmcli.schema import (
    changes,
    channels,
    contact_points,
    contacts,
    deals,
    employees,
    operations,
    purchases,
    stage_moves,
    stages,
    touches,
)
from crmcli.values.text import search_key

_MADE_AT = datetime.fromisoformat("2026-07-01T06:00:00")
_PEOPLE_AT_ONCE = 5_000
_FILLED = (employees, channels, contacts, contact_points, purchases, touches, deals, stage_moves)


def folder() -> Path:
    """Where what is made is kept from one run to the next."""
    named = os.environ.get("CRMCLI_BENCH")
    found = Path(named) if named else platformdirs.user_cache_path("crmcli-bench")
    found.mkdir(parents=True, exist_ok=True)
    return found


def sqlite_base(count: int) -> Path:
    """The file of a base of so many customers, made on the first call; `doctor` has found it sound."""
    path = folder() / f"base-{count}.db"
    if not path.exists():
        part = path.with_suffix(".part")
        for ending in ("", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)
        fill(SqliteLocation(part), count)
        part.rename(path)
    return path


def fill(location: Location, count: int) -> None:
    """Makes a base there. SystemExit where `doctor` finds anything wrong."""
    base = open_or_create(location)
    _store(base, count)
    if base.engine.dialect.name == "postgresql":
        with base.engine.connect().execution_options(isolation_level="AUTOCOMMIT", crm_write=True) as connection:
            connection.execute(text("VACUUM ANALYZE"))  # as the server's own housekeeping would have done by then
    wrong = [f"{check}: {found.found}" for check, found in examined(location) if found.state == "fail"]
    if wrong:
        raise SystemExit("; ".join(wrong))


def _store(base: Base, count: int) -> None:
    """As an import stores, but with indexes and journal made at the end: of twenty million rows that is quicker."""
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        drop_triggers(connection)
        indexes = [index for table in (*_FILLED, changes) for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        _fill_tables(connection, count)
        _journal(connection)
        for index in indexes:
            index.create(connection)
        create_triggers(connection)
        rebuild(connection)
        make_search(connection)


def _fill_tables(connection: Connection, count: int) -> None:
    made = events.customers(count)
    _insert(connection, employees, ("name", "search_key"), _named("Продавец", events.EMPLOYEES))
    _insert(connection, channels, ("name", "search_key"), _named("Канал", events.CHANNELS))
    _fill_contacts(connection, made)
    for table, columns, rows in (
        (purchases, events.PURCHASE_COLUMNS, events.purchases(made)),
        (touches, events.TOUCH_COLUMNS, events.touches(made)),
    ):
        _insert(connection, table, columns, rows)
    _fill_deals(connection, made)


def _fill_contacts(connection: Connection, made: events.Customers) -> None:
    columns = ("kind", "name", "search_key", "owner_id", "channel_id", "city", "extra", "created_at")
    of_points = ("contact_id", "kind", "value", "raw", "position")
    for start in range(0, made.count, _PEOPLE_AT_ONCE):
        some = list(enumerate(people(min(_PEOPLE_AT_ONCE, made.count - start), 0, seed=start), start))
        rows = (_contact(person, int(made.owners[at]), int(made.channels[at])) for at, person in some)
        _insert(connection, contacts, columns, rows)
        _insert(connection, contact_points, of_points, (row for at, one in some for row in _points(at + 1, one)))


def _fill_deals(connection: Connection, made: events.Customers) -> None:
    ordered = select(stages.c.id, stages.c.kind).order_by(stages.c.position)
    ids = [row.id for row in connection.execute(ordered)]  # the open ones, won, lost
    stored = list(events.deals(made, len(ids) - 2))
    columns = ("contact_id", "title", "amount", "owner_id", "channel_id", "stage_id", "opened_on", "closed_on")
    rows = ((d.contact_id, "Заказ", d.amount, d.owner_id, d.channel_id, ids[d.moves[-1][0]], d.moves[0][1],
             d.moves[-1][1] if d.moves[-1][0] >= len(ids) - 2 else None) for d in stored)  # fmt: skip
    _insert(connection, deals, columns, rows)
    moved = ("deal_id", "stage_id", "moved_on", "moved_at", "employee_id")
    moves = ((n, ids[place], on, _MADE_AT, d.owner_id) for n, d in enumerate(stored, 1) for place, on in d.moves)
    _insert(connection, stage_moves, moved, moves)


def _insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterator[Row]) -> None:
    insert_rows(connection, table, columns, rows)


def _journal(connection: Connection) -> None:
    """One operation, which inserted every row."""
    said = {"at": _MADE_AT, "actor": "bench", "command": "import", "summary": "made for measuring"}
    operation = connection.execute(insert(operations).values(said).returning(operations.c.id)).scalar_one()
    told = ("operation_id", "table_name", "row_id", "action")
    for table in _FILLED:
        rows = select(literal(operation), literal(table.name), table.c.id, literal("insert")).order_by(table.c.id)
        connection.execute(insert(changes).from_select(told, rows))


def _contact(person: Person, owner_id: int, channel_id: int) -> Row:
    return [person.kind, person.name, search_key(person.name), owner_id, channel_id, person.city, {}, _MADE_AT]


def _points(number: int, person: Person) -> Iterator[Row]:
    emails = [f"client{number}@example.com"] if person.emails else []
    found = [*(("phone", phone) for phone in person.phones), *(("email", email) for email in emails)]
    for position, (kind, value) in enumerate(found, 1):
        yield [number, kind, value, value, position]


def _named(word: str, count: int) -> Iterator[Row]:
    return ([f"{word} {number}", search_key(f"{word} {number}")] for number in range(1, count + 1))


if __name__ == "__main__":
    for told in sys.argv[1:]:
        print(sqlite_base(int(told)))
