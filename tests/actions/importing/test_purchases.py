"""Sales of a file: each is stored once, however often and in whatever order it comes."""

from datetime import date

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.schema import contact_rhythm, products, purchase_lines, purchases
from crmcli.values.records import LineRecord, PurchaseRecord
from tests.actions.importing.conftest import Store, counts, person, refs_of, sale, sales_by_name
from tests.builders import add_contact, add_sale, building, rows_of

DAY, LATER = date(2026, 1, 5), date(2026, 1, 6)
ANNA = person("Анна")


@pytest.mark.parametrize(
    "records",
    [
        [sale(ANNA, 100), sale(ANNA, 100)],
        [sale(ANNA, 100), sale(ANNA, -100)],
        [sale(None, 100), sale(None, 100)],
        [sale(ANNA, 100, key="1"), sale(ANNA, 50, key="1"), sale(ANNA, 100)],
        [sale(ANNA, 100, key="1"), sale(ANNA, 100, LATER, key="1")],
        [sale(ANNA, 100, date(2025, 1, 5), key="1"), sale(ANNA, 100, key="1")],
        [sale(ANNA, 100, key="1"), sale(person("Пётр"), 100, key="1")],
        [sale(ANNA, 0), sale(None, -5, key="C1"), sale(None, 0)],
    ],
)
def test_the_same_rows_again_add_nothing(base: Base, store: Store, records: list[PurchaseRecord]) -> None:
    assert counts(store(*records)) == (len(records), 0, 0)
    before = sales_by_name(base)
    assert counts(store(*records)) == (0, len(records), 0)
    assert counts(store(*reversed(records))) == (0, len(records), 0)
    assert sales_by_name(base) == before


def test_two_receipts_alike_on_one_day_are_both_stored_and_a_third_one_later_too(base: Base, store: Store) -> None:
    store(sale(ANNA, 100), sale(ANNA, 100))
    assert counts(store(sale(ANNA, 100), sale(ANNA, 100), sale(ANNA, 100))) == (1, 2, 0)
    assert sales_by_name(base) == {"Анна": [100, 100, 100]}


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_grown_file_adds_what_is_new_wherever_it_stands(base: Base, store: Store, newest_first: bool) -> None:
    old = [sale(ANNA, 100, key="1"), sale(ANNA, 50, key="1"), sale(ANNA, 7)]
    new = [sale(ANNA, 30, key="1"), sale(ANNA, 100), sale(ANNA, 100, key="2")]
    store(*old)
    assert counts(store(*(new + old if newest_first else old + new))) == (3, 3, 0)
    assert sorted(sales_by_name(base)["Анна"]) == [7, 30, 50, 100, 100, 100]


def test_the_receipt_of_another_shop_with_the_same_number_is_not_swallowed(base: Base, store: Store) -> None:
    store(sale(None, 100, key="1"))
    report = store(sale(None, 250, key="1"))
    assert counts(report) == (0, 0, 1)
    assert "another amount" in report.rejections[0].reason
    assert "--source" in report.rejections[0].reason
    assert counts(store(sale(None, 250, key="1"), source="shop 2")) == (1, 0, 0)
    assert sales_by_name(base) == {None: [100, 250]}
    assert refs_of(base, "purchases") == [("", "1"), ("shop 2", "1")]


def test_a_numbered_sale_whose_customer_is_now_known_is_the_same_sale(base: Base, store: Store) -> None:
    store(sale(None, 100, key="1"))
    assert counts(store(sale(ANNA, 100, key="1"))) == (0, 1, 0)
    assert sales_by_name(base) == {None: [100]}


def test_numbers_added_to_a_sheet_do_not_double_its_sales(base: Base, store: Store) -> None:
    store(sale(ANNA, 100), sale(ANNA, 100), sale(person("Пётр"), 30))
    for _ in range(2):
        numbered = (sale(ANNA, 100, key="1"), sale(ANNA, 100, key="2"), sale(person("Пётр"), 30, key="3"))
        assert counts(store(*numbered)) == (0, 3, 0)
    assert refs_of(base, "purchases") == [("", "1"), ("", "2"), ("", "3")]
    assert counts(store(sale(ANNA, 100, key="4"))) == (1, 0, 0)


