"""The errors a user can meet, each with its exit code.

The message is one line: what is wrong, where, and what to do. Exit codes: 0 done, 1 failed, 2 wrong usage,
3 done in part, 4 not allowed, 5 the base is busy.
"""


class CrmError(Exception):
    """Something failed; nothing was changed."""

    exit_code = 1


class UnknownName(CrmError):
    """A name that the base does not have; the message lists those it has."""


class Wrong(CrmError):
    """The command was not used as it is meant to be."""

    exit_code = 2


class NotAllowed(CrmError):
    """The system or the base refuses this to this user."""

    exit_code = 4


class Busy(CrmError):
    """Others kept the base locked for longer than we wait."""

    exit_code = 5
