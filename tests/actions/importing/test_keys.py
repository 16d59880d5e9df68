"""Keys of our own exports: they mean their rows while these are there, and never another's."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from crmcli.actions.undo import undo
from crmcli.base.mark import base_mark, own_key
from crmcli.base.opening import Base
from crmcli.base.writing import reading, writing
from crmcli.schema import deals, purchases, touches
from tests.actions.importing.conftest import Store, counts, deal, person, sale, sales_by_name, touch
from tests.builders import rows_of

if TYPE_CHECKING:
    from crmcli.values.records import Record

ANNA, BORIS = person("Анна"), person("Борис")


def mark_of(base: Base) -> str:
    with reading(base) as connection:
        return base_mark(connection)


def test_an_export_of_rows_that_are_gone_comes_in_once(base: Base, store: Store) -> None:
    store(person("Вера"))
    store(sale(ANNA, 100, key="N7"), deal(ANNA, key="D1"), touch(ANNA))
    mark = mark_of(base)
    with writing(base, "undo", "tester") as writer:
        undo(writer, writer.operation_id - 1)
    exported: list[Record] = [
        sale(person("Анна", key=own_key(mark, 2)), 100, key=own_key(mark, 1), other_keys=(("", "N7"),)),
        deal(person("Анна", key=own_key(mark, 2)), key=own_key(mark, 1), other_keys=(("", "D1"),)),
        touch(person("Анна", key=own_key(mark, 2)), key=own_key(mark, 1)),
    ]
    assert counts(store(*exported)) == (3, 0, 0)
    for _ in range(2):
        assert counts(store(*exported)) == (0, 3, 0)


def test_a_corrected_day_under_our_own_key_changes_the_sale(base: Base, store: Store) -> None:
    store(sale(ANNA, 100))
    key = own_key(mark_of(base), rows_of(base, select(purchases.c.id))[0]["id"])
    moved = sale(ANNA, 100, date(2026, 1, 14), key=key)
    (tally,) = store(moved).sheets.values()
    assert (tally.created, tally.differing) == (0, 1)
    assert counts(store(moved, on_duplicate="update")) == (0, 1, 0)
    assert rows_of(base, select(purchases.c.purchased_on)) == [{"purchased_on": date(2026, 1, 14)}]


def test_a_key_of_a_copy_that_went_its_own_way_mixes_nobody_up(base: Base, store: Store) -> None:
    store(deal(BORIS, "Чай", amount=77), touch(BORIS, kind="meeting", text="о чае"), sale(BORIS, 100))
    mark = mark_of(base)
    strangers: list[Record] = [
        deal(ANNA, "Кофе", key=own_key(mark, 1), amount=5),
        touch(ANNA, key=own_key(mark, 1), text="звонок"),
        sale(ANNA, 55, date(2025, 5, 5), key=own_key(mark, 1)),
    ]
    for how in ("fill", "update"):
        assert counts(store(*strangers, on_duplicate=how))[2] == 3
    assert rows_of(base, select(deals.c.title, deals.c.amount)) == [{"title": "Чай", "amount": 77}]
    assert rows_of(base, select(touches.c.text)) == [{"text": "о чае"}]
    assert sales_by_name(base) == {"Борис": [100]}


def test_a_row_is_known_by_another_of_its_keys(base: Base, store: Store) -> None:
    store(sale(ANNA, 100, key="N7"), deal(ANNA, key="D1"))
    mark = mark_of(base)
    back: list[Record] = [
        replace(sale(ANNA, 100), key="89abcdef-5", other_keys=(("", own_key(mark, 1)), ("", "N7"))),
        replace(deal(ANNA), key="89abcdef-6", other_keys=(("", "D1"),)),
    ]
    for expected in ((0, 2, 0), (0, 2, 0)):
        assert counts(store(*back)) == expected


def test_skip_leaves_a_purchase_without_its_number(base: Base, store: Store) -> None:
    store(sale(ANNA, 100))
    assert counts(store(sale(ANNA, 100, key="N7"), on_duplicate="skip")) == (0, 1, 0)
    (tally,) = store(sale(ANNA, 100, key="N7")).sheets.values()
    assert tally.updated == 1
