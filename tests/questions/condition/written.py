"""Conditions made by chance: as a tree for the naive answer, and written as people write them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from hypothesis import strategies as st

from crmcli.questions.condition.fields import FIELDS, field_named
from crmcli.values.money import to_decimal
from crmcli.values.text import search_key
from tests.questions.condition.society import CITIES, NOTES, SIZES, TAGS

Tree = tuple[Any, ...]
ORDERS = ("=", "!=", "<", "<=", ">", ">=")
_NAMES = ("Olga", "игорь", "Ads", "САРАФАН", "contact 1", "Contact 12", "7712", "о", "%")
_TEXTS = (*CITIES, *TAGS, *NOTES, *SIZES, *_NAMES)
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "and": (" and ", " и ", " AND\n"),
    "or": (" or ", " или ", "  Or "),
    "not": ("not ", "не ", "NOT  "),
    "in": (" in (", " в("),
    "empty": (" is empty", " пусто"),
    "contains": (" contains ", " содержит "),
    "starts": (" starts with ", " начинается с "),
    "between": (" between ", " между "),
    "=": ("=", " = ", " == "),
    "!=": ("!=", " <> "),
}


def trees() -> st.SearchStrategy[Tree]:
    """Conditions of any shape."""

    def joined(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        return possibly_not(st.tuples(st.sampled_from(("and", "or")), parts, parts))

    return st.recursive(possibly_not(comparisons()), joined, max_leaves=5)


def possibly_not(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """These conditions, and that they are not so."""
    return parts | st.tuples(st.just("not"), parts)


@st.composite
def comparisons(draw: st.DrawFn) -> Tree:
    """A field, how it is compared, and values of its kind."""
    name = draw(st.sampled_from([*(field.name for field in FIELDS), "field('Размер')"]))
    field = field_named(name)
    kind = field.kind if field else "text"
    ways = {"text": ("=", "!=", "contains", "starts", "in", "empty"), "word": ("=", "!=", "in"), "flag": ("=", "!=")}
    how = draw(st.sampled_from(ways.get(kind, (*ORDERS, "between", "in", "empty"))))
    counts = {"empty": (0, 0), "between": (2, 2), "in": (1, 3)}
    least, most = counts.get(how, (1, 1))
    words = tuple(field.words.values()) if field else ()
    values = draw(st.lists(values_of(kind, words), min_size=least, max_size=most))
    return (how, name, *(sorted(values) if how == "between" else values))


def values_of(kind: str, words: tuple[str, ...]) -> st.SearchStrategy[Any]:
    """Values that generated contacts may have, and others."""
    if kind == "text":
        return st.sampled_from(sorted({search_key(text) for text in _TEXTS if text and text.strip()}))
    if kind == "word":
        return st.sampled_from(words)
    if kind == "flag":
        return st.booleans()
    if kind == "date":
        return st.dates(date(2023, 12, 1), date(2026, 12, 31)) | st.just(date(1984, 2, 29))
    return st.integers(-2, 400) | st.integers(0, 100_000) if kind == "number" else st.integers(0, 10**7)


@st.composite
def spelled(draw: st.DrawFn, tree: Tree) -> str:
    """The tree as somebody might write it: in English or Russian, with more brackets than it needs."""

    def one_of(word: str) -> str:
        return draw(st.sampled_from(_SPELLINGS.get(word, (word,))))

    def bracketed(part: Tree) -> str:
        return f"({draw(spelled(part))})"

    word, *parts = tree
    if word == "not":
        return one_of("not") + bracketed(parts[0])
    if word in {"and", "or"}:
        return one_of(word).join(map(bracketed, parts))
    name, *values = parts
    field = field_named(name)
    shown = draw(st.sampled_from(field.names)) if field else draw(st.sampled_from((name, 'поле("размер")')))
    kind = field.kind if field else "text"
    texts = [_value(draw, value, "amount in a list" if (word, kind) == ("in", "money") else kind) for value in values]
    if word == "in":
        return f"{shown}{one_of('in')}{', '.join(texts)})"
    if word == "between":
        return f"{shown}{one_of('between')}{one_of('and').join(texts)}"
    return f"{shown}{one_of(word)}{''.join(texts)}"


def _value(draw: st.DrawFn, value: Any, kind: str) -> str:
    return draw(st.sampled_from([*_SPELLED[kind](value)]))


def _quoted(text: str) -> Iterator[str]:
    for quote in "'\"":
        for shown in (text, text.upper() if text.upper().casefold() == text else text):
            yield quote + shown.replace(quote, quote * 2) + quote


def _amounts(minor: int) -> Iterator[str]:
    plain = to_decimal(minor)
    yield from (plain, plain.replace(".", ","))
    yield f"{minor // 100:,}".replace(",", " ") + f",{minor % 100:02}"


_SPELLED: dict[str, Callable[[Any], Iterable[str]]] = {
    "text": _quoted,
    "word": lambda word: (word, f"'{word.upper()}'"),
    "number": lambda number: (str(number),),
    "money": _amounts,
    "amount in a list": lambda minor: (to_decimal(minor),),
    "date": lambda day: (f"{day}", f"{day:%d.%m.%Y}", f"'{day}'"),
    "flag": lambda flag: ("yes", "Да", "true") if flag else ("no", "НЕТ", "false"),
}
