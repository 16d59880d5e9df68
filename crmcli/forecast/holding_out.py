"""Customers from the rows that the base answers with, as they are and as they were at the cut."""

from collections.abc import Iterable, Sequence

import numpy as np

from crmcli.forecast.arrays import Whole, columns
from crmcli.forecast.customers import Customers
from crmcli.forecast.trial import HeldOut

Rows = Iterable[Sequence[int]]


def read_customers(rows: Rows) -> tuple[Customers, Whole]:
    """Those of questions.forecast.customers, without their last year; and which of them the answer is about."""
    ids, days, span, age, net, asked_about = columns(rows, 6)
    return Customers(ids, days, span, age, net, np.zeros_like(ids)), asked_about


def parted(customers: Customers, rows: Rows, held_out_days: int) -> tuple[Customers, HeldOut]:
    """The customers with their last year, and as they were so many days ago, from questions.forecast.recent."""
    ids, *told = columns(rows, 6)
    place = np.searchsorted(customers.ids, ids)
    year_days, known_year_days, later_days, later_net = (_spread(one, place, customers) for one in told[:4])
    recency = customers.recency.copy()
    recency[place] = customers.age[place] - told[4]
    now = Customers(customers.ids, customers.purchase_days, customers.recency, customers.age, customers.net, year_days)
    then = Customers(
        customers.ids,
        customers.purchase_days - later_days,
        recency,
        customers.age - held_out_days,
        customers.net - later_net,
        known_year_days,
    )
    met = then.age >= 0
    return now, HeldOut(then.those(met), held_out_days, later_days[met], later_net[met])


def _spread(values: Whole, place: Whole, customers: Customers) -> Whole:
    """A value for every customer, 0 for those without one."""
    every = np.zeros_like(customers.ids)
    every[place] = values
    return every
