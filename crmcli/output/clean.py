"""What comes out is safe to show: text from a sheet is hostile until shown otherwise."""

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, C1 among them: escape sequences begin with these
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional marks and overrides
    "\u2028\u2029\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # invisible separators, annotations and tags
    "\ud800-\udfff]"  # lone surrogates
)
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def clean(text: str) -> str:
    """The text as a terminal may show it: what could move the cursor or hide is shown as a visible mark."""
    return _UNSAFE.sub(_mark, text)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text.replace("\t", " ")).split("\n"))


def cell(text: str) -> str:
    """The text as a spreadsheet may open it: none runs as a formula. The importer takes the apostrophe off again."""
    kept = text.replace("\x00", "")
    return f"'{kept}" if _FORMULA.match(kept) else kept


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return f"<{code:02X}>" if code < 0x100 else f"<U+{code:04X}>"
