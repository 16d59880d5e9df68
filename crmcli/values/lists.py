"""Several texts in one cell, written so that each can be told again: `a; "b; c"; d (work)`.

A text that could be misread stands in quotes, in which a quote is doubled; behind each a label may stand in brackets.
"""

import re
from collections.abc import Iterable
from functools import cache

Labelled = tuple[str, str]
"""A text and its label, "" where it has none."""

_SAFE_LABEL = re.compile(r"(?i:(?!(?:доб|вн|ext|x)\b))[^\W\d_](?:[^\n\";()]*[^\s\";()])?")
_QUOTED = r'"(?:[^"]++|"")*+"'
_PLAIN = r'[^\s"();]++(?:\s++[^\s"();]++)*+'
_TEXT, _LABEL = rf"{_QUOTED}|{_PLAIN}", rf'{_QUOTED}|[^"();]++'
_EACH = re.compile(rf"\s*+({_TEXT})(?:\s*+\(({_LABEL})\))?\s*+(?:;|$)")
_ALL = re.compile(rf"(?:\s*+(?:{_TEXT})(?:\s*+\((?:{_LABEL})\))?\s*+(?:;|$))++")


def write_list(texts: Iterable[Labelled], harmless: str = "", sign: str = "") -> str:
    """One cell's text; characters of `harmless` need no quotes where these texts stand, those without `sign` do."""
    return "; ".join(_written(text, label, harmless if sign in text else None) for text, label in texts)


def read_list(cell: str) -> list[Labelled] | None:
    """The texts with their labels, of a cell where quotes part them; None for every other cell."""
    return read_written(cell) if '"' in cell else None


def read_written(cell: str) -> list[Labelled] | None:
    """The texts with their labels, of a cell that is known to be written so, quotes or not; None where it is not."""
    if not _ALL.fullmatch(cell):
        return None
    return [(_bare(text), _bare(label)) for text, label in _EACH.findall(cell)]


@cache
def _safe(harmless: str) -> re.Pattern[str]:
    """Texts that need no quotes: those of characters that part nothing, without blanks at their ends."""
    odd = "".join(sign for sign in ' \t\n\r\f\v";,|/()*#' if sign not in harmless)
    blank = r"(?!\s)(?!.*(?:\s\Z|:::))"
    return re.compile(rf"{blank}(?:[^\s{re.escape(odd)}]| )+" if " " in harmless else rf"{blank}[^\s{re.escape(odd)}]+")


def _written(text: str, label: str, harmless: str | None) -> str:
    shown = text if harmless is not None and _safe(harmless).fullmatch(text) else _quoted(text)
    if not label:
        return shown
    return f"{shown} ({label if _SAFE_LABEL.fullmatch(label) else _quoted(label)})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _bare(found: str) -> str:
    return found[1:-1].replace('""', '"') if found.startswith('"') else found.strip()
