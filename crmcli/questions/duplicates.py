"""Pairs of contacts that may be one: what is fetched for them, and how they are found."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from itertools import permutations
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, true

from crmcli.questions.likeness import Compared, Found, Point, compared, judged, with_points
from crmcli.schema import contact_points, contact_tags, contacts, deals, not_deleted, not_duplicates, purchases, touches
from crmcli.values.names import Words, skeleton
from crmcli.values.points import NAMES_ON_A_POINT, is_junk

WINDOW = 30
"""How many of the contacts of a block each is compared with, those next by name: no block grows quadratic."""

_WORDS = 4


class Duplicates(NamedTuple):
    """The pairs found, most likely first, and how many blocks were larger than the window."""

    pairs: list[Found]
    cut_blocks: int


def contacts_compared() -> Select[Any]:
    """Rows of id, kind, name, city, company_id, tax_id, birthday of those neither archived nor in the trash, by id."""
    c = contacts.c
    columns = (c.id, c.kind, c.name, c.search_key, c.city, c.company_id, c.tax_id, c.birthday)
    return select(*columns).where(c.archived_at.is_(None), not_deleted()).order_by(c.id)


def points_compared() -> Select[Any]:
    """Rows of contact_id, kind, value, raw: the phones, e-mails and messengers, in their order."""
    p = contact_points.c
    found = select(p.contact_id, p.kind, p.value, p.raw).where(p.kind.in_(("phone", "email", "messenger")))
    return found.order_by(p.contact_id, p.position, p.id)


def pairs_set_apart() -> Select[Any]:
    """Rows of contact_a, contact_b: who was said not to be one."""
    return select(not_duplicates.c.contact_a, not_duplicates.c.contact_b)


def belongings(contact_id: int) -> Select[Any]:
    """One row: how many phones, e-mails, tags, touches, deals and purchases a contact has."""
    points = contact_points.c.kind
    counted = {
        "phones": (contact_points, points == "phone"),
        "e-mails": (contact_points, points == "email"),
        "tags": (contact_tags, true()),
        "touches": (touches, true()),
        "deals": (deals, true()),
        "purchases": (purchases, true()),
    }
    mine = {
        name: select(func.count()).select_from(table).where(table.c.contact_id == contact_id, met)
        for name, (table, met) in counted.items()
    }
    return select(*(count.scalar_subquery().label(name) for name, count in mine.items()))


def people_of(rows: Iterable[Any], points: Iterable[Any]) -> list[Compared]:
    """The contacts as they are compared, of the rows of both statements, by id."""
    reached: dict[int, list[Point]] = defaultdict(list)
    for contact_id, kind, value, raw in points:
        reached[contact_id].append((kind, value or raw))
    return [compared(row, tuple(dict.fromkeys(reached.get(row[0], ())))) for row in rows]


def duplicates(people: Sequence[Compared], apart: Iterable[tuple[int, int]] = ()) -> Duplicates:
    """The pairs that may be one, most likely first, without those set `apart`; `people` by id."""
    junk = _junk(people)
    telling = [_without(person, junk) for person in people]
    namesakes = Counter(person.words for person in people)
    settled = set(apart)
    pairs, cut = _candidates(telling)
    found = []
    for i, j in pairs:
        if (people[i].id, people[j].id) not in settled and (pair := judged(telling[i], telling[j], namesakes)):
            found.append(pair._replace(a=people[i], b=people[j]))
    return Duplicates(sorted(found, key=lambda pair: (-pair.likeness, pair.a.id, pair.b.id)), cut)


def _without(person: Compared, junk: Set[Point]) -> Compared:
    """The contact without points that tell nothing."""
    if junk.isdisjoint(person.points):
        return person
    return with_points(person, tuple(point for point in person.points if point not in junk))


def _junk(people: Iterable[Compared]) -> set[Point]:
    """The points that tell nothing: nobody's, or those of too many names."""
    first: dict[Point, Words] = {}
    others: dict[Point, set[Words]] = defaultdict(set)
    for person in people:
        for point in person.points:
            if (held := first.setdefault(point, person.words)) != person.words:
                others[point] |= {held, person.words}
    return {point for point in first if is_junk(*point)} | {
        point for point, names in others.items() if len(names) > NAMES_ON_A_POINT
    }


def _candidates(people: Sequence[Compared]) -> tuple[set[tuple[int, int]], int]:
    """The pairs, by their places, that share a block of any kind; how many blocks were cut."""
    pairs: set[tuple[int, int]] = set()
    cut = 0
    for keys in (_by_point, _by_tax_id, _by_birthday, _by_company, _by_city, _by_name):
        for block in _blocks(people, keys):
            cut += len(block) > WINDOW + 1
            pairs.update(_neighbours(people, block))
    return pairs, cut


def _blocks(people: Sequence[Compared], keys: Callable[[Compared], Iterable[Hashable]]) -> Iterator[list[int]]:
    """The places of those who share a key."""
    first: dict[Hashable, int] = {}
    blocks: dict[Hashable, list[int]] = {}
    for place, person in enumerate(people):
        for key in keys(person):
            if (earlier := first.setdefault(key, place)) != place:
                blocks.setdefault(key, [earlier]).append(place)
    return iter(blocks.values())


def _neighbours(people: Sequence[Compared], block: list[int]) -> Iterator[tuple[int, int]]:
    """Every pair of a block; of a large one each with those next by name."""
    if len(block) > WINDOW + 1:
        block = sorted(block, key=lambda place: (people[place].words, place))
    for at, one in enumerate(block):
        for other in block[at + 1 : at + 1 + WINDOW]:
            yield (one, other) if one < other else (other, one)


def _by_point(person: Compared) -> Iterable[Hashable]:
    return person.points


def _by_tax_id(person: Compared) -> Iterable[Hashable]:
    return (person.tax_id,) if person.tax_id else ()


def _by_birthday(person: Compared) -> Iterable[Hashable]:
    return {(person.birthday, skeleton(word)) for word in person.full_words} if person.birthday else ()


def _by_company(person: Compared) -> Iterable[Hashable]:
    return {(person.company_id, skeleton(word)) for word in person.full_words} if person.company_id else ()


def _by_city(person: Compared) -> Iterable[Hashable]:
    """A word of the name, and how another begins: either may be misspelt."""
    if not person.city_key:
        return ()
    bones = [skeleton(word) for word in person.full_words[:_WORDS]]
    if len(bones) == 1:
        return ((person.city_key, bones[0]),)
    return {(person.city_key, one, other[:3]) for one, other in permutations(bones, 2)}


def _by_name(person: Compared) -> Iterable[Hashable]:
    return (person.words,) if person.words else ()
