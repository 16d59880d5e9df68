"""The rollup follows every write."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from crmcli.actions.undo import undo
from crmcli.base.opening import Base
from crmcli.base.rollup import contacts_touched_by
from crmcli.base.writing import Writer, reading, writing
from crmcli.schema import contacts, deals, purchases, touches
from tests.base.rows import add_contact, rebuilt_rhythm, rebuilt_sums, rhythm, sums


def sell(writer: Writer, contact_id: int | None, on: date = date(2026, 1, 1), **fields: Any) -> int:
    """Stores a sale and returns its id."""
    row = {"contact_id": contact_id, "purchased_on": on, "kind": "sale", "amount": 100} | fields
    return int(writer.connection.execute(insert(purchases).values(row).returning(purchases.c.id)).scalar_one())


def touch(writer: Writer, contact_id: int, on: date = date(2026, 1, 1)) -> int:
    """Stores a call and returns its id."""
    row = {"contact_id": contact_id, "kind": "call", "direction": "out", "happened_on": on}
    return int(writer.connection.execute(insert(touches).values(row).returning(touches.c.id)).scalar_one())


def touched_by(base: Base, writer: Writer) -> set[int]:
    """The contacts that an operation touched."""
    with reading(base) as connection:
        return set(connection.execute(contacts_touched_by(writer.operation_id)).scalars())


@pytest.fixture
def three(base: Base) -> list[int]:
    """Three contacts; the first has a sale and a call."""
    with writing(base, "test", "me") as writer:
        ids = [add_contact(writer, name) for name in ("Anna", "Boris", "Clara")]
        sell(writer, ids[0])
        touch(writer, ids[0])
    return ids


def test_adding_touches_the_contacts_added_to(base: Base, three: list[int]) -> None:
    with writing(base, "test", "me") as writer:
        sell(writer, three[1])
        touch(writer, three[2])
        sell(writer, None)
    assert touched_by(base, writer) == {three[1], three[2]}


def test_changing_and_removing_touch_the_contact_that_had_it(base: Base, three: list[int]) -> None:
    with writing(base, "test", "me") as changed:
        changed.connection.execute(update(purchases).values(amount=7))
    with writing(base, "test", "me") as removed:
        removed.connection.execute(delete(touches))
    assert touched_by(base, changed) == touched_by(base, removed) == {three[0]}


@pytest.mark.parametrize("table", [purchases, touches], ids=["purchases", "touches"])
def test_moving_to_another_contact_touches_both(table: Any, base: Base, three: list[int]) -> None:
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(table).values(contact_id=three[2]))
    assert touched_by(base, writer) == {three[0], three[2]}
    assert rhythm(base) == rebuilt_rhythm(base)
    assert [row[1 if table is purchases else 12] for row in rhythm(base)] == [0, 0, 1]


def test_a_sale_that_loses_its_customer_touches_the_one_it_had(base: Base, three: list[int]) -> None:
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(purchases).values(contact_id=None))
    assert touched_by(base, writer) == {three[0]}
    assert [row[1] for row in rhythm(base)] == [0, 0, 0]


def test_what_has_no_part_in_the_rhythm_touches_nobody(base: Base, three: list[int]) -> None:
    with writing(base, "test", "me") as writer:
        row = {"title": "x", "stage_id": 1, "opened_on": date(2026, 1, 1), "contact_id": three[0]}
        writer.connection.execute(insert(deals).values(row))
    assert touched_by(base, writer) == set()


def test_an_archived_contact_is_marked(base: Base, three: list[int]) -> None:
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(contacts).where(contacts.c.id == three[1]).values(archived_at=writer.now))
    assert [row[-1] for row in rhythm(base)] == [False, True, False]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_writes_and_undos_the_rollup_is_what_a_rebuild_gives(seed: int, base: Base) -> None:
    chance = random.Random(seed)
    with writing(base, "test", "me") as writer:
        for name in "ABCDEF":
            add_contact(writer, name)
    done: list[int] = []
    for _ in range(15):
        with writing(base, "test", "me") as writer:
            if done and chance.random() < 0.3:
                undo(writer, done.pop())
            else:
                for _ in range(chance.randint(1, 4)):
                    _something(writer, chance)
                done.append(writer.operation_id)
        if not writer.kept:
            done.pop()
        assert rhythm(base) == rebuilt_rhythm(base)
        assert sums(base) == rebuilt_sums(base)


def _something(writer: Writer, chance: random.Random) -> None:
    """One change of the kind that a rhythm depends on."""
    ids = list(writer.connection.execute(select(contacts.c.id).order_by(contacts.c.id)).scalars())
    on = date(2026, 1, 1) + timedelta(chance.randrange(60))
    table = chance.choice((purchases, touches))
    some = table.c.id % 3 == chance.randrange(3)
    match chance.randrange(6):
        case 0:
            sell(
                writer, chance.choice([*ids, None]), on, amount=chance.randrange(10_000), cost=chance.choice((None, 5))
            )
        case 1:
            sell(writer, chance.choice(ids), on, kind="refund")
        case 2:
            touch(writer, chance.choice(ids), on)
        case 3:
            writer.connection.execute(delete(table).where(some))
        case 4:
            writer.connection.execute(update(table).where(some).values(contact_id=chance.choice(ids)))
        case _:
            archived = chance.choice((None, writer.now))
            writer.connection.execute(
                update(contacts).where(contacts.c.id == chance.choice(ids)).values(archived_at=archived)
            )
