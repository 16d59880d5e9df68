"""Customers from rows, as they are and as they were at the cut."""

import numpy as np

from crmcli.forecast.holding_out import held_out, read_customers, with_year

ROWS = [
    # id, purchase days, span, age, revenue, asked about
    (3, 4, 200, 300, 900, 1),
    (5, 1, 0, 400, 100, 1),
    (8, 2, 10, 60, 500, 0),
    (9, 3, 85, 90, 300, 1),
]
LATER = [
    # id, days after the cut, revenue after it, days from the last before it
    (3, 1, 400, 120),
    (8, 2, 500, -1),
    (9, 2, 200, 90),
]


def test_customers_are_read_without_their_last_year_and_with_whom_the_answer_is_about() -> None:
    found, asked_about = read_customers(ROWS)
    assert found.ids.tolist() == [3, 5, 8, 9]
    assert found.net.tolist() == [900, 100, 500, 300]
    assert asked_about.tolist() == [1, 1, 0, 1]
    assert (found.history, found.silence, found.returned) == (400, 5, 3)


def test_at_the_cut_are_known_those_who_had_bought_by_then_without_what_they_bought_since() -> None:
    now = with_year(read_customers(ROWS)[0], [(3, 4), (8, 2), (9, 3)])
    held = held_out(now, LATER, [(3, 3), (9, 1)], 90)
    assert now.year_days.tolist() == [4, 0, 2, 3]
    then = held.known
    assert (then.ids.tolist(), held.days) == ([3, 5, 9], 90)
    assert then.purchase_days.tolist() == [3, 1, 1]
    assert then.recency.tolist() == [180, 0, 0]
    assert then.age.tolist() == [210, 310, 0]
    assert then.net.tolist() == [500, 100, 100]
    assert then.year_days.tolist() == [3, 0, 1]
    assert (held.bought.tolist(), held.revenue.tolist()) == ([1, 0, 2], [400, 0, 200])


def test_of_nobody_nothing_is_read() -> None:
    found, asked_about = read_customers([])
    assert len(found.ids) == len(asked_about) == 0
    now = with_year(found, [])
    held = held_out(now, [], [], 0)
    assert len(now.ids) == len(held.known.ids) == 0
    assert held.bought.dtype == np.int64
