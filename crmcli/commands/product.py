"""What is sold."""

from typing import Annotated

from crmcli.actions import named as action
from crmcli.commands import finding, params
from crmcli.commands.deal import Rate
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, words
from crmcli.output.result import Column, Done, Listing
from crmcli.questions.names import all_products

app = words("What is sold.", ["crmcli product list", "crmcli product add Cup --price 12.50"])

_COLUMNS = (
    Column("id", "Id", "int"),
    Column("sku", "Sku"),
    Column("name", "Product"),
    Column("price", "Price", "money"),
    Column("cost", "Cost", "money"),
)


@command(
    app,
    "add",
    ["crmcli product add 'Tea 250 g' --price 450 --cost 210 --sku T-250", "crmcli product add Cup --price 12.50"],
)
def add(
    name: Annotated[str, params.text_argument("NAME", help="The product's name")],
    sku: Annotated[str | None, params.text("--sku", metavar="SKU", help="Article number")] = None,
    price: Annotated[int | None, params.amount("--price", help="What one costs the customer")] = None,
    cost: Annotated[int | None, params.amount("--cost", help="What one costs you")] = None,
    rate: Rate = None,
) -> Done:
    """Add a product."""
    with current().writing("product add") as writer:
        product_id = action.add_product(writer, name, sku or None, price, cost)
        writer.summary = f"added product {product_id} {name}"
    return said(f"Added product {product_id} {name}", id=product_id, name=name)


@command(app, "list", ["crmcli product list", "crmcli product list --format xlsx --output products.xlsx"], ListWord)
def list_products() -> Listing:
    """List the products."""
    with current().reading() as connection:
        rows, total = finding.fetched(connection, all_products())
    return Listing(_COLUMNS, rows, total, empty="No product yet.")
