"""The errors a user can meet, each with its exit code.

The message is one line: what is wrong, where, and what to do. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 done in part, 4 not allowed, 5 the base is busy.
"""


class CrmError(Exception):
    """Something failed; nothing was changed."""

    exit_code = 1


class UnknownName(CrmError):
    """A name that the base does not have; the message lists those it has."""


class Locked(CrmError):
    """A file that a password locks, and the right one was not given."""


class Wrong(CrmError):
    """The command was not used as it is meant to be."""

    exit_code = 2


class AmbiguousDates(CrmError):
    """A column's dates can be read in two ways: `example` is one of them, in that `column` of that `sheet`."""

    def __init__(self, sheet: str, column: str, example: str) -> None:
        super().__init__(sheet, column, example)
        self.sheet, self.column, self.example = sheet, column, example

    def __str__(self) -> str:
        return (
            f"sheet {self.sheet}, column {self.column}: {self.example!r} may be day/month or month/day:"
            " say which with --dates day-first or --dates month-first"
        )


class NotAllowed(CrmError):
    """The system or the base refuses this to this user."""

    exit_code = 4


class Busy(CrmError):
    """Others kept the base locked for longer than we wait."""

    exit_code = 5
