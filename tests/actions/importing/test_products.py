"""Price lists: each product once, with its price and cost."""

from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.schema import products
from crmcli.values.records import LineRecord, ProductRecord
from tests.actions.importing.conftest import Store, counts, sale, where
from tests.builders import rows_of


def product(name: str, sku: str | None = None, price: int | None = None, cost: int | None = None) -> ProductRecord:
    return ProductRecord(where(), name, sku, price, cost)


def held(base: Base) -> list[tuple[object, ...]]:
    c = products.c
    return [tuple(row.values()) for row in rows_of(base, select(c.name, c.sku, c.price, c.cost).order_by(c.id))]


def test_a_price_list_comes_in_once(base: Base, store: Store) -> None:
    rows = [product("Чай", "T1", 500, 300), product("Кофе", None, 900)]
    assert counts(store(*rows)) == (2, 0, 0)
    assert counts(store(*rows)) == (0, 2, 0)
    assert held(base) == [("Чай", "T1", 500, 300), ("Кофе", None, 900, None)]


def test_a_product_known_from_sales_gets_its_price_and_sku(base: Base, store: Store) -> None:
    store(sale(None, 100, lines=(LineRecord("чай", None, 1000, 100),)))
    report = store(product("Чай", "T1", 500))
    (tally,) = report.sheets.values()
    assert (tally.created, tally.matched, tally.updated) == (0, 1, 1)
    assert held(base) == [("чай", "T1", 500, None)]


def test_a_new_price_is_left_alone_until_it_is_to_be_updated(base: Base, store: Store) -> None:
    store(product("Чай", "T1", 500, 300))
    (tally,) = store(product("Чай зелёный", "T1", 550)).sheets.values()
    assert (tally.updated, tally.differing) == (0, 1)
    store(product("Чай зелёный", "T1", 550), on_duplicate="update")
    assert held(base) == [("Чай зелёный", "T1", 550, 300)]
