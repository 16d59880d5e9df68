"""Employees, channels, stages and products: what has a name that is met once."""

from typing import Any

from sqlalchemy import Table, func, insert, select, update

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import channels, employees, products, stages
from crmcli.schema.touches import TOUCH_KINDS
from crmcli.values.text import search_key


def add_channel(writer: Writer, name: str, acquisition_cost: int | None = None) -> int:
    """Adds a channel, the cost of winning a customer there in minor units, and returns its id. CrmError where taken."""
    return _add(writer, channels, name, acquisition_cost=acquisition_cost)


def price_channel(writer: Writer, channel_id: int, acquisition_cost: int | None) -> None:
    """Says what winning one customer through a channel costs, minor units; None: it is not known."""
    priced = update(channels).where(channels.c.id == channel_id).values(acquisition_cost=acquisition_cost)
    writer.connection.execute(priced)


def add_employee(writer: Writer, name: str, email: str | None = None) -> int:
    """Adds an employee and returns the id. CrmError where the name is taken."""
    return _add(writer, employees, name, email=email)


def add_product(
    writer: Writer, name: str, sku: str | None = None, price: int | None = None, cost: int | None = None
) -> int:
    """Adds a product, price and cost in minor units, and returns its id. CrmError where name or sku is taken."""
    if sku and writer.connection.execute(select(products.c.id).where(products.c.sku == sku)).first():
        raise CrmError(f"there is a product with the sku {sku} already")
    return _add(writer, products, name, sku=sku, price=price, cost=cost)


def add_stage(writer: Writer, name: str, after: int | None = None, entered_by: str | None = None) -> int:
    """Adds an open stage after the stage with the id `after`, or as the last open one, and returns its id."""
    if entered_by is not None and entered_by not in TOUCH_KINDS:
        raise CrmError(f"{entered_by!r} is no kind of touch; there are {', '.join(TOUCH_KINDS)}")
    position = _free_position(writer, after)
    writer.connection.execute(
        update(stages).where(stages.c.position >= position).values(position=stages.c.position + 1)
    )
    return _add(writer, stages, name, position=position, kind="open", entered_by=entered_by)


def rename_stage(writer: Writer, stage_id: int, name: str) -> None:
    """Gives a stage another name. CrmError where that is empty or taken by another stage."""
    if not search_key(name):
        raise CrmError("a name is needed: this one is empty")
    taken = select(stages.c.id).where(stages.c.search_key == search_key(name), stages.c.id != stage_id)
    if writer.connection.execute(taken).first():
        raise CrmError(f"there is a stage {name!r} already")
    values = {"name": " ".join(name.split()), "search_key": search_key(name)}
    writer.connection.execute(update(stages).where(stages.c.id == stage_id).values(values))


def _add(writer: Writer, table: Table, name: str, **values: Any) -> int:
    key = search_key(name)
    if not key:
        raise CrmError("a name is needed: this one is empty")
    if found := writer.connection.execute(select(table.c.id).where(table.c.search_key == key)).scalar():
        raise CrmError(f"there is {name.strip()!r} already, with id {found}")
    row = insert(table).values(name=" ".join(name.split()), search_key=key, **values).returning(table.c.id)
    return int(writer.connection.execute(row).scalar_one())


def _free_position(writer: Writer, after: int | None) -> int:
    """Where the new stage goes: behind `after`, else behind the last open stage that stands before the won one."""
    if after is not None:
        row = writer.connection.execute(select(stages.c.position, stages.c.kind).where(stages.c.id == after)).one()
        if row.kind != "open":
            raise CrmError("a stage cannot come after the end of the funnel: name an open one with --after")
        return int(row.position) + 1
    won = select(func.min(stages.c.position)).where(stages.c.kind == "won")
    return int(writer.connection.execute(won).scalar_one())
