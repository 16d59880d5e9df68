"""Who the best customers are and who is leaving: recency, frequency and monetary scores, and the segments they make."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from operator import add, itemgetter, mul
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, func, literal, or_, select

from crmcli.questions.contacts import external_ref
from crmcli.questions.rhythm import rhythm_at
from crmcli.schema import contacts
from crmcli.schema.functions import days_between

BINS = range(3, 11)
"""How many scores there may be: with two there would be fewer cells than segments."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Fixed thresholds, ascending, one fewer than there are scores: the days up to which a score above the lowest is
    given, and the least frequency and revenue (minor units) that do.
    """

    recency_days: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rfm:
    """The as-of day, and how many scores there are, or the thresholds that part them. `among`: contact ids."""

    day: date
    bins: int = 5
    cuts: Cuts | None = None
    among: Select[Any] | None = None


class Scores(NamedTuple):
    """Each from 1, the worst, to the number of bins."""

    r: int
    f: int
    m: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A kind of customer, and what to do about it."""

    name: str
    advice: str


SEGMENTS = (
    Segment("champions", "Thank them, ask them to recommend you"),
    Segment("loyal", "Offer more and better, ask what they think"),
    Segment("potential loyalists", "Offer what goes with their last purchase"),
    Segment("new", "Welcome them, make the second sale easy"),
    Segment("promising", "Remind them of you with a small gift"),
    Segment("need attention", "Make an offer that ends soon"),
    Segment("about to sleep", "Call before they are gone: what is new?"),
    Segment("at risk", "Call, ask what went wrong, bring them back"),
    Segment("can't lose them", "Win them back yourself, whatever it takes"),
    Segment("hibernating", "Write now and then, spend little"),
    Segment("lost", "One last offer, then leave them alone"),
)
NAMES = tuple(segment.name for segment in SEGMENTS)

# Rows: recency in fifths from 5, the latest, to 1. Columns: the mean of frequency and monetary, from 1 to 5.
_MAP = (
    ("new", "potential loyalists", "potential loyalists", "champions", "champions"),
    ("promising", "potential loyalists", "potential loyalists", "loyal", "champions"),
    ("promising", "about to sleep", "need attention", "loyal", "loyal"),
    ("hibernating", "about to sleep", "need attention", "at risk", "at risk"),
    ("lost", "hibernating", "at risk", "can't lose them", "can't lose them"),
)


def measures(asked: Rfm) -> Select[Any]:
    """Rows of contact_id, recency_days, frequency, monetary, by id: a row a customer that is not archived.

    recency_days: since the last purchase day; frequency: how many sales; monetary: revenue in minor units.
    """
    rhythm = rhythm_at(asked.day)
    statement = (
        select(
            rhythm.c.contact_id,
            days_between(literal(asked.day), rhythm.c.last_on).label("recency_days"),
            rhythm.c.sale_count.label("frequency"),
            rhythm.c.revenue.label("monetary"),
        )
        .where(rhythm.c.purchase_days > 0, ~rhythm.c.archived)
        .order_by(rhythm.c.contact_id)
    )
    return statement if asked.among is None else statement.where(rhythm.c.contact_id.in_(asked.among))


def people(asked: Rfm) -> Select[Any]:
    """The same rows with name and external_ref."""
    measured = measures(asked).order_by(None).subquery()
    named = select(measured, contacts.c.name, external_ref().label("external_ref"))
    return named.join(contacts, contacts.c.id == measured.c.contact_id).order_by(measured.c.contact_id)


def scores(asked: Rfm, rows: Iterable[Any]) -> list[Scores]:
    """The scores of each of the rows of `measures` or `people`.

    Without cuts customers are ordered by the value, equal ones by id, and split into bins of equal size, the lower
    ones larger by one where they do not come out even: equal values may so have different scores. With cuts they have
    the same.
    """
    measured = [row[1:4] for row in rows]
    if not measured:
        return []
    recency, frequency, monetary = zip(*measured, strict=True)
    if cuts := asked.cuts:
        highest = len(cuts.recency_days) + 1
        r = [highest - bisect_left(cuts.recency_days, value) for value in recency]
        f = [bisect_right(cuts.frequency, value) + 1 for value in frequency]
        m = [bisect_right(cuts.monetary, value) + 1 for value in monetary]
    else:
        r = _binned([-value for value in recency], asked.bins)
        f, m = _binned(frequency, asked.bins), _binned(monetary, asked.bins)
    return list(map(Scores, r, f, m))


