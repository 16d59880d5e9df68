"""Rows as lines: the same on both engines, whatever is in them, and rows again."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from crmcli.base import lines
from crmcli.base.digest import EVERYTHING, content_of
from crmcli.base.lines import lines_of, store_lines
from crmcli.base.loading import make_bare
from crmcli.base.opening import Base
from crmcli.base.writing import reading, writing
from crmcli.schema import changes, contact_points, contacts, employees, stages, touches
from tests.base.rows import AWKWARD, add_contact, add_one_of_each, content

ODD = [
    AWKWARD,
    "".join(map(chr, range(1, 160))),
    r"\N",
    r"\\N",
    r'"\N"',
    "\\",
    '"',
    "a\\\tb\n\\n\r\\t\v\f\b",
    '"],["',
    "",
    " ",
    "7",
    "007",
    "1e5",
    "null",
    "[1]",
    "\x85\u2028\ufeff😀",
    "Ё" * 10_000,
]


def fill(base: Base) -> None:
    """Rows of every table, all of them changed once and some removed, and texts that are hard to write down."""
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
        ids = [add_contact(writer, text, note=text, extra={text: text}) for text in ODD]
        add_contact(
            writer,
            "Early",
            archived_at=datetime.fromisoformat("0001-02-03"),
            deleted_at=datetime.fromisoformat("2026-01-02T03:04:05.000001"),
        )
        points = {"contact_id": ids[0], "kind": "phone", "raw": "1", "position": 0}
        writer.connection.execute(insert(contact_points).values(points))
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(contacts).values(city="Пермь"))
        writer.connection.execute(update(employees).values(active=True))
        writer.connection.execute(update(touches).values(happened_at=time(9, 5)))
        writer.connection.execute(delete(contact_points))


def all_lines(base: Base, table: Table) -> bytes:
    with reading(base) as connection:
        return b"".join(block for block, _ in lines_of(connection, table))


def store(base: Base, rows: Iterable[tuple[Table, bytes]]) -> None:
    """Puts lines into a base in place of what migrating has made there."""
    with base.engine.connect().execution_options(crm_write=True) as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            make_bare(connection)
            for table, block in rows:
                store_lines(connection, table, [block] if block else [])


@pytest.fixture
def other(request: pytest.FixtureRequest, base: Base) -> Base:
    """A base on the other engine."""
    found: Base = request.getfixturevalue("postgres_base" if base.engine.dialect.name == "sqlite" else "sqlite_base")
    return found


def test_rows_of_every_kind_go_to_the_other_engine_and_are_told_alike_there(base: Base, other: Base) -> None:
    fill(base)
    written = {table: all_lines(base, table) for table in EVERYTHING}
    store(other, written.items())
    assert {table: all_lines(other, table) for table in EVERYTHING} == written
    with reading(base) as one, reading(other) as another:
        assert content_of(one) == content_of(another)
    texts = content(other, [contacts])["contacts"]
    assert [row[2] for row in texts if row[2] in ODD] == [AWKWARD] * 2 + ODD


def test_a_block_has_so_many_rows_and_says_how_many(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 3)
    with reading(base) as connection:
        blocks = list(lines_of(connection, stages))
        some = list(lines_of(connection, stages, after=2, until=5))
        none = list(lines_of(connection, stages, after=8))
    assert [count for _, count in blocks] == [3, 3, 2]
    assert [block.count(b"\n") for block, _ in blocks] == [3, 3, 2]
    assert [line.split(b"\t")[0] for line in some[0][0].splitlines()] == [b"3", b"4", b"5"]
    assert none == []


def test_a_servers_journal_is_told_as_a_file_keeps_it(postgres_base: Base) -> None:
    fill(postgres_base)
    told = all_lines(postgres_base, changes).decode()
    assert '"active":0' in told
    assert '"archived_at":"0001-02-03 00:00:00.000000"' in told
    assert '"happened_at":"03:04:05.000000"' in told
    assert "T03:04" not in told.replace(r"\\t", "")


def test_a_journal_that_came_from_a_file_goes_back_as_it_was(sqlite_base: Base, postgres_base: Base) -> None:
    fill(sqlite_base)

    def images(base: Base) -> list[Any]:
        with reading(base) as connection:
            return list(connection.execute(select(changes.c.before).order_by(changes.c.id)).scalars())

    store(postgres_base, [(changes, all_lines(sqlite_base, changes))])
    assert images(postgres_base) == images(sqlite_base)