def test_numbers_lost_from_a_sheet_do_not_double_its_sales(base: Base, store: Store) -> None:
    store(sale(ANNA, 100, key="1"))
    assert counts(store(sale(ANNA, 100), sale(ANNA, 100))) == (1, 1, 0)


def test_a_sale_without_a_number_is_not_taken_for_one_that_a_numbered_row_means(base: Base, store: Store) -> None:
    store(sale(ANNA, 100, key="1"), sale(ANNA, 100))
    assert counts(store(sale(ANNA, 100, key="1"), sale(ANNA, 100), sale(ANNA, 100))) == (1, 2, 0)


def test_sales_to_nobody_with_other_numbers_are_other_sales(base: Base, store: Store) -> None:
    store(sale(None, 100))
    assert counts(store(sale(None, 100, key="1"))) == (1, 0, 0)


def test_a_sale_typed_at_the_prompt_is_known_to_the_file_that_brings_it(base: Base, store: Store) -> None:
    with building(base) as writer:
        add_sale(writer, add_contact(writer, "Анна"), DAY, 100)
    assert counts(store(sale(ANNA, 100), sale(ANNA, 100, LATER))) == (1, 1, 0)


def test_negative_amounts_are_refunds_with_everything_above_zero(base: Base, store: Store) -> None:
    line = LineRecord("Стул", None, -2000, -300, -200)
    store(sale(ANNA, 500), sale(ANNA, -300, cost=-200, lines=(line,)))
    p, n = purchases.c, purchase_lines.c
    assert rows_of(base, select(p.kind, p.amount, p.cost).order_by(p.id)) == [
        {"kind": "sale", "amount": 500, "cost": None},
        {"kind": "refund", "amount": 300, "cost": 200},
    ]
    assert rows_of(base, select(n.quantity, n.amount, n.cost)) == [{"quantity": 2000, "amount": 300, "cost": 200}]
    r = contact_rhythm.c
    assert rows_of(base, select(r.revenue, r.refunds, r.purchase_days)) == [
        {"revenue": 500, "refunds": 300, "purchase_days": 1}
    ]


def test_a_line_returned_within_a_sale_stays_below_zero(base: Base, store: Store) -> None:
    lines = (LineRecord("Стул", None, 3000, 900), LineRecord("Стол", None, -1000, -200))
    store(sale(ANNA, 700, lines=lines))
    assert [row["amount"] for row in rows_of(base, select(purchase_lines.c.amount).order_by(purchase_lines.c.id))] == [
        900,
        -200,
    ]


def test_products_of_one_name_and_two_articles_stay_two(base: Base, store: Store) -> None:
    def of(sku: str | None, name: str | None = "Футболка") -> LineRecord:
        return LineRecord(name, sku, 1000, 100)

    store(sale(ANNA, 100, lines=(of(None),)))
    store(sale(ANNA, 300, lines=(of("S"), of("M"), of("S", "Футболка S"), of("X", None), of(None))))
    p, n = products.c, purchase_lines.c
    assert rows_of(base, select(p.name, p.sku).order_by(p.id)) == [
        {"name": "Футболка", "sku": "S"},
        {"name": "Футболка", "sku": "M"},
        {"name": "X", "sku": "X"},
    ]
    assert [row["product_id"] for row in rows_of(base, select(n.product_id).order_by(n.id))] == [1, 1, 2, 1, 3, 1]


def test_sales_after_today_are_stored_and_counted(base: Base, store: Store) -> None:
    report = store(sale(ANNA, 100, date(2027, 1, 1)), sale(ANNA, 100))
    assert (counts(report), report.later_than_today) == ((2, 0, 0), 1)


def test_a_sale_belongs_to_its_own_seller_and_channel(base: Base, store: Store) -> None:
    anna = person("Анна", owner="Ольга", channel="Авито")
    report = store(anna, sale(person("Анна"), owner="Пётр", channel="Сайт"))
    assert report.made == {"employees": ["Ольга", "Пётр"], "channels": ["Авито", "Сайт"]}
    (row,) = rows_of(base, select(purchases.c.owner_id, purchases.c.channel_id))
    assert row == {"owner_id": 2, "channel_id": 2}
