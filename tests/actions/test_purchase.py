from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import RowMapping, select

from crmcli.actions import named, purchase
from crmcli.actions.purchase import Line
from crmcli.base.opening import Base
from crmcli.base.writing import Writer, writing
from crmcli.errors import CrmError
from crmcli.schema import purchase_lines, purchases
from tests.builders import add_contact, add_product, add_sale

ON, LATER = date(2026, 1, 5), date(2026, 1, 9)
ONE = 1000


def stored(writer: Writer, purchase_id: int) -> RowMapping:
    return writer.connection.execute(select(purchases).where(purchases.c.id == purchase_id)).mappings().one()


def amounts(writer: Writer, purchase_id: int) -> list[int]:
    n = purchase_lines.c
    mine = select(n.amount).where(n.purchase_id == purchase_id).order_by(n.id)
    return list(writer.connection.execute(mine).scalars())


def test_a_sale_is_stored_as_it_is_given(writer: Writer) -> None:
    anna = add_contact(writer)
    row = stored(writer, purchase.add(writer, ON, 500, contact_id=anna, cost=200))
    assert (row["contact_id"], row["purchased_on"], row["kind"]) == (anna, ON, "sale")
    assert (row["amount"], row["cost"]) == (500, 200)


def test_a_sale_of_zero_is_a_sale(writer: Writer) -> None:
    assert stored(writer, purchase.add(writer, ON, 0))["amount"] == 0


def test_a_sale_without_amount_and_lines_is_refused(writer: Writer) -> None:
    with pytest.raises(CrmError, match="amount is needed"):
        purchase.add(writer, ON, None)


def test_without_an_amount_the_lines_are_added_up(writer: Writer) -> None:
    tea, jar = add_product(writer, "Tea", 333), add_product(writer, "Jar", 100)
    lines = [Line(tea, 1500), Line(jar, 2 * ONE), Line(jar, ONE, 50)]
    sale = purchase.add(writer, ON, None, lines)
    assert (amounts(writer, sale), stored(writer, sale)["amount"]) == ([500, 200, 50], 750)


def test_a_product_without_a_price_needs_an_amount(writer: Writer) -> None:
    tea = add_product(writer, "Tea")
    with pytest.raises(CrmError, match="Tea has no price"):
        purchase.add(writer, ON, None, [Line(tea, ONE)])
    assert amounts(writer, purchase.add(writer, ON, 70, [Line(tea, ONE)])) == [70]


@pytest.mark.parametrize(
    ("amount", "lines", "shared"),
    [
        (100, [(ONE, None), (ONE, None), (ONE, None)], [33, 33, 34]),
        (100, [(ONE, 40), (2 * ONE, None), (ONE, None)], [40, 40, 20]),
        (100, [(ONE, 60), (ONE, 40)], [60, 40]),
        (0, [(ONE, None), (500, None)], [0, 0]),
        (40, [(ONE, 40), (ONE, None)], [40, 0]),
    ],
)
def test_lines_without_an_amount_share_what_the_others_leave(
    writer: Writer, amount: int, lines: list[tuple[int, int | None]], shared: list[int]
) -> None:
    tea = add_product(writer, "Tea", 999)
    sale = purchase.add(writer, ON, amount, [Line(tea, quantity, part) for quantity, part in lines])
    assert (amounts(writer, sale), stored(writer, sale)["amount"]) == (shared, amount)


@given(
    amount=st.integers(0, 10**13),
    quantities=st.lists(st.integers(1, 10**9), min_size=1, max_size=6),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
def test_shared_amounts_always_add_up(sqlite_base: Base, amount: int, quantities: list[int]) -> None:
    with writing(sqlite_base, "test", "tester", keep=False) as writer:
        tea = add_product(writer, "Tea")
        parts = amounts(writer, purchase.add(writer, ON, amount, [Line(tea, quantity) for quantity in quantities]))
    whole = sum(quantities)
    assert sum(parts) == amount
    assert all(abs(p * whole - amount * q) < whole for p, q in zip(parts, quantities, strict=True))


@pytest.mark.parametrize("parts", [[60, 50], [60, 30], [101, None]])
def test_lines_that_do_not_add_up_are_refused(writer: Writer, parts: list[int | None]) -> None:
    tea = add_product(writer, "Tea")
    with pytest.raises(CrmError, match="add up"):
        purchase.add(writer, ON, 100, [Line(tea, ONE, part) for part in parts])


def test_the_cost_comes_from_the_products_where_all_are_known(writer: Writer) -> None:
    tea, jar = named.add_product(writer, "Tea", cost=333), named.add_product(writer, "Jar")
    sold = [Line(tea, 1500), Line(tea, ONE, cost=1)]
    assert stored(writer, purchase.add(writer, ON, 100, sold))["cost"] == 501
    assert stored(writer, purchase.add(writer, ON, 100, sold, cost=7))["cost"] == 7
    assert stored(writer, purchase.add(writer, ON, 100, [*sold, Line(jar, ONE)]))["cost"] is None
    assert stored(writer, purchase.add(writer, ON, 100))["cost"] is None


def test_a_refund_gives_back_what_is_left_and_never_more(writer: Writer) -> None:
    anna = add_contact(writer)
    sale = add_sale(writer, anna, ON, 1000, cost=333)
    first = stored(writer, purchase.refund(writer, sale, LATER, 400))
    assert (first["kind"], first["amount"], first["cost"], first["contact_id"]) == ("refund", 400, 133, anna)
    assert (first["refund_of_id"], first["purchased_on"]) == (sale, LATER)
    with pytest.raises(CrmError, match=f"left of sale {sale}"):
        purchase.refund(writer, sale, LATER, 601)
    assert stored(writer, purchase.refund(writer, sale, LATER, None))["amount"] == 600
    for amount in (None, 1, 0, -1):
        with pytest.raises(CrmError, match="nothing is left"):
            purchase.refund(writer, sale, LATER, amount)


def test_the_costs_given_back_with_a_whole_sale_are_its_costs(writer: Writer) -> None:
    sale = add_sale(writer, None, ON, 1000, cost=335)
    costs = [stored(writer, purchase.refund(writer, sale, LATER, part))["cost"] for part in (333, 333, None)]
    assert sum(costs) == 335


def test_a_refund_is_refused_for_a_refund_and_before_the_sale(writer: Writer) -> None:
    sale = add_sale(writer, None, LATER)
    with pytest.raises(CrmError):
        purchase.refund(writer, sale, ON, None)
    given_back = purchase.refund(writer, sale, LATER, 1)
    with pytest.raises(CrmError):
        purchase.refund(writer, given_back, LATER, None)
    with pytest.raises(CrmError):
        purchase.refund(writer, 999, LATER, None)
