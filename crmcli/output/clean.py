"""What comes out is safe to show: text from a sheet is hostile until shown otherwise."""

import json
import re

_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff"
"""Control characters, C1 among them: escape sequences begin with these. And what is no character at all."""
_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""What is not seen and turns, splits or hides what is. The joiners of scripts and emoji (200c, 200d) are not here."""
_UNSAFE = re.compile(f"[{_CONTROL}{_HIDDEN}]")
_UNFIT = re.compile(f"[{_CONTROL}]")
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_BLANKS = " \n\u00a0\u2007\u202f\ufeff"
"""What the importer takes off both ends of a cell."""


def clean(text: str) -> str:
    """The text as a terminal may show it: what could move the cursor or hide is shown as a visible mark."""
    return _UNSAFE.sub(_mark, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """The same on one line."""
    return clean(text).replace("\t", " ").replace("\n", " ")


def cell_text(text: str) -> str:
    """The text as a cell can hold it: without control characters, lines ended by a line feed."""
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cell(text: str) -> str:
    """The same behind an apostrophe where it would run as a formula; the importer takes that off again."""
    if text[:1].isalnum() and text.isprintable():
        return text  # as most are: told in a tenth of the time
    kept = cell_text(text)
    bare = kept.lstrip(_BLANKS)
    return f"'{bare}" if is_formula(bare) else kept


def is_formula(text: str) -> bool:
    """Whether a spreadsheet program may run the text, once the apostrophes before it are gone."""
    return _FORMULA.match(text) is not None


def escaped(written: str) -> str:
    """JSON with the same data in which nothing is left that a terminal would obey or hide."""
    return _UNSAFE.sub(lambda match: json.dumps(match.group())[1:-1], written)


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"<{code:02X}>" if code < 0x100 else f"<U+{code:04X}>"
