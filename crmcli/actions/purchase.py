"""Recording sales and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select

from crmcli.actions.trash import refuse_deleted
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import products, purchase_lines, purchases
from crmcli.values.money import LIMIT


@dataclass(frozen=True, slots=True)
class Line:
    """A product of a sale: quantity in thousandths; amount and cost in minor units, None: from the product."""

    product_id: int
    quantity: int
    amount: int | None = None
    cost: int | None = None


def add(writer: Writer, purchased_on: date, amount: int | None, lines: Sequence[Line] = (), **fields: Any) -> int:
    """Records a sale and returns its id; `fields` are columns of `purchases`.

    Without an amount it is that of the lines; with one, lines without an amount share what the others leave of it.
    CrmError where neither is known, both are and differ, or the amount is beyond LIMIT.
    """
    known = [_with_costs(writer, line) for line in lines]
    complete = _shared(amount, known) if amount is not None else [_at_list_price(writer, line) for line in known]
    row = {"purchased_on": purchased_on, "kind": "sale", "amount": amount, **fields}
    if amount is None:
        if not complete:
            raise CrmError("an amount is needed: give it, or --line with a price")
        row["amount"] = sum(line.amount or 0 for line in complete)
    if row.get("cost") is None and complete and all(line.cost is not None for line in complete):
        row["cost"] = sum(line.cost or 0 for line in complete)
    if max(row["amount"], row.get("cost") or 0) > LIMIT:
        raise CrmError("that is too large an amount to be right: look at the quantities and prices")
    purchase_id = _insert(writer, row)
    for line in complete:
        values = {"product_id": line.product_id, "quantity": line.quantity, "amount": line.amount, "cost": line.cost}
        writer.connection.execute(insert(purchase_lines).values(purchase_id=purchase_id, **values))
    return purchase_id


def refund(writer: Writer, purchase_id: int, refunded_on: date, amount: int | None) -> int:
    """Records that a sale was given back, all that is left of it without an amount; the refund's id.

    Its cost is the sale's in proportion. CrmError where more would be given back than was
    paid, or the customer is in the trash.
    """
    sale = writer.connection.execute(select(purchases).where(purchases.c.id == purchase_id)).first()
    if sale is None or sale.kind != "sale":
        raise CrmError(f"there is no sale with id {purchase_id}: see crmcli purchase list")
    refuse_deleted(writer.connection, sale.contact_id, but_erased=True)
    if refunded_on < sale.purchased_on:
        raise CrmError(f"sale {purchase_id} was on {sale.purchased_on}: it cannot be refunded before that")
    returned = select(func.coalesce(func.sum(purchases.c.amount), 0)).where(purchases.c.refund_of_id == purchase_id)
    left = sale.amount - int(writer.connection.execute(returned).scalar_one())
    if left <= 0:
        raise CrmError(f"of sale {purchase_id} nothing is left to give back")
    given_back = left if amount is None else amount
    if not 0 < given_back <= left:
        raise CrmError(f"not that much is left of sale {purchase_id}: without --amount what is left is refunded")
    # By what has been given back so far: the costs of several refunds add up to the sale's.
    before, after = sale.amount - left, sale.amount - left + given_back
    cost = None if sale.cost is None else sale.cost * after // sale.amount - sale.cost * before // sale.amount
    row = {"purchased_on": refunded_on, "kind": "refund", "amount": given_back, "cost": cost}
    copied = {name: getattr(sale, name) for name in ("contact_id", "deal_id", "owner_id", "channel_id")}
    return _insert(writer, {**row, **copied, "refund_of_id": purchase_id})


def _insert(writer: Writer, row: dict[str, Any]) -> int:
    made = insert(purchases).values(row).returning(purchases.c.id)
    return int(writer.connection.execute(made).scalar_one())


def _with_costs(writer: Writer, line: Line) -> Line:
    cost = writer.connection.execute(select(products.c.cost).where(products.c.id == line.product_id)).scalar_one()
    return line if line.cost is not None else replace(line, cost=_times(cost, line.quantity))


def _at_list_price(writer: Writer, line: Line) -> Line:
    if line.amount is not None:
        return line
    c = products.c
    product = writer.connection.execute(select(c.name, c.price).where(c.id == line.product_id)).one()
    if product.price is None:
        raise CrmError(f"{product.name} has no price: write --line '{product.name}=AMOUNT', or give the whole amount")
    return replace(line, amount=_times(product.price, line.quantity))


def _shared(amount: int, lines: Sequence[Line]) -> list[Line]:
    """The lines with what the known amounts leave of the whole, in proportion to their quantities."""
    open_lines = [line for line in lines if line.amount is None]
    rest = amount - sum(line.amount or 0 for line in lines)
    if lines and (rest < 0 or (rest > 0 and not open_lines)):
        raise CrmError("the lines do not add up to the amount: leave one of the two out")
    whole, given, shared = sum(line.quantity for line in open_lines), 0, []
    for line in lines:
        part = line.amount
        if part is None:
            given += line.quantity
            part = rest * given // whole - rest * (given - line.quantity) // whole
        shared.append(replace(line, amount=part))
    return shared


def _times(price: int | None, thousandths: int) -> int | None:
    """Price by quantity, rounded half up."""
    return None if price is None else (price * thousandths * 2 + 1000) // 2000
