"""Damaged copies of a base: every command answers or says in one line what is wrong, and makes nothing worse."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crmcli.base import patience
from crmcli.base.opening import Base
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


@pytest.fixture
def whole(sqlite_base: Base) -> Path:
    """A base with a little of everything."""
    with building(sqlite_base) as writer:
        for number in range(300):
            contact = add_contact(writer, f"Анна {number}", phones=[f"8916{number:07}"])
            add_sales(writer, contact, date(2026, 5, 1), date(2026, 6, 1))
            add_touch(writer, contact, date(2026, 6, 2))
        add_deal(writer, ("New lead", date(2026, 5, 1)), contact_id=1)
    return Path(str(sqlite_base.location))


def complaints(path: Path) -> int:
    """How many things SQLite itself finds wrong; many where it cannot look at all."""
    connection = dbapi2.connect(path.as_uri() + "?mode=rw", uri=True)
    try:
        rows = connection.execute("PRAGMA integrity_check(1000)").fetchall()
    except dbapi2.DatabaseError:
        return 1_000_000
    finally:
        connection.close()
    return 0 if rows == [("ok",)] else len(rows)


@pytest.mark.parametrize("number", range(60))
def test_a_damaged_copy_is_refused_in_a_line_or_read_and_never_made_worse(
    number: int, whole: Path, tmp_path: Path, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.2)
    chance = random.Random(number)
    data = bytearray(whole.read_bytes())
    DAMAGES[number % len(DAMAGES)](data, chance)
    for words in COMMANDS:
        path = tmp_path / "copy.db"
        path.write_bytes(data)
        before = complaints(path)
        path.write_bytes(data)
        ran = program(*words.split(), "--base", path)
        told = f"{DAMAGES[number % len(DAMAGES)].__name__} {words}: {ran.code} {ran.err}"
        assert ran.code in {0, 1, 5}, told
        assert "mistake of ours" not in ran.err, told
        if ran.code:
            assert (ran.out, ran.err.count("\n")) == ("", 1), told
        if words in WRITES and ran.code == 0:
            assert complaints(path) <= before, told
