"""The largest discount: that the margin stays, and that a minor unit less would not do."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.base.opening import Base
from crmcli.questions.costs import ServiceCosts
from crmcli.questions.discount import WHOLE, Discount, largest_discount, sales_of, service_of
from tests.builders import rows_of
from tests.questions.naive_profit import a_priced_world, touch_cost
from tests.questions.world import TODAY, store

COSTS = ServiceCosts({"call": 1_500, "meeting": 9_000}, 100)


@given(st.integers(1, 10**13), st.fractions(0, 10**13, max_denominator=1000), st.integers(0, WHOLE - 1))
def test_the_lowest_price_leaves_the_margin_and_a_minor_unit_less_does_not(
    price: int, cost: Fraction, margin: int
) -> None:
    found = largest_discount(price, cost, margin)
    kept = Fraction(margin, WHOLE)
    assert found.lowest_price - cost >= kept * found.lowest_price
    if found.lowest_price:
        assert (found.lowest_price - 1) - cost < kept * (found.lowest_price - 1)
    assert found.discount == max(price - found.lowest_price, 0)
    assert found.rate is not None
    given_as_told = price - Fraction(price) * Fraction(str(found.rate))
    assert found.discount == 0 or given_as_told - cost >= kept * given_as_told


@pytest.mark.parametrize(
    ("price", "cost", "margin", "found"),
    [
        (100_00, 60_00, 1000, Discount(66_67, 33_33, 0.333, 0.4)),
        (100_00, 60_00, 0, Discount(60_00, 40_00, 0.4, 0.4)),
        (100_00, 90_00, 1000, Discount(100_00, 0, 0.0, 0.1)),
        (100_00, 95_00, 1000, Discount(105_56, 0, 0.0, 0.05)),
        (100_00, 120_00, 0, Discount(120_00, 0, 0.0, -0.2)),
        (0, 10, 0, Discount(10, 0, None, None)),
    ],
)
def test_what_may_be_taken_off(price: int, cost: int, margin: int, found: Discount) -> None:
    assert largest_discount(price, Fraction(cost), margin) == found


@pytest.mark.parametrize("seed", [81, 82])
def test_what_he_bought_and_how_he_was_served_is_found_naively(base: Base, seed: int) -> None:
    world = a_priced_world(seed, contacts=30)
    store(world, base)
    for day in (TODAY, date(2024, 12, 31)):
        for contact in world.contacts:
            mine = [p for p in world.purchases if p["contact_id"] == contact["id"] and p["purchased_on"] <= day]
            sales = [p for p in mine if p["kind"] == "sale"]
            known = [p for p in sales if p["cost"] is not None]
            assert rows_of(base, sales_of(contact["id"], day)) == [{
                "sales": len(sales),
                "costed": len(known),
                "amount": sum(p["amount"] for p in known),
                "cost": sum(p["cost"] for p in known),
            }]  # fmt: skip
            touched = [t for t in world.touches if t["contact_id"] == contact["id"] and t["happened_on"] <= day]
            found = rows_of(base, service_of(contact["id"], COSTS, day))
            assert found == [
                {
                    "kind": kind,
                    "touches": len(of_kind),
                    "without_cost": sum(touch_cost(COSTS, t) is None for t in of_kind),
                    "cost": sum(touch_cost(COSTS, t) or 0 for t in of_kind),
                }
                for kind in sorted({t["kind"] for t in touched})
                if (of_kind := [t for t in touched if t["kind"] == kind])
            ]
