"""How likely two contacts are one, and why: plain arithmetic on plain data."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import prod
from operator import itemgetter
from typing import Any, NamedTuple

from crmcli.values.names import Words, likeness_of_names, name_words
from crmcli.values.text import search_key

Point = tuple[str, str]

LEAST = 0.55
"""Pairs less likely than this are not worth an owner's look."""

_LEAST_NAME = 0.7

_SHARED = {"phone": 0.85, "email": 0.8, "messenger": 0.8, "tax id": 0.9, "birthday": 0.6, "company": 0.55, "city": 0.3}
"""How far a fact that both share goes towards certainty: of the doubt that is left it takes this part."""

_LEFT = {fact: 1 - weight for fact, weight in _SHARED.items()}

_NAME = (0.1, 0.3, 0.5, 0.75, 0.9)
"""The same for names of no, one, two, three whole words alike; one place further where nobody else bears them."""

_AGAINST = {
    "no common phone": 0.75,
    "no common e-mail": 0.9,
    "companies differ": 0.8,
    "cities differ": 0.65,
    "birthdays differ": 0.6,
}
"""By what a pair becomes less likely."""

_SAID = {"email": "e-mail"}
_NAMELESS = re.compile(r"Customer \S+|[\d\W_]*")


class Compared(NamedTuple):
    """A contact as it is compared. `words`: those of its name as they sound, none of one called by its phone.

    `full_words`: those that are no initials; `kinds`: those of its points.
    """

    id: int
    kind: str
    name: str
    search_key: str
    words: Words
    full_words: Words
    city: str | None
    city_key: str
    company_id: int | None
    tax_id: str | None
    birthday: date | None
    points: tuple[Point, ...]
    kinds: frozenset[str]


class Found(NamedTuple):
    """Two contacts that may be one: `likeness` 0..1 to four places, `reason` in words."""

    a: Compared
    b: Compared
    likeness: float
    reason: str


def compared(row: Any, points: tuple[Point, ...]) -> Compared:
    """A contact of its row and its points."""
    contact_id, is_a, name, key, city, company_id, tax_id, birthday = row
    words = () if _NAMELESS.fullmatch(name) else name_words(key)
    full = tuple(word for word in words if len(word) > 1)
    city_key = _city_key(city) if city else ""
    kinds = frozenset(map(itemgetter(0), points))
    return Compared(
        contact_id, is_a, name, key, words, full, city, city_key, company_id, tax_id, birthday, points, kinds
    )


def with_points(contact: Compared, points: tuple[Point, ...]) -> Compared:
    """The contact with these points alone."""
    return contact._replace(points=points, kinds=frozenset(map(itemgetter(0), points)))


@lru_cache(maxsize=10_000)
def _city_key(city: str) -> str:
    """The city however it is written: г. Казань, Kazan."""
    return " ".join(word for word in name_words(search_key(city)) if len(word) > 1)


def judged(a: Compared, b: Compared, namesakes: Mapping[Words, int]) -> Found | None:
    """The pair with its likeness and the reason; None where it is not likely enough.

    `namesakes`: how many contacts bear a name.
    """
    if a.company_id == b.id or b.company_id == a.id or (a.tax_id and b.tax_id and a.tax_id != b.tax_id):
        return None
    common = [point for point in a.points if point in b.points]
    shared = _shared(a, b, common)
    known = bool(common) or "tax id" in shared
    against = _against(a, b, known=known)
    doubt, held = prod([_LEFT[fact] for fact in shared]), prod([_AGAINST[fact] for fact in against])
    more = (a.kind == b.kind == "company", _is_rare(a, b, namesakes))
    if _likeness(doubt, held, min(len(a.full_words), len(b.full_words)), more) < LEAST:
        return None
    alike, words = _names(a, b, known=known)
    likeness = round(alike * _likeness(doubt, held, words, more), 4)
    if likeness < LEAST or alike < _LEAST_NAME:
        return None
    said = [*_common_reasons(a, common, shared), _name_reason(a, b, alike, shared), *against]
    return Found(a, b, likeness, ", ".join(said))


def _likeness(doubt: float, held: float, words: int, more: tuple[bool, bool]) -> float:
    """That of two whose names are the same and have so many whole words, or count for `more`."""
    company, rare = more
    return (1 - doubt * (1 - _NAME[min(words + company, 3) + rare])) * held


def _names(a: Compared, b: Compared, *, known: bool) -> tuple[float, int]:
    """How alike the names are; one without a name is whoever is `known` by a phone, e-mail or tax id in common."""
    if a.words and b.words:
        return likeness_of_names(a.words, b.words)
    return (1.0 if known else 0.0), 0


def _shared(a: Compared, b: Compared, common: list[Point]) -> list[str]:
    facts = list(dict.fromkeys(kind for kind, _ in common))
    if a.tax_id and a.tax_id == b.tax_id:
        facts.append("tax id")
    if a.birthday and a.birthday == b.birthday:
        facts.append("birthday")
    if a.company_id and a.company_id == b.company_id:
        facts.append("company")
    if a.city_key and a.city_key == b.city_key:
        facts.append("city")
    return facts


def _against(a: Compared, b: Compared, *, known: bool) -> list[str]:
    """What speaks against a pair; of one with a phone, an e-mail or a tax id in common birthdays alone do."""
    facts = ["birthdays differ"] if a.birthday and b.birthday and a.birthday != b.birthday else []
    if known:
        return facts
    if "phone" in a.kinds and "phone" in b.kinds:
        facts.append("no common phone")
    if "email" in a.kinds and "email" in b.kinds:
        facts.append("no common e-mail")
    if a.company_id and b.company_id and a.company_id != b.company_id:
        facts.append("companies differ")
    if a.city_key and b.city_key and a.city_key != b.city_key:
        facts.append("cities differ")
    return facts


def _is_rare(a: Compared, b: Compared, namesakes: Mapping[Words, int]) -> bool:
    """Whether nobody else bears either name."""
    bearing = namesakes[a.words]
    return bearing <= 2 and (a.words == b.words or bearing + namesakes[b.words] <= 2)


def _common_reasons(a: Compared, common: list[Point], shared: list[str]) -> list[str]:
    said = [f"same {_SAID.get(kind, kind)} {value}" for kind, value in common]
    return [*said, f"same tax id {a.tax_id}"] if "tax id" in shared else said


def _name_reason(a: Compared, b: Compared, alike: float, shared: list[str]) -> str:
    """What the names and the places say: same name and city; names 93 % alike in one company, same birthday."""
    if not (a.words and b.words):
        return "one of them without a name"
    facts = [fact for fact in ("company", "city", "birthday") if fact in shared]
    if a.words == b.words:
        same = sorted(a.search_key.split()) == sorted(b.search_key.split())
        return _listed(["same name" if same else "same name written otherwise", *facts])
    return f"names {min(int(alike * 100), 99)} % alike{f', same {_listed(facts)}' if facts else ''}"


def _listed(words: Sequence[str]) -> str:
    """The words as a sentence has them: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
