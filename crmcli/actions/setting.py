"""Changing the business facts that the base keeps."""

from sqlalchemy import exists, insert, or_, select, update

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import channels, deals, products, purchases, settings
from crmcli.values.money import DEFAULT_CURRENCY


def put(writer: Writer, key: str, value: str) -> None:
    """Stores a setting."""
    changed = writer.connection.execute(update(settings).where(settings.c.key == key).values(value=value))
    if not changed.rowcount:
        writer.connection.execute(insert(settings).values(key=key, value=value))


def currency_of(writer: Writer) -> str:
    """The currency of the base's amounts."""
    named = select(settings.c.value).where(settings.c.key == "currency")
    return writer.connection.execute(named).scalar() or DEFAULT_CURRENCY


def has_amounts(writer: Writer) -> bool:
    """Whether the base has amounts, which another currency would change."""
    priced = exists(select(channels.c.id).where(channels.c.acquisition_cost.is_not(None)))
    found = or_(exists(select(purchases.c.id)), exists(select(deals.c.id)), exists(select(products.c.id)), priced)
    return bool(writer.connection.execute(select(found)).scalar())


def put_currency(writer: Writer, value: str, present: str) -> None:
    """Stores the base's currency. CrmError where its amounts would change their meaning."""
    if value != present and has_amounts(writer):
        raise CrmError(
            f"the base has amounts in {present}, which would be {value} then: undo the import, set the currency and "
            "import again, or begin a new base"
        )
    put(writer, "currency", value)
