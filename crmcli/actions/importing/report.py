"""What an import did, or would do."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum

from crmcli.values.records import Rejection, Where


class Fate(Enum):
    """What became of a row: made anew, met as it is, met and changed, met and different but left alone."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    DIFFERING = "differing"


@dataclass(slots=True)
class Tally:
    """Rows of one sheet: made anew, met in the base, of these changed, and of these different but left alone."""

    created: int = 0
    matched: int = 0
    updated: int = 0
    differing: int = 0

    def count(self, fate: Fate) -> None:
        """Counts a row."""
        self.created += fate is Fate.CREATED
        self.matched += fate is not Fate.CREATED
        self.updated += fate is Fate.UPDATED
        self.differing += fate is Fate.DIFFERING


@dataclass(slots=True)
class Report:
    """Tallies by sheet; contacts made, wherever they were named; names made; rows refused; remarks.

    `apart` counts the contacts stored apart from those that they may be.
    """

    sheets: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    contacts_made: int = 0
    made: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rejections: list[Rejection] = field(default_factory=list)
    later_than_today: int = 0
    apart: int = 0

    def refuse(self, where: Where, value: str, reason: str) -> None:
        """Notes a row that cannot be stored."""
        self.rejections.append(Rejection(where, "", value, reason))
