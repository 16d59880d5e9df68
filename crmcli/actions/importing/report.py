"""What an import did, or would do."""

from collections import defaultdict
from dataclasses import dataclass, field

from crmcli.values.records import Rejection, Where


@dataclass(slots=True)
class Tally:
    """Rows of one sheet: stored anew, in the base already, of these completed."""

    new: int = 0
    known: int = 0
    filled: int = 0


@dataclass(slots=True)
class Report:
    """Tallies by sheet; contacts made, wherever they were named; names made; rows refused; remarks."""

    sheets: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    contacts_made: int = 0
    made: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rejections: list[Rejection] = field(default_factory=list)
    later_than_today: int = 0

    def refuse(self, where: Where, value: str, reason: str) -> None:
        """Notes a row that cannot be stored."""
        self.rejections.append(Rejection(where, "", value, reason))
