"""Whom a name that nobody bears may mean: those whose names have enough of it, and which of these are nearest."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, union

from crmcli.questions.search import INDEXED
from crmcli.schema import contacts, not_deleted
from crmcli.schema.search import contact_search
from crmcli.values.names import likeness_of_names, name_words

_MOST = 5_000
"""So many names are compared at most: each takes some microseconds."""

_AT_FIRST = 50
"""So many of them, by letters alone, are looked at word by word."""

_LEAST, _BEHIND = 0.62, 0.1
"""How alike two names must be that one may stand for the other, and how far behind the nearest the others may be."""


def candidates(key: str) -> Select[Any] | None:
    """Rows of id, name and search_key: who may be meant by a misspelt search key; None where it has no word to go by.

    Half of its pieces must be met as they stand: for two wrong letters that are a few combinations, each rare. Where
    this is one piece alone, other words must begin with the same letters, too.
    """
    words = [word for word in re.sub(r"[%_\\]", " ", key).split() if len(word) >= INDEXED]
    pieces = [piece for word in words for piece in _pieces(word)]
    if not pieces:
        return None
    longest = sorted(pieces, key=len)[-4:]
    half = (len(longest) + 1) // 2
    also = [_word_begins(word[0]) for word in words] if half == 1 else []
    ids = union(*(_having(some, also) for some in combinations(longest, half)))
    found = select(contacts.c.id, contacts.c.name, contacts.c.search_key).where(contacts.c.id.in_(ids))
    return found.where(contacts.c.archived_at.is_(None), not_deleted()).limit(_MOST)


def nearest(key: str, rows: Sequence[Any], most: int = 3) -> list[Any]:
    """Those of the rows whose search_key is most like that one, the nearest first."""
    from rapidfuzz import fuzz, process

    keys, words = [row.search_key for row in rows], name_words(key)
    first = process.extract(key, keys, scorer=fuzz.WRatio, limit=_AT_FIRST)
    alike = sorted(
        ((likeness_of_names(words, name_words(found))[0], -place) for found, _, place in first), reverse=True
    )
    least = max([_LEAST, *(score - _BEHIND for score, _ in alike[:1])])
    return [rows[-place] for score, place in alike[:most] if score >= least]


def _pieces(word: str) -> Iterator[str]:
    """Two halves of a long word; of a short one how it begins, a space before it."""
    half = len(word) // 2
    yield from (word[:half], word[half:]) if half >= INDEXED else (f" {word[: INDEXED - 1]}",)


def _having(parts: Sequence[str], also: Sequence[ColumnElement[bool]]) -> Select[Any]:
    met = (contact_search.c.text.like(f"%{part}%") for part in parts)
    return select(contact_search.c.rowid).where(and_(*met, *also))


def _word_begins(letter: str) -> ColumnElement[bool]:
    """Whether a word begins so, or a quoted one."""
    return or_(*(contact_search.c.text.like(f"%{before}{letter}%") for before in (" ", "«", '"', "-")))
