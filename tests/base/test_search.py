"""What contacts are found by follows every write."""

import random
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from crmcli.actions.purge import purge
from crmcli.actions.undo import undo
from crmcli.base.checks import examined
from crmcli.base.mending import mend
from crmcli.base.opening import Base
from crmcli.base.shred import shred
from crmcli.base.writing import Writer, reading, writing
from crmcli.questions.search import text_matches
from crmcli.schema import contact_points, contacts
from crmcli.schema.search import contact_search
from crmcli.values.text import search_key
from tests.base.rows import AWKWARD, add_contact

NAMES = ("Анна Ёлкина", "Boris 100%", "Clara_Ю", AWKWARD, "Я", "")
POINTS = (("phone", "+79160000001", "8 916"), ("email", "ann@example.com", "Ann@"), ("phone", None, "ДОБ. 12"))


def kept(base: Base) -> dict[int, str]:
    """What SQLite's table has."""
    with reading(base) as connection:
        return dict(connection.execute(select(contact_search.c.rowid, contact_search.c.text)).all())


def wanted(base: Base) -> dict[int, str]:
    """What it is to have: a line for the name, and for each point."""
    point = select(contact_points.c.contact_id, func.coalesce(contact_points.c.value, contact_points.c.raw))
    with reading(base) as connection:
        texts = dict(connection.execute(select(contacts.c.id, " " + contacts.c.search_key)).all())
        for contact_id, written in connection.execute(point.order_by(contact_points.c.id)):
            texts[contact_id] += f"\n {search_key(written)}"
    return texts


def index(base: Base) -> bytes:
    """SQLite's index of trigrams as it stands in the file."""
    with reading(base) as connection:
        blocks = connection.execute(text("SELECT block FROM contact_search_data WHERE id > 10 ORDER BY id"))
        return b"".join(blocks.scalars())


def found(base: Base, part: str) -> set[int]:
    """The contacts found."""
    with reading(base) as connection:
        return set(connection.execute(select(contacts.c.id).where(text_matches(search_key(part)))).scalars())


@pytest.mark.parametrize("seed", range(3))
def test_after_any_writes_and_undos_the_table_has_what_the_contacts_have(seed: int, sqlite_base: Base) -> None:
    chance, done = random.Random(seed), list[int]()
    for _ in range(20):
        with writing(sqlite_base, "test", "me") as writer:
            if done and chance.random() < 0.3:
                undo(writer, done.pop())
            else:
                for _ in range(chance.randint(1, 4)):
                    _something(writer, chance)
                done.append(writer.operation_id)
        if not writer.kept:
            done.pop()
        assert kept(sqlite_base) == wanted(sqlite_base)
        states = {name: finding.state for name, finding in examined(sqlite_base.location)}
        assert (states["integrity"], states["search"]) == ("ok", "ok")


@pytest.mark.parametrize("seed", range(3))
def test_part_of_a_name_phone_or_email_finds_those_who_have_it(seed: int, base: Base) -> None:
    chance = random.Random(seed)
    with writing(base, "test", "me") as writer:
        for _ in range(25):
            _something(writer, chance)
    with reading(base) as connection:
        rows = connection.execute(
            select(contacts.c.id, contacts.c.search_key, contact_points.c.value, contact_points.c.raw).outerjoin(
                contact_points
            )
        ).all()
    for part in ("ёлк", "анна ё", "100%", "ra_", "00%", "916000", "8 916 0", "@example", "доб. 1", "\\t", "'co'", "/"):
        assert found(base, part) == {row.id for row in rows if _has(row, search_key(part))}, part


