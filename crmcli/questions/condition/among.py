"""A condition as a statement: the contacts of whom it is true."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select

from crmcli.questions.condition.fields import Asked, Condition
from crmcli.questions.condition.tree import Comparison, Node, Not, comparisons
from crmcli.questions.rhythm import AsOf
from crmcli.schema import contacts, not_deleted


def among(condition: Node, at: AsOf) -> Select[Any]:
    """The ids of the contacts of whom a condition is true as of a day, archived ones too; none that are in the trash.

    A comparison with what a contact lacks is not true, whatever the value; `not` turns that round.
    """
    asked = Asked(at)
    found = select(contacts.c.id).where(not_deleted())
    if any(one.field.measured for one in comparisons(condition)):
        found = found.join(asked.states, asked.states.c.contact_id == contacts.c.id)
    return found.where(_met(condition, asked))


def _met(node: Node, asked: Asked) -> Condition:
    """The condition, which is true or false, never unknown."""
    if isinstance(node, Comparison):
        return _compared(node, asked)
    if isinstance(node, Not):
        return not_(_met(node.part, asked))
    join = and_ if node.word == "and" else or_
    return join(*(_met(part, asked) for part in node.parts))


def _compared(node: Comparison, asked: Asked) -> Condition:
    place = node.field.place(asked)
    known = place.column.is_not(None)
    if node.field.kind == "text":
        known = and_(known, place.column != "")
    if node.how == "empty":
        return not_(place.of_contact(known))
    return place.of_contact(and_(known, _HOW[node.how](place.column, *node.values)))


_HOW: dict[str, Callable[..., ColumnElement[bool]]] = {
    "=": lambda column, value: column == value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "between": lambda column, least, most: column.between(least, most),
    "in": lambda column, *values: column.in_(values),
    "contains": lambda column, part: column.contains(part, autoescape=True),
    "starts": lambda column, part: column.startswith(part, autoescape=True),
}
