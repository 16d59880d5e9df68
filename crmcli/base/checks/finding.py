"""What a check finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

MEND = "crmcli doctor --fix"
RESTORE = "crmcli backup restore"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and the command that mends it; "" where there is none, or nothing to mend."""

    state: Literal["ok", "warn", "fail"]
    found: str
    fix: str = ""


def ok(found: str) -> Finding:
    """All is as it should be."""
    return Finding("ok", found)


def warn(found: str, fix: str = "") -> Finding:
    """The base works, but something is to be looked at."""
    return Finding("warn", found, fix)


def fail(found: str, fix: str = "") -> Finding:
    """The base is not sound, or soon will not be."""
    return Finding("fail", found, fix)


def more(wrong: Sequence[object]) -> str:
    """How many there are behind the first, to be said after it."""
    return f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
