"""A condition's text as tokens, each with its place."""

import re
from dataclasses import dataclass

from crmcli.errors import Wrong
from crmcli.values.text import search_key

LONGEST = 2_000
"""Characters that a condition may have."""

_GROUPS = r"(?:[ \u00a0\u202f][0-9]{3}(?![0-9]))*"
_TOKEN = re.compile(
    rf"""
    (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*"|«[^»]*»)
  | (?P<value>[+-]?[0-9]+{_GROUPS}(?:[.,/-]?\w++)*+(?:[ ](?:тыс|млн)\b\.?)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<sign><=|>=|!=|<>|==|[=<>(),])
    """,
    re.VERBOSE,
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORDS = {
    "and": "and", "и": "and",
    "or": "or", "или": "or",
    "not": "not", "не": "not",
    "in": "in", "в": "in",
    "is": "is",
    "empty": "empty", "пусто": "empty",
    "contains": "contains", "содержит": "contains",
    "starts": "starts", "начинается": "starts",
    "with": "with", "с": "with",
    "between": "between", "между": "between",
}  # fmt: skip
_SIGNS = {"==": "=", "<>": "!="}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a condition: `means` is the word or sign it is, "" for fields and values; `at` counts from 1."""

    kind: str
    written: str
    at: int
    means: str = ""

    @property
    def text(self) -> str:
        """What is written, without its quotes."""
        if self.kind != "text":
            return self.written
        quote, inner = self.written[0], self.written[1:-1]
        return inner if quote == "«" else inner.replace(quote * 2, quote)

    def __str__(self) -> str:
        return repr(self.written[:40]) if self.written else "the end"


def tokens(condition: str) -> list[Token]:
    """The tokens of a condition, the last of kind "end". Wrong where it is too long, or has what no token has."""
    if len(condition) > LONGEST:
        raise Wrong(f"the condition is too long: {len(condition)} characters, {LONGEST} at most")
    if odd := _UNSTORABLE.search(condition):
        raise wrong_at(odd.start() + 1, "a character that cannot be stored")
    found, place = [], _after_blanks(condition, 0)
    while place < len(condition):
        match = _TOKEN.match(condition, place)
        if match is None:
            raise wrong_at(place + 1, _unreadable(condition[place]))
        found.append(_token(match))
        place = _after_blanks(condition, match.end())
    return [*found, Token("end", "", len(condition) + 1)]


def wrong_at(place: int, what: str) -> Wrong:
    """The error that something is wrong in a condition at a place, counted from 1."""
    return Wrong(f"in the condition, at character {place}: {what}")


def _after_blanks(condition: str, place: int) -> int:
    while place < len(condition) and condition[place].isspace():
        place += 1
    return place


def _token(match: re.Match[str]) -> Token:
    kind, written = str(match.lastgroup), match[0]
    means = _WORDS.get(search_key(written), "") if kind == "word" else ""
    return Token(kind, written, match.start() + 1, _SIGNS.get(written, written) if kind == "sign" else means)


def _unreadable(sign: str) -> str:
    if sign in "'\"«":
        return f"the text that begins with {sign} has no end"
    return f"{sign!r} means nothing here; texts stand in quotes"
