"""How far the price of a sale to one customer may go down before it leaves too little."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from crmcli.questions.costs import ServiceCosts
from crmcli.schema import purchases, touches
from crmcli.schema.functions import total

WHOLE = 10_000
"""A margin of everything, in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Discount:
    """Minor units: the lowest price that leaves the margin, and how far it lies below the price, 0 where it does not.

    rate: the discount as a part of the price, rounded down to a tenth of a per cent, so that it can be given as it is.
    margin: what is left of the price without any discount. Both null for a price of nothing.
    """

    lowest_price: int
    discount: int
    rate: float | None
    margin: float | None


def largest_discount(price: int, cost: Fraction, margin: int) -> Discount:
    """What may be taken off `price` so that after `cost` the `margin` of what is paid stays (ten-thousandths)."""
    lowest = ceil(cost * WHOLE / (WHOLE - margin))
    off = max(price - lowest, 0)
    if not price:
        return Discount(lowest, off, None, None)
    return Discount(lowest, off, floor(Fraction(off * 1000, price)) / 1000, round(float((price - cost) / price), 4))


def sales_of(contact_id: int, until: date) -> Select[Any]:
    """One row: sales, and of those whose cost is known how many (costed), their amount and cost, up to a day."""
    c = purchases.c
    known = c.cost.is_not(None)
    sums: list[Any] = [
        func.count().label("sales"),
        func.count(case((known, 1))).label("costed"),
        total(case((known, c.amount))).label("amount"),
        total(c.cost).label("cost"),
    ]
    return select(*sums).where(and_(c.contact_id == contact_id, c.kind == "sale", c.purchased_on <= until))


def service_of(contact_id: int, costs: ServiceCosts, until: date) -> Select[Any]:
    """Rows of kind, touches, without_cost (how many have none), cost: a contact's touches up to a day."""
    c = touches.c
    sums: list[Any] = [
        c.kind,
        func.count().label("touches"),
        func.count(case((~costs.is_priced(), 1))).label("without_cost"),
        total(costs.of_touch()).label("cost"),
    ]
    return select(*sums).where(c.contact_id == contact_id, c.happened_on <= until).group_by(c.kind).order_by(c.kind)
