"""The lists a base keeps: employees, channels, stages, products; and what is found in them by name."""

from typing import Any

from sqlalchemy import Select, Table, select

from crmcli.schema import channels, employees, products, stages


def all_employees() -> Select[Any]:
    """Rows of id, name, email, active, by name."""
    c = employees.c
    return select(c.id, c.name, c.email, c.active).order_by(c.search_key)


def all_channels() -> Select[Any]:
    """Rows of id, name, acquisition_cost, by name."""
    return select(channels.c.id, channels.c.name, channels.c.acquisition_cost).order_by(channels.c.search_key)


def all_stages() -> Select[Any]:
    """Rows of id, name, position, kind, entered_by, in the order of the funnel."""
    c = stages.c
    return select(c.id, c.name, c.position, c.kind, c.entered_by).order_by(c.position, c.id)


def all_products() -> Select[Any]:
    """Rows of id, sku, name, price, cost, by name."""
    c = products.c
    return select(c.id, c.sku, c.name, c.price, c.cost).order_by(c.search_key, c.id)


def ids_and_keys(table: Table) -> Select[Any]:
    """Rows of id, name and search_key of employees, channels, stages or products."""
    return select(table.c.id, table.c.name, table.c.search_key).order_by(table.c.search_key, table.c.id)
