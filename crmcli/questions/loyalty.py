"""How content customers are, and what of that is loyalty where others compete for them.

L = 1 - r * (1 - S): of those who are not content (1 - S), competitors win the part r over. The formula is often printed
as L = S * r, which its own examples contradict: S 0.5 and r 0.4 give 80 %, r 0.9 gives 55 %, S 0.9 and r 0.9 give 91 %.
This form meets all three exactly.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, Subquery, Text, case, cast, func, null, select

from crmcli.questions.contacts import external_ref, joined_points
from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.schema import channels, contacts, employees, touches
from crmcli.schema.functions import total

GROUPS = ("all", "state", "owner", "channel", "segment")
BEST = 10_000
"""The best rating: 5/5 in ten-thousandths."""
UNHAPPY = BEST // 2
"""Who rates so or worse is unhappy."""
YEAR = 365
FEW = 10
"""Fewer answers than this say little about a group."""


@dataclass(frozen=True, slots=True)
class Loyalty:
    """Whose ratings: those of the last YEAR days; `among`: these contacts alone. By segment it takes `segments`, rows
    of segment and contact_id; a contact may be in several.
    """

    at: AsOf
    by: str = "all"
    among: Select[Any] | None = None
    segments: Subquery | None = None


def loyalty(satisfaction: Fraction, competition: Fraction) -> Fraction:
    """The part of customers that stays: 1 - competition * (1 - satisfaction), all from 0 to 1."""
    return 1 - competition * (1 - satisfaction)


def answers(asked: Loyalty) -> Select[Any]:
    """Rows of group, contacts, answers, ratings (their sum, ten-thousandths), unhappy: how many answered so.

    Of each contact the latest rating of the last YEAR days counts, and no other: who is asked often weighs no more
    than who is asked once. Archived contacts and those in the trash are left out.
    """
    states, rated = contact_states(asked.at), _latest_ratings(asked)
    people = _people(states, rated, inner=False)
    names: dict[str, Any] = {"state": states.c.state, "owner": employees.c.name, "channel": channels.c.name}
    if asked.segments is not None:
        people = people.outerjoin(asked.segments, asked.segments.c.contact_id == contacts.c.id)
        names["segment"] = asked.segments.c.segment
    group = names.get(asked.by, cast(null(), Text))
    counted: list[Any] = [
        group.label("group"),
        func.count().label("contacts"),
        func.count(rated.c.rating).label("answers"),
        total(rated.c.rating).label("ratings"),
        func.count(case((rated.c.rating <= UNHAPPY, 1))).label("unhappy"),
    ]
    statement = select(*counted).select_from(people).where(contacts.c.archived_at.is_(None))
    return _among(asked, statement).group_by(group)


def loyalty_rows(counted: Iterable[Mapping[str, Any]], competition: Fraction) -> list[dict[str, Any]]:
    """A row a group from `answers`, those without a name last: satisfaction and loyalty null without an answer."""
    ordered = sorted(counted, key=lambda row: (row["group"] is None, row["group"] or ""))
    return [_row(row, competition) for row in ordered]


def unhappy_buyers(asked: Loyalty) -> Select[Any]:
    """A row a customer who is unhappy and buys all the same (active), the most valuable first, then by id."""
    states, rated = contact_states(asked.at), _latest_ratings(asked)
    statement = (
        select(
            contacts.c.id.label("contact_id"),
            contacts.c.name,
            external_ref().label("external_ref"),
            joined_points("phone").label("phones"),
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            rated.c.rating,
            rated.c.happened_on.label("rated_on"),
            states.c.last_on.label("last_purchase_on"),
            states.c.value.label("yearly_value"),
        )
        .select_from(_people(states, rated, inner=True))
        .where(contacts.c.archived_at.is_(None), states.c.state == "active", rated.c.rating <= UNHAPPY)
        .order_by(states.c.value.desc().nulls_last(), contacts.c.id)
    )
    return _among(asked, statement)


def _row(row: Mapping[str, Any], competition: Fraction) -> dict[str, Any]:
    content = Fraction(row["ratings"], row["answers"] * BEST) if row["answers"] else None
    return {
        "group": row["group"],
        "contacts": row["contacts"],
        "answers": row["answers"],
        "few_answers": row["answers"] < FEW,
        "satisfaction": None if content is None else float(content),
        "competition": float(competition),
        "loyalty": None if content is None else float(loyalty(content, competition)),
        "unhappy": row["unhappy"],
    }


def _latest_ratings(asked: Loyalty) -> Subquery:
    """By contact: the latest rating of the last YEAR days; of one day, that logged last."""
    c = touches.c
    number = func.row_number().over(partition_by=c.contact_id, order_by=(c.happened_on.desc(), c.id.desc()))
    day = asked.at.day
    rated = (
        select(c.contact_id, c.happened_on, c.rating, number.label("number"))
        .where(c.rating.is_not(None), c.happened_on <= day, c.happened_on > day - timedelta(days=YEAR))
        .subquery()
    )
    latest = select(rated.c.contact_id, rated.c.happened_on, rated.c.rating).where(rated.c.number == 1)
    return latest.subquery("rated")


def _people(states: Subquery, rated: Subquery, *, inner: bool) -> Any:
    people = contacts.join(states, states.c.contact_id == contacts.c.id)
    people = people.join(rated, rated.c.contact_id == contacts.c.id, isouter=not inner)
    people = people.outerjoin(employees, employees.c.id == contacts.c.owner_id)
    return people.outerjoin(channels, channels.c.id == contacts.c.channel_id)


def _among(asked: Loyalty, statement: Select[Any]) -> Select[Any]:
    return statement if asked.among is None else statement.where(contacts.c.id.in_(asked.among))
