"""Which periods are shown, and which each of them is compared with."""

from dataclasses import dataclass

from crmcli.values.periods import MONTHS, Period, months_earlier, name_of_part, one_before, parts_of

PREVIOUS, YEAR_AGO = "previous", "year-ago"


@dataclass(frozen=True, slots=True)
class Compared:
    """A period under its name, and the one that it is compared with."""

    name: str
    period: Period
    before: Period


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period `by` month, quarter or year, by groups of any other name, or as a whole, and what it is compared with:
    PREVIOUS, YEAR_AGO, or another period, which only a whole can be compared with.
    """

    whole: Period
    by: str | None = None
    against: str | Period = PREVIOUS

    @property
    def grouped(self) -> bool:
        """Whether there is a row a group."""
        return self.by is not None and self.by not in MONTHS

    @property
    def shown(self) -> list[Compared]:
        """The periods that are shown, in their order."""
        if self.by not in MONTHS:
            return [self.as_a_whole]
        months = 12 if self.against == YEAR_AGO else MONTHS[self.by]
        parts = parts_of(self.whole, self.by)
        return [Compared(name_of_part(part.since, self.by), part, months_earlier(part, months)) for part in parts]

    @property
    def as_a_whole(self) -> Compared:
        """All of it as one period."""
        if isinstance(self.against, Period):
            before = self.against
        else:
            before = months_earlier(self.whole, 12) if self.against == YEAR_AGO else one_before(self.whole)
        return Compared(str(self.whole), self.whole, before)
