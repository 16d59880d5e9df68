"""Where a question wants the few most valuable customers: found in the order of an index, not by sorting all."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, Subquery, false, func, select, union_all

from crmcli.questions.rhythm import AsOf, contact_states, later_ids, stored_rhythm
from crmcli.schema import contact_rhythm

Wanted = Callable[[Subquery], Sequence[ColumnElement[bool]]]
"""The conditions that the columns of `contact_states` have to meet. Whoever meets them has a value, and is due."""


def most_valuable(at: AsOf, median: ColumnElement[int], wanted: Wanted, limit: int) -> CompoundSelect[Any]:
    """The ids of contacts, twice `limit` of those stored, among whom are the first by value and id of those wanted.

    Who buys at his own period is stored in the order of the values. Who has bought once is worth what the base's
    median makes of his mean sale, and stored in the order of that; the whole units of two who are worth the same
    differ by less than median / 365 + 1. Whoever has later events is computed anyway.
    """
    stored = stored_rhythm(at)
    own = stored.where(contact_rhythm.c.yearly_value.is_not(None))
    if min(at.due_factor, at.dormant_factor) >= 1:  # then the index tells without the row; so written, it is not left
        own = own.where(func.coalesce(contact_rhythm.c.due_on <= at.day, false()))
    by_mean_sale = stored.where(contact_rhythm.c.mean_sale.is_not(None))
    once = contact_states(at, rows=by_mean_sale, median=median)
    least = _last_mean_sale(once, wanted, limit) - median / 365 - 2
    return union_all(
        _first(contact_states(at, rows=own, median=median), "yearly_value", wanted, limit),
        _first(once, "value", wanted, limit, once.c.mean_sale >= func.coalesce(least, 0)),
        *([] if at.is_stored else [later_ids(at.day)]),
    )


def _last_mean_sale(states: Subquery, wanted: Wanted, limit: int) -> Any:
    """The mean sale of the last one wanted, in the order of the mean sales; null if there are fewer."""
    last = select(states.c.mean_sale).where(*wanted(states)).order_by(states.c.mean_sale.desc())
    return last.limit(1).offset(limit - 1).correlate(None).scalar_subquery()


def _first(states: Subquery, order: str, wanted: Wanted, limit: int, *conditions: ColumnElement[bool]) -> Select[Any]:
    found = select(states.c.contact_id).where(*wanted(states), *conditions)
    return select(found.order_by(states.c[order].desc(), states.c.contact_id).limit(limit).subquery())
