"""Changing the business facts that the base keeps."""

from sqlalchemy import exists, insert, or_, select, update

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import deals, products, purchases, settings
from crmcli.values.money import digits_of


def put(writer: Writer, key: str, value: str) -> None:
    """Stores a setting."""
    changed = writer.connection.execute(update(settings).where(settings.c.key == key).values(value=value))
    if not changed.rowcount:
        writer.connection.execute(insert(settings).values(key=key, value=value))


def put_currency(writer: Writer, value: str, present: str) -> None:
    """Stores the base's currency. CrmError where its amounts would change their meaning."""
    has_amounts = or_(exists(select(purchases.c.id)), exists(select(deals.c.id)), exists(select(products.c.id)))
    if digits_of(value) != digits_of(present) and writer.connection.execute(select(has_amounts)).scalar():
        raise CrmError(
            f"the base has amounts in {present}, which {value} cannot hold: choose the currency of a new base"
        )
    put(writer, "currency", value)
