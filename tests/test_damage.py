"""Damaged copies of a base: every command answers or says in one line what is wrong, and makes nothing worse."""

import gc
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from crmcli.base import patience
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import open_or_create
from tests.builders import add_contact, add_deal, add_sales, add_touch, building
from tests.conftest import Run

PAGE = 4096
COMMANDS = [
    "contact list",
    "contact show 1",
    "contact add Boris --phone +79160000001",
    "reactivate",
    "touch add 2 call",
]
WRITES = {words for words in COMMANDS if " add " in words}

Damage = Callable[[bytearray, random.Random], None]


def flip_bits(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 8, 64])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def truncate_by_pages(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) // PAGE) * PAGE :]


def zero_pages(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 3])):
        at = chance.randrange(len(data) // PAGE) * PAGE
        data[at : at + PAGE] = bytes(PAGE)


def swap_pages(data: bytearray, chance: random.Random) -> None:
    one, other = (at * PAGE for at in chance.sample(range(1, len(data) // PAGE), 2))
    data[one : one + PAGE], data[other : other + PAGE] = data[other : other + PAGE], data[one : one + PAGE]


def append_bytes(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.choice([1, 100, PAGE, 3 * PAGE]))


def spoil_header(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(100)
    data[at] = chance.randrange(256)


DAMAGES: list[Damage] = [
    flip_bits,
    truncate,
    truncate_by_pages,
    zero_pages,
    swap_pages,
    append_bytes,
    spoil_header,
]


@pytest.fixture(scope="module")
def whole(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A base with a little of everything."""
    path = tmp_path_factory.mktemp("whole") / "base.db"
    path.write_bytes(sqlite_template.read_bytes())
    with building(open_or_create(SqliteLocation(path))) as writer:
        for number in range(300):
            contact = add_contact(writer, f"Анна {number}", phones=[f"8916{number:07}"])
            add_sales(writer, contact, date(2026, 5, 1), date(2026, 6, 1))
            add_touch(writer, contact, date(2026, 6, 2))
        add_deal(writer, ("New lead", date(2026, 5, 1)), contact_id=1)
    return path.read_bytes()


def readable(path: Path) -> set[tuple[Any, ...]]:
    """Every row of the owner's that can still be read, one by one."""
    connection = dbapi2.connect(path.as_uri() + "?mode=rw", uri=True)
    connection.text_factory = bytes
    found = set()
    for table in ("contacts", "contact_points", "purchases", "touches", "deals", "changes"):
        for row_id in range(1, 700):
            with suppress(dbapi2.Error):
                for row in connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id,)):
                    found.add((table, *row))
    connection.close()
    return found


@pytest.mark.parametrize("number", range(60))
def test_a_damaged_copy_is_refused_in_a_line_or_read_and_no_row_is_lost(
    number: int, whole: bytes, tmp_path: Path, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.2)
    damage, data = DAMAGES[number % len(DAMAGES)], bytearray(whole)
    damage(data, random.Random(number))
    path = tmp_path / "copy.db"
    for words in COMMANDS:
        path.write_bytes(data)
        gc.freeze()  # what there is by now need not be searched
        ran = program(*words.split(), "--base", path)
        told = f"{damage.__name__} {words}: {ran.code} {ran.err}"
        assert ran.code in {0, 1, 5}, told
        assert "mistake of ours" not in ran.err, told
        if ran.code:
            assert (ran.out, ran.err.count("\n")) == ("", 1), told
            gc.collect()  # an error's own frames keep the connection until then; a process that ends keeps none
            assert path.read_bytes() == bytes(data), told
            assert [one.name for one in tmp_path.glob("copy.db*")] == ["copy.db"], told
        elif words in WRITES:
            after = readable(path)
            path.write_bytes(data)
            assert readable(path) <= after, told
