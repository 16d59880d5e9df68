"""The largest discount at which a sale to a customer still leaves the margin."""

from datetime import date
from fractions import Fraction
from typing import Annotated, Any, NamedTuple

from sqlalchemy import Connection, select

from crmcli.commands import finding, params
from crmcli.commands.costs import money, percent, service_costs
from crmcli.commands.deal import Rate
from crmcli.commands.session import current
from crmcli.commands.word import command, words
from crmcli.errors import Wrong
from crmcli.output.result import Card, Column
from crmcli.questions.discount import WHOLE, Discount, largest_discount, sales_of, service_of
from crmcli.schema import products

app = words("The largest discount that still leaves the margin.")

_USUAL_MARGIN = WHOLE // 10
_COLUMNS = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("price", "Price", "money"),
    Column("price_from", "Price from"),
    Column("cost_of_goods", "Cost of goods", "money"),
    Column("cost_of_service", "Cost of his touches", "money"),
    Column("margin_without_discount", "Margin without discount", "rate"),
    Column("margin", "Margin wanted", "rate"),
    Column("lowest_price", "Lowest price", "money"),
    Column("discount", "Largest discount", "money"),
    Column("discount_rate", "In percent", "rate"),
    Column("reason", shown=False),
)


@command(
    app,
    "discount",
    [
        "crmcli discount 11 --margin 15%",
        "crmcli discount 31 --amount 45k --margin 20%",
        "crmcli discount 31 --as-of 2026-03-01 --format json",
    ],
)
def discount(
    contact: Annotated[str, params.contact()],
    margin: Annotated[
        int | None, params.share("--margin", help="What is to be left of the price; 10% without it")
    ] = None,
    amount: Annotated[int | None, params.amount("--amount", help="The price; his own mean sale without it")] = None,
    line: Annotated[list[Any] | None, params.line("--line", help="A product of the sale; may be repeated")] = None,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    rate: Rate = None,
) -> Card:
    """Say how much may be taken off the price of a sale to this customer.

    What is left after the goods and after his touches, whose cost is shared by his sales, stays at the margin or above.
    What he cost to win is spent already and left out. Without --amount or --line the price is his mean sale; goods cost
    what they cost in his own sales, with --line what the products cost. Where a cost is not known there is no answer,
    but what would give one (key reason).
    """
    wanted = _USUAL_MARGIN if margin is None else margin
    if wanted >= WHOLE:
        raise Wrong("--margin takes less than 100%")
    if amount is not None and line:
        raise Wrong("--amount and --line are two prices: leave one out")
    day = as_of or current().today
    with current().reading() as connection:
        contact_id = finding.contact_id(connection, contact)
        who = {"contact_id": contact_id, "name": finding.contact_name(connection, contact_id), "margin": wanted / WHOLE}
        try:
            sale = _sale(connection, contact_id, day, line, amount)
        except _Unknown as error:
            return Card(_COLUMNS, {**who, "reason": str(error)}, remark=f"No answer: {error}.")
    found = largest_discount(sale.price, sale.goods + sale.service, wanted)
    return Card(_COLUMNS, {**who, **_answer(sale, found)}, remark=_in_words(found, sale.price, wanted))


class _Unknown(Exception):
    """Why there is no answer, and what would give one."""


class _Sale(NamedTuple):
    """A sale in minor units, and where its price comes from."""

    price: int
    goods: Fraction
    price_from: str
    service: Fraction


def _sale(connection: Connection, contact_id: int, day: date, lines: list[Any] | None, amount: int | None) -> _Sale:
    """The sale to a contact that is asked about."""
    bought = finding.all_rows(connection, sales_of(contact_id, day))[0]
    service = _service(connection, contact_id, day) / max(bought["sales"], 1)
    return _Sale(*(_of_lines(connection, lines) if lines else _of_his_sales(bought, amount)), service)


def _answer(sale: _Sale, found: Discount) -> dict[str, Any]:
    return {
        "price": sale.price,
        "price_from": sale.price_from,
        "cost_of_goods": _rounded(sale.goods),
        "cost_of_service": _rounded(sale.service),
        "margin_without_discount": found.margin,
        "lowest_price": found.lowest_price,
        "discount": found.discount,
        "discount_rate": found.rate,
    }


def _service(connection: Connection, contact_id: int, day: date) -> Fraction:
    """What all touches of a contact cost. _Unknown where that is not known of one."""
    kinds = finding.all_rows(connection, service_of(contact_id, service_costs(), day))
    unknown = [row["kind"] for row in kinds if row["without_cost"]]
    if unknown:
        how = f"crmcli config set cost_{unknown[0]} AMOUNT, 0 where it costs nothing"
        raise _Unknown(f"what his touches cost is not known ({', '.join(unknown)}): {how}")
    return Fraction(sum(row["cost"] for row in kinds))


def _of_his_sales(bought: dict[str, Any], amount: int | None) -> tuple[int, Fraction, str]:
    """The price, what its goods cost, and where that is known from: his sales whose cost is known."""
    if not bought["sales"]:
        raise _Unknown("he has bought nothing that tells what goods cost: say what he is to buy with --line PRODUCT")
    if not bought["costed"]:
        how = "purchase add --cost, product add --cost, or --line PRODUCT here"
        raise _Unknown(f"what the goods of his sales cost is not known: {how}")
    known = f"{bought['costed']} of {bought['sales']} sales" if bought["costed"] < bought["sales"] else "his sales"
    if amount is None:
        price, goods = Fraction(bought["amount"], bought["costed"]), Fraction(bought["cost"], bought["costed"])
        return _rounded(price), goods, f"the mean of {known}"
    if not bought["amount"]:
        raise _Unknown("he has paid nothing so far, which tells no cost: say what he is to buy with --line PRODUCT")
    return amount, Fraction(amount * bought["cost"], bought["amount"]), f"--amount; goods as in {known}"


def _of_lines(connection: Connection, lines: list[Any]) -> tuple[int, Fraction, str]:
    """The same of products. _Unknown where one has no cost, or neither a price of its own nor one given."""
    price, goods = 0, Fraction(0)
    for name, quantity, amount in lines:
        c = products.c
        row = connection.execute(select(c.name, c.price, c.cost).where(c.id == finding.product_id(connection, name)))
        product = row.one()
        if product.cost is None:
            raise _Unknown(f"what {product.name} costs you is not known: product add --cost, or an import, says it")
        if amount is None and product.price is None:
            raise _Unknown(f"{product.name} has no price: write --line '{product.name}*QUANTITY=AMOUNT'")
        price += _rounded(Fraction(product.price * quantity, 1000)) if amount is None else amount
        goods += Fraction(product.cost * quantity, 1000)
    return price, goods, "--line"


def _in_words(found: Discount, price: int, margin: int) -> str:
    if found.rate is None:
        return "A price of nothing leaves nothing to take off."
    if found.lowest_price > price:
        return (
            f"No discount: for {percent(margin / WHOLE)} to be left it would have to cost {money(found.lowest_price)}."
        )
    return (
        f"Up to {percent(found.rate)} off, {money(found.discount)}: at {money(found.lowest_price)} the margin is left."
    )


def _rounded(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