def segment_of(found: Scores, bins: int) -> str:
    """The name of the segment of these scores, of so many bins.

    A score counts as the fifth that the middle of its bin lies in. Frequency and monetary count as their mean, rounded
    down: who buys often for little stands beside who buys seldom for much.
    """
    r, f, m = (_fifth(score, bins) for score in found)
    return _MAP[5 - r][(f + m) // 2 - 1]


def segment_named(typed: str) -> str | None:
    """The segment that a name means; case, hyphens and apostrophes do not matter. None where it means none."""
    return next((name for name in NAMES if _folded(name) == _folded(typed)), None)


def members(asked: Rfm, name: str) -> Select[Any]:
    """The ids of the customers in the segment of that name: in five bins, whatever else is asked."""
    measured = measures(asked).order_by(None).subquery()
    c = measured.c
    orders = {"r": c.recency_days.desc(), "f": c.frequency, "m": c.monetary}
    scores = (
        func.ntile(5, type_=Integer).over(order_by=(order, c.contact_id)).label(key) for key, order in orders.items()
    )
    scored = select(c.contact_id, *scores).subquery()
    cells = (
        and_(scored.c.r == 5 - row, (scored.c.f + scored.c.m) // 2 == column + 1)
        for row, names in enumerate(_MAP)
        for column, found in enumerate(names)
        if found == name
    )
    return select(scored.c.contact_id).where(or_(*cells))


def segments_told(asked: Rfm, rows: Sequence[Any], found: Sequence[Scores]) -> list[dict[str, Any]]:
    """A row a segment: segment, customers, share, revenue, share_of_revenue, advice; shares are fractions."""
    cells = Counter(found)
    revenue = dict.fromkeys(cells, 0)
    for cell, amount in zip(found, map(itemgetter(3), rows), strict=True):
        revenue[cell] += amount
    named = {cell: segment_of(cell, bins_of(asked)) for cell in cells}
    total = sum(revenue.values())
    told = []
    for segment in SEGMENTS:
        mine = [cell for cell, name in named.items() if name == segment.name]
        customers, brought = sum(cells[cell] for cell in mine), sum(revenue[cell] for cell in mine)
        told.append({
            "segment": segment.name,
            "customers": customers,
            "share": customers / len(rows) if rows else None,
            "revenue": brought,
            "share_of_revenue": brought / total if total else None,
            "advice": segment.advice,
        })  # fmt: skip
    return told


def grid(asked: Rfm, rows: Sequence[Any], found: Sequence[Scores]) -> list[dict[str, Any]]:
    """A row a recency score, the best first: recency (the score), days (from, to), customers, and under f1, f2 ... the
    shares of all customers.
    """
    cells = Counter(map(itemgetter(0, 1), found))
    days = spread(zip(map(itemgetter(0), found), map(itemgetter(1), rows), strict=True))
    scored = range(1, bins_of(asked) + 1)
    return [
        {"recency": r, "days": days.get(r), "customers": sum(cells[r, f] for f in scored)}
        | {f"f{f}": cells[r, f] / len(rows) for f in scored}
        for r in reversed(scored)
    ]


def frequencies(rows: Sequence[Any], found: Sequence[Scores]) -> dict[int, tuple[int, int]]:
    """The fewest and the most sales of those with each frequency score that somebody has."""
    return spread(zip(map(itemgetter(1), found), map(itemgetter(2), rows), strict=True))


def spread(scored: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """The lowest and the highest value by score."""
    found: dict[int, tuple[int, int]] = {}
    for score, value in set(scored):  # few differ
        low, high = found.get(score, (value, value))
        found[score] = min(low, value), max(high, value)
    return found


def bins_of(asked: Rfm) -> int:
    """How many scores there are."""
    return len(asked.cuts.recency_days) + 1 if asked.cuts else asked.bins


def _binned(values: Sequence[int], bins: int) -> list[int]:
    """The bin of each value, 1 for the lowest; equal ones are parted in their order. As SQL's ntile has it."""
    size, larger = divmod(len(values), bins)
    in_order = chain.from_iterable(repeat(number, size + (number <= larger)) for number in range(1, bins + 1))
    found = [0] * len(values)
    count = len(values)
    for keyed, number in zip(sorted(map(add, map(mul, values, repeat(count)), range(count))), in_order, strict=True):
        found[keyed % count] = number  # value * count + place: sorted in half of the time that a key takes
    return found


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _fifth(score: int, bins: int) -> int:
    return -(-5 * (2 * score - 1) // (2 * bins))
