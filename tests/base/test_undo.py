"""Taking operations back."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from crmcli.actions import contact, deal, employee, named, purchase, touch
from crmcli.actions.undo import undo
from crmcli.base.bulk import insert_rows, new_ids
from crmcli.base.opening import Base
from crmcli.base.writing import Writer, reading, writing
from crmcli.errors import CrmError
from crmcli.schema import (
    JOURNALED,
    channels,
    contact_points,
    contacts,
    employees,
    external_refs,
    operations,
    purchases,
    stages,
    touches,
)
from crmcli.values.points import Point
from tests.base.rows import AWKWARD, add_contact, add_one_of_each, content, count, rhythm
from tests.base.spoiling import spoil
from tests.conftest import Run

TODAY = date(2026, 3, 1)


@contextmanager
def operation(base: Base, command: str = "test") -> Iterator[Writer]:
    """One operation."""
    with writing(base, command, "me") as writer:
        yield writer


def take_back(base: Base, operation_id: int) -> int:
    """Undoes an operation; the id of the operation that did."""
    with operation(base, "undo") as writer:
        undo(writer, operation_id)
    return writer.operation_id


def test_what_was_added_is_gone(base: Base) -> None:
    before = content(base)
    with operation(base) as writer:
        add_one_of_each(writer)
    take_back(base, writer.operation_id)
    assert content(base) == before
    assert rhythm(base) == []


def test_what_the_journal_has_lost_is_refused(base: Base) -> None:
    with operation(base) as writer:
        add_contact(writer)
    spoil(base, "DELETE FROM changes")
    with pytest.raises(CrmError, match="cannot be taken back: the journal has lost what it changed"):
        take_back(base, writer.operation_id)


def test_what_was_changed_is_as_it_was(base: Base) -> None:
    with operation(base) as writer:
        ids = add_one_of_each(writer)
    before = content(base)
    with operation(base) as writer:
        writer.connection.execute(update(contacts).values(name="x", extra={}, birthday=None, owner_id=None, note=None))
        writer.connection.execute(update(contacts).values(name="y", company_id=ids["contacts"]))
        writer.connection.execute(update(touches).values(happened_at=None, text="x"))
    take_back(base, writer.operation_id)
    assert content(base) == before


def test_what_was_removed_is_back_with_all_its_children(base: Base) -> None:
    with operation(base) as writer:
        add_one_of_each(writer)
    before, rollup = content(base), rhythm(base)
    with operation(base) as writer:
        for table in reversed(JOURNALED):
            writer.connection.execute(delete(table))
    assert all(rows == [] for rows in content(base).values())
    take_back(base, writer.operation_id)
    assert content(base) == before
    assert rhythm(base) == rollup


def test_custom_fields_come_back_in_their_order(base: Base) -> None:
    fields = {"я": "1", "b": "2", "aa": "3"}
    with operation(base) as writer:
        add_contact(writer, extra=fields)
    with operation(base) as writer:
        writer.connection.execute(update(contacts).values(extra={}))
    take_back(base, writer.operation_id)
    with reading(base) as connection:
        assert list(connection.execute(select(contacts.c.extra)).scalar_one()) == list(fields)


def test_rows_that_refer_to_each_other_go_and_come_back(base: Base) -> None:
    with operation(base) as made:
        first, second = add_contact(made, "A"), add_contact(made, "B")
        made.connection.execute(update(contacts).where(contacts.c.id == first).values(referred_by_id=second))
        made.connection.execute(update(contacts).where(contacts.c.id == second).values(company_id=first))
    full = content(base)
    undone = take_back(base, made.operation_id)
    assert count(base, contacts) == 0
    take_back(base, undone)
    assert content(base) == full


def test_a_row_that_came_and_went_within_the_operation_stays_away(base: Base) -> None:
    before = content(base)
    with operation(base) as writer:
        add_contact(writer)
        writer.connection.execute(update(contacts).values(name="x"))
        writer.connection.execute(delete(contacts))
    take_back(base, writer.operation_id)
    assert content(base) == before


def test_a_row_that_went_and_came_within_the_operation_is_as_it_was(base: Base) -> None:
    with operation(base) as writer:
        anna = add_contact(writer)
    before = content(base)
    with operation(base) as writer:
        writer.connection.execute(delete(contacts))
        add_contact(writer, "Another", id=anna)
    take_back(base, writer.operation_id)
    assert content(base) == before


def test_a_name_given_on_within_the_operation_goes_back_to_who_had_it(base: Base) -> None:
    before = content(base)
    with operation(base) as writer:
        writer.connection.execute(update(stages).where(stages.c.id == 2).values(name="Ring", search_key="ring"))
        named.add_stage(writer, "Call")
    take_back(base, writer.operation_id)
    assert content(base) == before


def test_an_undo_can_be_undone_and_that_too(base: Base) -> None:
    with operation(base) as made:
        ids = add_one_of_each(made)
    full = content(base)
    last = made.operation_id
    for turn in range(4):
        last = take_back(base, last)
        assert content(base) == full if turn % 2 else count(base, contacts) == 0
    assert ids["contacts"] == full["contacts"][0][0]


def test_who_took_it_back_is_noted_and_forgotten_when_that_is_taken_back(base: Base) -> None:
    with operation(base) as made:
        add_contact(made)
    undone = take_back(base, made.operation_id)
    assert _undone_by(base) == {made.operation_id: undone, undone: None}
    redone = take_back(base, undone)
    assert _undone_by(base) == {made.operation_id: None, undone: redone, redone: None}


def test_what_was_taken_back_is_not_taken_back_twice(base: Base) -> None:
    with operation(base) as made:
        add_contact(made)
    undone = take_back(base, made.operation_id)
    with pytest.raises(CrmError, match=f"taken back already, by operation {undone}"):
        take_back(base, made.operation_id)


def test_an_operation_that_is_not_there_is_named(base: Base) -> None:
    with pytest.raises(CrmError, match="there is no operation 99"):
        take_back(base, 99)


def test_a_later_change_of_the_same_row_forbids_it_and_is_named(base: Base) -> None:
    with operation(base) as made:
        add_contact(made)
    with operation(base, "contact edit") as edited:
        edited.connection.execute(update(contacts).values(city="Омск"))
    full = content(base)
    with pytest.raises(
        CrmError, match=rf"operation {edited.operation_id} \(contact edit\).* crmcli undo {edited.operation_id}"
    ):
        take_back(base, made.operation_id)
    assert content(base) == full
    take_back(base, edited.operation_id)
    take_back(base, made.operation_id)
    assert count(base, contacts) == 0


def test_a_later_change_of_another_row_does_not_forbid_it(base: Base) -> None:
    with operation(base) as made:
        add_contact(made)
    with operation(base) as other:
        add_contact(other, "Boris")
    take_back(base, made.operation_id)
    assert [row[2] for row in content(base)["contacts"]] == ["Boris"]


def test_what_later_operations_hang_on_it_forbids_it_and_is_named(base: Base) -> None:
    with operation(base) as made:
        anna = contact.add(made, "Anna", "person")
    with operation(base, "purchase add") as sold:
        purchase.add(sold, TODAY, 100, contact_id=anna)
    with pytest.raises(CrmError, match=rf"operation {sold.operation_id} \(purchase add\) stored purchases that need"):
        take_back(base, made.operation_id)
    assert (count(base, contacts), count(base, purchases)) == (1, 1)


def test_a_sheets_key_of_a_later_import_forbids_taking_back_its_row(base: Base) -> None:
    with operation(base) as made:
        anna = contact.add(made, "Anna", "person")
    with operation(base, "import") as later:
        row = {"table_name": "contacts", "row_id": anna, "source": "shop", "ref": "A1"}
        later.connection.execute(insert(external_refs).values(row))
    with pytest.raises(CrmError, match=r"\(import\) stored external refs"):
        take_back(base, made.operation_id)


def test_redoing_is_forbidden_where_what_it_stood_on_was_taken_back_since(base: Base) -> None:
    with operation(base) as made:
        add_contact(made)
    with operation(base) as edited:
        edited.connection.execute(update(contacts).values(city="Омск"))
    undone = take_back(base, edited.operation_id)
    gone = take_back(base, made.operation_id)
    with pytest.raises(CrmError, match=f"crmcli undo {gone}"):
        take_back(base, undone)
    take_back(base, gone)
    take_back(base, undone)
    assert [row[9] for row in content(base)["contacts"]] == ["Омск"]


def test_an_import_is_taken_back_whole(base: Base) -> None:
    with operation(base) as writer:
        anna = add_contact(writer)
    before, rollup = content(base), rhythm(base)
    with operation(base, "import") as writer:
        _import_many(writer, 2_000)
        writer.connection.execute(update(contacts).where(contacts.c.id == anna).values(city="Омск", note=AWKWARD))
    full, full_rollup = content(base), rhythm(base)
    undone = take_back(base, writer.operation_id)
    assert (content(base), rhythm(base)) == (before, rollup)
    take_back(base, undone)
    assert (content(base), rhythm(base)) == (full, full_rollup)


def test_a_bulk_change_is_taken_back_whole(base: Base) -> None:
    with operation(base) as writer:
        _import_many(writer, 2_000)
    before = content(base)
    with operation(base) as writer:
        writer.connection.execute(update(contacts).values(city="Омск"))
        writer.connection.execute(delete(contact_points))
    take_back(base, writer.operation_id)
    assert content(base) == before


@pytest.mark.parametrize("seed", range(3))
def test_any_actions_undone_one_by_one_lead_back_through_every_state(seed: int, base: Base) -> None:
    chance = random.Random(seed)
    states = []
    for _ in range(14):
        before = (content(base), rhythm(base))
        with operation(base) as writer:
            for _ in range(chance.randint(1, 3)):
                _act(writer, chance)
        if writer.kept:
            states.append((writer.operation_id, before))
    while states:
        operation_id, before = states.pop()
        undone = take_back(base, operation_id)
        assert (content(base), rhythm(base)) == before
        if chance.random() < 0.3:
            take_back(base, undone)
            take_back(base, operation_id)
            assert (content(base), rhythm(base)) == before


def _undone_by(base: Base) -> dict[int, int | None]:
    with reading(base) as connection:
        return {row.id: row.undone_by for row in connection.execute(select(operations))}


def _import_many(writer: Writer, number: int) -> None:
    ids = new_ids(writer.connection, contacts, number)
    people = ((i, "person", f"N{i}", f"n{i}", {"n": i}, writer.now, i - 1 if i > ids[0] else None) for i in ids)
    columns: Sequence[str] = ("id", "kind", "name", "search_key", "extra", "created_at", "referred_by_id")
    insert_rows(writer.connection, contacts, columns, people)
    columns = ("contact_id", "kind", "value", "raw", "label", "position")
    insert_rows(writer.connection, contact_points, columns, ((i, "phone", f"+7{i}", f"8{i}", "", 1) for i in ids))
    columns = ("contact_id", "purchased_on", "kind", "amount")
    insert_rows(writer.connection, purchases, columns, ((i, date(2026, 1, 1 + i % 28), "sale", i) for i in ids))


def _act(writer: Writer, chance: random.Random) -> None:
    """One of the actions of the program, on rows that are there."""
    people = _ids(writer, contacts)
    if len(people) < 3:
        people.append(contact.add(writer, f"C{chance.random()}", "person", [Point("phone", "+79", "8-9", "")]))
    who, on = chance.choice(people), date(2026, 1 + chance.randrange(2), 1 + chance.randrange(28))
    team = _ids(writer, employees)
    acts: list[Callable[[], Any]] = [
        lambda: contact.edit(writer, who, {"city": AWKWARD, "name": f"N{chance.random()}"}, {"поле": AWKWARD}),
        lambda: contact.tag(writer, who, ["vip", "опт"]),
        lambda: contact.untag(writer, who, ["VIP"]),
        lambda: contact.archive(writer, who, archived=chance.random() < 0.5),
        lambda: contact.edit(writer, who, {"company_id": contact.company_named(writer, "Co")}, {}),
        lambda: purchase.add(writer, on, chance.randrange(9999), contact_id=who),
        lambda: purchase.add(writer, on, chance.randrange(9999), contact_id=None),
        lambda: deal.add(writer, "Deal", 1, date(2026, 1, 1), None, contact_id=who),
        lambda: touch.add(writer, who, "call", on, next_contact_on=on, direction="out"),
        lambda: touch.add(writer, who, "meeting", on, direction="in", text=AWKWARD),
        lambda: named.add_stage(writer, f"S{chance.random()}"),
        lambda: named.rename_stage(writer, chance.randint(1, 8), f"R{chance.random()}"),
        lambda: named.add_employee(writer, f"E{chance.random()}"),
        lambda: contact.edit(writer, who, {"owner_id": chance.choice(team or [None])}, {}),
        lambda: len(team) > 1 and employee.hand_over(writer, *chance.sample(team, 2)),
        lambda: writer.connection.execute(delete(contact_points).where(contact_points.c.contact_id == who)),
        lambda: writer.connection.execute(delete(touches).where(touches.c.contact_id == who)),
        lambda: writer.connection.execute(insert(channels).values(name="x", search_key=str(chance.random()))),
    ]
    chance.choice(acts)()


def _ids(writer: Writer, table: Any) -> list[int]:
    return list(writer.connection.execute(select(table.c.id).order_by(table.c.id)).scalars())


def test_an_undo_that_needs_a_name_given_to_another_is_refused(crm: Run) -> None:
    assert crm("stage", "rename", "Call", "Ring").code == 0
    assert crm("stage", "add", "Call").code == 0
    ran = crm("undo", "1", "--yes")
    assert ran.code == 1
    assert "operation 2 (stage add) gave another what it would give back" in ran.err
