"""Products of a file: found by their sku or name, or made; prices and costs completed."""

from typing import Any

from sqlalchemy import select

from crmcli.actions.importing.intake import Intake
from crmcli.actions.importing.pending import completed
from crmcli.actions.importing.report import Fate
from crmcli.schema import products
from crmcli.values.records import ProductRecord
from crmcli.values.text import search_key


class Products:
    """The products of one batch, and those that the base has."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        rows = intake.connection.execute(select(products)).mappings()
        self._held: dict[int, dict[str, Any]] = {row["id"]: dict(row) for row in rows}

    def take(self, record: ProductRecord) -> Fate:
        """Stores a product; one that the base has is completed, or changed, as the import is told."""
        product_id = self._intake.names.product(record.name, record.sku)
        if product_id is None:
            return Fate.UNCHANGED
        said: dict[str, Any] = {"price": record.price, "cost": record.cost}
        held = self._held.get(product_id)
        if held is None:
            self._held[product_id] = {"name": record.name, "search_key": search_key(record.name), **said}
            self._intake.pending.change(products, product_id, said)
            return Fate.CREATED
        if record.sku:  # the sku says which product it is, so its name may be corrected
            said |= {"name": record.name, "search_key": search_key(record.name)}
        changed = completed(held, said, over=self._intake.is_over)
        return self._intake.change(products, product_id, changed, differs=bool(completed(held, said, over=True)))