def test_one_or_two_letters_find_what_begins_with_them(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        anna = add_contact(writer, "Anna Bell")
        add_contact(writer, "Diana")
        writer.connection.execute(insert(contact_points).values(
            contact_id=anna, kind="email", value="x@example.com", raw="x", position=1))  # fmt: skip
    assert found(base, "an") == found(base, "b") == found(base, "x@") == {anna}
    assert found(base, "") == {anna, anna + 1}


def test_what_changes_neither_name_nor_point_leaves_the_table_alone(sqlite_base: Base) -> None:
    with writing(sqlite_base, "test", "me") as writer:
        anna = add_contact(writer, "Anna")
    before = index(sqlite_base)
    with writing(sqlite_base, "test", "me") as writer:
        writer.connection.execute(update(contacts).values(city="Kazan", search_key="anna"))
    assert index(sqlite_base) == before
    with writing(sqlite_base, "test", "me") as writer:
        writer.connection.execute(update(contacts).values(search_key="ann"))
    assert index(sqlite_base) != before
    assert kept(sqlite_base) == {anna: " ann"}


def _has(row: Any, key: str) -> bool:
    point = search_key(row.value or row.raw or "")
    digits = "".join(filter(str.isdigit, key))
    as_phone = bool(digits) and not any(map(str.isalpha, key))
    spelled = len(digits) > 3 and key.startswith("8") and point.startswith(f"+7{digits[1:]}")
    part = digits in point if len(digits) > 2 else point.startswith(f"+{digits}")
    return key in row.search_key or key in point or (as_phone and (spelled or part))


def _something(writer: Writer, chance: random.Random) -> None:
    """One change of what a contact is found by, or of something else."""
    ids = list(writer.connection.execute(select(contacts.c.id)).scalars())
    some = contacts.c.id % 3 == chance.randrange(3)
    match chance.randrange(6) if ids else 0:
        case 0 | 1:
            name = chance.choice(NAMES)
            add_contact(writer, name, search_key=search_key(name))
        case 2 | 3:
            kind, value, raw = chance.choice(POINTS)
            row = {"contact_id": chance.choice(ids), "kind": kind, "value": value, "raw": raw, "position": 1}
            writer.connection.execute(insert(contact_points).values(row))
        case 4:
            writer.connection.execute(delete(contact_points).where(contact_points.c.id % 3 == chance.randrange(3)))
        case _:
            key = search_key(chance.choice(NAMES))
            changed = chance.choice(({"search_key": key}, {"city": "Казань"}, {"deleted_at": writer.now}))
            writer.connection.execute(update(contacts).where(some).values(changed))


def test_a_table_that_differs_from_a_rebuild_fails_and_is_mended(sqlite_base: Base) -> None:
    with writing(sqlite_base, "test", "me") as writer:
        add_contact(writer, "Anna")
    assert [name for name, finding in examined(sqlite_base.location) if finding.state == "fail"] == []
    with sqlite_base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(update(contact_search).where(contact_search.c.rowid == 1).values(text=" hanna"))
        connection.execute(insert(contact_search).values(rowid=99, text=" nobody"))
    findings = dict(examined(sqlite_base.location))
    assert findings["search"].found == "contacts that cannot be found by what they have now: 2"
    mend(sqlite_base)
    assert dict(examined(sqlite_base.location))["search"].state == "ok"
    assert found(sqlite_base, "anna") == {1}


def test_what_is_searched_by_goes_and_is_made_again(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        add_contact(writer, "Anna")
    kind = "VIEW" if base.engine.dialect.name == "postgresql" else "TABLE"
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text(f"DROP {kind} contact_search"))
    assert dict(examined(base.location))["search"].found == "what contacts are searched by is gone"
    mend(base)
    assert [name for name, finding in examined(base.location) if finding.state == "fail"] == []
    assert found(base, "ann") == {1}


def test_an_erased_name_leaves_the_index_of_trigrams(sqlite_base: Base) -> None:
    with writing(sqlite_base, "test", "me") as writer:
        anna = add_contact(writer, "Qwxzj", search_key="qwxzj")
        add_contact(writer, "Boris", search_key="boris")
    with writing(sqlite_base, "test", "me") as writer:
        purge(writer, anna)
    assert b"qwx" in index(sqlite_base)
    shred(sqlite_base)
    assert b"qwx" not in index(sqlite_base)
    assert b"bor" in index(sqlite_base)
