"""Reads a condition by recursive descent.

    either     = both {"or" both}
    both       = one {"and" one}
    one        = "not" one | "(" either ")" | comparison
    comparison = field [sign value | ["not"] test | ["is"] ["not"] "empty"]
    test       = "in" "(" value {"," value} ")" | "between" value "and" value
                 | "contains" value | "starts" "with" value
    field      = name | "field" "(" text ")"

The words are Russian too: see `tokens`. A field alone is a yes or no.
"""

from collections.abc import Callable
from dataclasses import replace

from crmcli.errors import Wrong
from crmcli.questions.condition.fields import CUSTOM, Field, Value, custom_field, field_named, nearest
from crmcli.questions.condition.tokens import Token, tokens, wrong_at
from crmcli.questions.condition.tree import Comparison, Joined, Node, Not
from crmcli.questions.condition.values import Surroundings, read_value
from crmcli.values.text import search_key

DEEPEST = 20
"""How many brackets and nots may stand in one another."""

_ORDERED = {"number", "money", "date"}
_SIGNS = {"=", "!=", "<", "<=", ">", ">="}
_TAKEN = "=, !=, in (...), is empty"
_TAKEN_BY = {
    "text": f"{_TAKEN}, contains, starts with",
    "word": _TAKEN,
    "flag": "=, != with yes or no",
    **dict.fromkeys(_ORDERED, f"{_TAKEN}, <, <=, >, >=, between ... and ..."),
}


def read_condition(text: str, around: Surroundings) -> Node:
    """The tree of a condition. Wrong says where it cannot be read, and what was expected there."""
    return _Reader(text, around).whole()


class _Reader:
    """The tokens of a condition, taken one by one."""

    def __init__(self, text: str, around: Surroundings) -> None:
        self.around = around
        self.rest = tokens(text)
        self.depth = 0

    @property
    def token(self) -> Token:
        """The next one; the last of all is never taken."""
        return self.rest[0]

    def take(self) -> Token:
        return self.rest.pop(0)

    def takes(self, means: str) -> bool:
        """Whether the next token is that word or sign, which then is behind us."""
        met = self.token.means == means
        if met:
            self.take()
        return met

    def need(self, means: str) -> None:
        if not self.takes(means):
            raise self.wrong(means)

    def wrong(self, expected: str) -> Wrong:
        return wrong_at(self.token.at, f"expected {expected}, found {self.token}")

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise Wrong("the condition is empty: write one such as \"city = 'Казань' and silent_days > 60\"")
        found = self.either()
        if self.token.kind != "end":
            raise self.wrong("and, or, or the end")
        return found

    def either(self) -> Node:
        return self.joined("or", self.both)

    def both(self) -> Node:
        return self.joined("and", self.one)

    def joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.takes(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def one(self) -> Node:
        if self.takes("not"):
            return Not(self.deeper(self.one))
        if self.takes("("):
            found = self.deeper(self.either)
            self.need(")")
            return found
        return self.comparison(self.field())

    def deeper(self, part: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise wrong_at(self.token.at, f"more than {DEEPEST} brackets and nots in one another")
        found = part()
        self.depth -= 1
        return found

    def field(self) -> Field:
        token = self.token
        if token.kind != "word" or token.means:
            raise self.wrong("a field such as city or silent_days")
        self.take()
        if search_key(token.text) in CUSTOM:
            return self.custom()
        found = field_named(token.text)
        if found is None:
            near = nearest(token.text)
            hint = f"did you mean {near}?" if near else "crmcli segment fields lists them"
            raise wrong_at(token.at, f"there is no field {token}: {hint}")
        return found

    def custom(self) -> Field:
        self.need("(")
        if self.token.kind != "text" or not search_key(self.token.text):
            raise self.wrong("the name of a field of your own, in quotes")
        name = self.take().text
        self.need(")")
        return custom_field(name)

    def comparison(self, field: Field) -> Node:
        if self.token.means in _SIGNS:
            return self.compared(field, self.take())
        if self.token.means in {"is", "empty"} or (self.token.means == "not" and self.rest[1].means == "empty"):
            return self.emptiness(field)
        if field.kind == "flag" and self.token.means not in {"not", "in"}:
            return Comparison(field, "=", (True,))
        negative = self.takes("not")
        return _negated(self.worded(field), negative=negative)

    def compared(self, field: Field, sign: Token) -> Node:
        if sign.means not in {"=", "!="} and field.kind not in _ORDERED:
            raise _not_taken(field, sign)
        value = self.value(field)
        if sign.means == "!=":
            return Not(Comparison(field, "=", (value,)))
        return Comparison(field, sign.means, (value,))

    def emptiness(self, field: Field) -> Node:
        self.takes("is")
        negative = self.takes("not")
        self.need("empty")
        return _negated(Comparison(field, "empty"), negative=negative)

    def worded(self, field: Field) -> Comparison:
        word = self.token
        if self.takes("in"):
            return Comparison(field, "in", self.listed(field))
        if word.means == "between" and field.kind in _ORDERED:
            self.take()
            return self.between(field)
        if word.means in {"contains", "starts"} and field.kind == "text":
            self.take()
            if word.means == "starts":
                self.need("with")
            return Comparison(field, word.means, (self.value(field),))
        raise _not_taken(field, word)

    def between(self, field: Field) -> Comparison:
        least = self.value(field)
        self.need("and")
        at, most = self.token.at, self.value(field)
        if least > most:  # type: ignore[operator]  # fields that are ordered have values of one kind
            raise wrong_at(at, f"nothing is between these: the smaller one of {field.name} comes first")
        return Comparison(field, "between", (least, most))

    def listed(self, field: Field) -> tuple[Value, ...]:
        self.need("(")
        found = self.several(field)
        while self.takes(","):
            found += self.several(field)
        self.need(")")
        return found

    def several(self, field: Field) -> tuple[Value, ...]:
        """A value of a list; or several, where commas stand between figures without a blank."""
        token = self.value_token()
        if field.kind == "money" and token.kind == "value" and "," in token.written:
            raise wrong_at(token.at, f"{token} may be one amount or several: write 1200.50, and a blank behind a comma")
        parts = token.written.split(",") if token.kind == "value" else [token.written]
        return tuple(read_value(field, replace(token, written=part), self.around) for part in parts)

    def value(self, field: Field) -> Value:
        return read_value(field, self.value_token(), self.around)

    def value_token(self) -> Token:
        if self.token.kind not in {"text", "value", "word"} or self.token.means:
            raise self.wrong("a value; texts stand in quotes")
        return self.take()


def _negated(node: Node, *, negative: bool) -> Node:
    return Not(node) if negative else node


def _not_taken(field: Field, token: Token) -> Wrong:
    return wrong_at(token.at, f"expected {_TAKEN_BY[field.kind]} behind {field.name}, found {token}")
