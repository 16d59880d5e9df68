"""Customers from the rows that the base answers with, as they are and as they were at the cut."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from crmcli.forecast.arrays import Whole, columns
from crmcli.forecast.customers import Customers
from crmcli.forecast.trial import HeldOut

Rows = Iterable[Sequence[int]]


def read_customers(rows: Rows) -> tuple[Customers, Whole]:
    """Those of questions.forecast.customers, without their last year; and which of them the answer is about."""
    ids, days, span, age, net, asked_about = columns(rows, 6)
    return Customers(ids, days, span, age, net, np.zeros_like(ids)), asked_about


def with_year(customers: Customers, rows: Rows) -> Customers:
    """The customers with what questions.forecast.year_days tells of their last year."""
    ids, days = columns(rows, 2)
    return replace(customers, year_days=_spread(days, np.searchsorted(customers.ids, ids), customers))


def held_out(customers: Customers, later: Rows, year: Rows, days: int) -> HeldOut:
    """The customers as they were so many days ago, and what they bought since, from questions.forecast.later; their
    last year is that before the cut, from questions.forecast.year_days.
    """
    ids, *told = columns(later, 4)
    place = np.searchsorted(customers.ids, ids)
    later_days, later_net = (_spread(one, place, customers) for one in told[:2])
    recency = customers.recency.copy()
    recency[place] = customers.age[place] - told[2]
    then = Customers(
        customers.ids,
        customers.purchase_days - later_days,
        recency,
        customers.age - days,
        customers.net - later_net,
        customers.year_days,
    )
    met = then.age >= 0
    return HeldOut(with_year(then.those(met), year), days, later_days[met], later_net[met])


def _spread(values: Whole, place: Whole, customers: Customers) -> Whole:
    """A value for every customer, 0 for those without one."""
    every = np.zeros_like(customers.ids)
    every[place] = values
    return every
