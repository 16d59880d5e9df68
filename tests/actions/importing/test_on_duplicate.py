"""Rows that the base has: filled, updated, skipped, or stored once more."""

from datetime import date
from typing import Any

from sqlalchemy import select

from crmcli.actions.undo import undo
from crmcli.base.mark import base_mark, own_key
from crmcli.base.opening import Base
from crmcli.base.writing import reading, writing
from crmcli.schema import contact_rhythm, contacts, deals, purchase_lines, purchases, stage_moves, stages, touches
from crmcli.values.records import LineRecord, Record
from tests.actions.importing.conftest import (
    Store,
    contact_named,
    counts,
    deal,
    names,
    person,
    phone,
    points_of,
    refs_of,
    sale,
    sales_by_name,
    touch,
)
from tests.builders import rows_of

HERS = phone("8 916 000-00-01")
DAY = date(2026, 1, 5)


def tally(report: Any) -> tuple[int, int, int, int]:
    (one,) = report.sheets.values()
    return one.created, one.matched, one.updated, one.differing


def only(base: Base, table: Any) -> dict[str, Any]:
    (row,) = rows_of(base, select(table))
    return row


def test_update_takes_over_what_the_sheet_says_and_leaves_what_it_does_not(base: Base, store: Store) -> None:
    store(person("Анна", HERS, city="Омск", note="чай", owner="Ольга", tags=("VIP",), extra={"Рост": "170"}))
    again = person("Анна", HERS, phone("8 916 000-00-09"), city="Казань", extra={"Рост": "171"})
    assert tally(store(again, on_duplicate="update")) == (0, 1, 1, 0)
    row = contact_named(base, "Анна")
    assert (row["city"], row["note"], row["extra"]) == ("Казань", "чай", {"Рост": "171"})
    assert row["owner_id"] is not None
    assert points_of(base, "Анна") == ["+79160000001", "+79160000009"]
    assert tally(store(again, on_duplicate="update")) == (0, 1, 0, 0)


def test_fill_leaves_what_differs_and_says_how_many_rows_do(base: Base, store: Store) -> None:
    store(person("Анна", HERS, city="Омск"))
    assert tally(store(person("Анна", HERS, city="Казань"))) == (0, 1, 0, 1)
    assert tally(store(person("Анна", HERS, city="Казань", note="чай"))) == (0, 1, 1, 0)
    assert (contact_named(base, "Анна")["city"], contact_named(base, "Анна")["note"]) == ("Омск", "чай")


def test_update_renames_by_key_but_never_to_a_part_of_the_name(base: Base, store: Store) -> None:
    store(person("Петрова Анна", HERS, key="1"))
    store(person("Анна", HERS, key="1"), on_duplicate="update")
    assert names(base) == ["Петрова Анна"]
    store(person("Сидорова Анна", HERS, key="1"), on_duplicate="update")
    assert names(base) == ["Сидорова Анна"]


def test_skip_leaves_known_rows_alone_and_stores_new_ones(base: Base, store: Store) -> None:
    store(person("Анна", HERS), sale(person("Анна"), 100, key="1"))
    report = store(
        person("Анна", HERS, city="Казань"),
        person("Иван"),
        sale(person("Анна", city="Казань"), 100, key="1", owner="Ольга"),
        sale(person("Анна"), 100, key="2"),
        on_duplicate="skip",
    )
    assert tally(report) == (2, 2, 0, 0)
    assert contact_named(base, "Анна")["city"] is None
    assert report.made == {}
    assert sales_by_name(base) == {"Анна": [100, 100]}


def test_new_stores_every_row_once_more_and_finds_its_customers_all_the_same(base: Base, store: Store) -> None:
    rows: list[Record] = [
        person("Иван", phone("8 916 000-00-02"), key="2"),
        sale(person("Анна", HERS, key="1"), 100, key="A"),
    ]
    store(*rows)
    assert counts(store(*rows, on_duplicate="new")) == (2, 0, 0)
    assert names(base) == ["Иван", "Анна", "Иван"]
    assert sales_by_name(base) == {"Анна": [100, 100]}


