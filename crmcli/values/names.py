"""How alike two names are, however they are written: Russian or English, in any order, with initials, misspelt."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

Words = tuple[str, ...]

LEGAL_FORMS = frozenset({
    "ооо", "оао", "зао", "пао", "ао", "нао", "ип", "чп", "пбоюл", "тоо", "нко", "ано", "ooo", "oao", "zao", "pao",
    "llc", "ltd", "limited", "inc", "incorporated", "gmbh", "co", "company", "corp", "corporation", "plc", "the",
})  # fmt: skip
"""Words, case folded, that tell what kind of a company it is and not which."""
_CYRILLIC = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "є": "e",
    "і": "i", "ї": "i", "ґ": "g",
})  # fmt: skip
_SPELLINGS = (
    ("shch", "sh"), ("sch", "sh"), ("tch", "ch"), ("kh", "h"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("tz", "ts"),
    ("x", "ks"), ("w", "v"), ("q", "k"), ("j", "i"), ("y", "i"), ("ie", "e"), ("io", "e"),
)  # fmt: skip
"""Ways to write one sound in Latin letters, longer ones first; ё is е, and so are yo and jo."""
_WORD = re.compile(r"[^\W_]+")
_HARD_C = re.compile(r"c(?![heiy])")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<=.)[aeiou]")


def name_words(key: str) -> Words:
    """The words of a name, given as its search key: as they sound in Latin letters, each once, in alphabetical order.

    Иванов Фёдор and Fyodor Ivanov have the same words. Legal forms are none, unless there is nothing else.
    """
    found = _WORD.findall(key)
    kept = [word for word in found if word not in LEGAL_FORMS] or found
    return tuple(sorted(set(map(_sounded, kept)) - {""}))


@lru_cache(maxsize=200_000)
def _sounded(word: str) -> str:
    """A word as it sounds, in Latin letters; a script that is not known here stays as it is."""
    text = word.translate(_CYRILLIC)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for written, sound in _SPELLINGS:
        text = text.replace(written, sound)
    if text.isdigit():
        return text
    return _DOUBLED.sub(r"\1", _HARD_C.sub("k", text))[: 1 if len(word) == 1 else None]


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """What of a word survives most misspellings: its first letter and its consonants."""
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", word))


_NEARLY = 0.8
_ABSENT = 0.9
_INITIAL = 0.85


def likeness_of_names(one: Words, other: Words) -> tuple[float, int]:
    """How alike two names are, 0..1, and how many whole words of theirs are alike.

    Words that both have stand for themselves; each other word of the shorter name is held against that of the longer
    one which is most like it. The worst counts as much as all together, so that Пётр Иванов is not Иван Иванов. An
    initial is less than the word itself, numbers are the same or not, and a word that one lacks makes both less alike.
    """
    same = [word for word in one if word in other]
    whole = sum(len(word) > 1 for word in same)
    if len(same) == len(one) == len(other):
        return 1.0, whole
    length = sum(map(len, same))
    few, many = sorted(([w for w in one if w not in other], [w for w in other if w not in one]), key=_shorter)
    points, worst = float(length), 1.0
    for word in few:
        score, best = max((_alike(word, candidate), candidate) for candidate in many)
        many.remove(best)
        weight = max(len(word), len(best))
        points, length, worst = points + score * weight, length + weight, min(worst, score)
        whole += score >= _NEARLY and len(word) > 1 and len(best) > 1
    return (points / length + worst) / 2 * _ABSENT ** len(many) if length else 0.0, whole


def _shorter(words: list[str]) -> tuple[int, list[str]]:
    return len(words), words


@lru_cache(maxsize=500_000)
def _alike(one: str, other: str) -> float:
    if one.isdigit() or other.isdigit():
        return 0.0
    if len(one) == 1 or len(other) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    return _similarity()(one, other)


@cache
def _similarity() -> Callable[[str, str], float]:
    """One less the share of letters that are added, left out, changed or swapped."""
    from rapidfuzz.distance import OSA

    return OSA.normalized_similarity