def test_update_corrects_the_amount_the_lines_and_the_rhythm_of_a_purchase(base: Base, store: Store) -> None:
    tea, coffee = LineRecord("Чай", None, 1000, 100), LineRecord("Кофе", None, 2000, 300)
    store(sale(person("Анна"), 100, key="1", lines=(tea,)))
    corrected = sale(person("Анна"), 400, key="1", lines=(tea, coffee), owner="Ольга")
    assert tally(store(corrected, on_duplicate="update")) == (0, 1, 1, 0)
    assert (only(base, purchases)["amount"], only(base, contact_rhythm)["revenue"]) == (400, 400)
    lines = rows_of(base, select(purchase_lines.c.quantity, purchase_lines.c.amount).order_by(purchase_lines.c.amount))
    assert [tuple(line.values()) for line in lines] == [(1000, 100), (2000, 300)]
    assert tally(store(corrected, on_duplicate="update")) == (0, 1, 0, 0)


def test_update_moves_a_deal_and_the_undo_moves_it_back(base: Base, store: Store) -> None:
    store(deal(person("Анна"), key="1", amount=100, stage="Meeting"))
    closed = deal(person("Анна"), key="1", amount=200, stage="Won", closed_on=date(2026, 3, 1))
    report = store(closed)
    assert tally(report) == (0, 1, 0, 1)
    assert tally(store(closed, on_duplicate="update")) == (0, 1, 1, 0)
    row = only(base, deals)
    assert (row["amount"], row["closed_on"]) == (200, date(2026, 3, 1))
    way = select(stages.c.name, stage_moves.c.moved_on).join(stage_moves).order_by(stage_moves.c.id)
    assert [tuple(move.values()) for move in rows_of(base, way)][-1] == ("Paid", date(2026, 3, 1))
    with writing(base, "undo", "tester") as writer:
        undo(writer, writer.operation_id - 1)
    assert (only(base, deals)["amount"], only(base, deals)["closed_on"]) == (100, None)
    assert [tuple(move.values()) for move in rows_of(base, way)][-1] == ("Meeting", DAY)


def test_empty_fields_of_known_deals_purchases_and_touches_are_filled(base: Base, store: Store) -> None:
    anna = person("Анна")
    store(deal(anna, key="1"), sale(anna, 100, key="1"), touch(anna, key="1"))
    report = store(
        deal(anna, key="1", amount=500, owner="Ольга"),
        sale(anna, 100, key="1", cost=60, channel="Сайт"),
        touch(anna, key="1", text="Ждёт", minutes=5),
    )
    assert tally(report) == (0, 3, 3, 0)
    assert (only(base, deals)["amount"], only(base, purchases)["cost"]) == (500, 60)
    assert (only(base, touches)["text"], only(base, touches)["minutes"]) == ("Ждёт", 5)


def test_a_purchase_that_is_known_makes_no_contact_of_the_name_it_comes_with_now(base: Base, store: Store) -> None:
    store(sale(person("Анна Петрова", HERS), 100, key="1"))
    store(sale(person("ИП Петрова"), 100, key="1"))
    assert names(base) == ["Анна Петрова"]


def test_a_row_that_names_itself_by_our_own_key_is_known_again_and_that_key_is_not_kept(
    base: Base, store: Store
) -> None:
    store(person("Анна"), person("Анна", city="Омск"), sale(person("Анна", city="Омск"), 100))
    with reading(base) as connection:
        mark = base_mark(connection)
        anna = connection.execute(select(contacts.c.id).order_by(contacts.c.id)).scalars().first()
        sold = connection.execute(select(purchases.c.id)).scalar_one()
    assert anna is not None
    again: list[Record] = [
        person("Анна", key=own_key(mark, anna), note="чай"),
        sale(None, 100, key=own_key(mark, sold), owner="Ольга"),
        person("Вера", key=own_key("01234567", anna)),
    ]
    report = store(*again)
    assert counts(report) == (1, 2, 0)
    assert names(base)[0] == "Анна"
    assert rows_of(base, select(contacts.c.note).where(contacts.c.id == anna)) == [{"note": "чай"}]
    assert refs_of(base, "contacts") == [("", own_key("01234567", anna))]
