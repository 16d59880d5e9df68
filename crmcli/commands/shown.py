"""How what a command returns comes to be seen, and its exit code."""

from crmcli.commands.session import current
from crmcli.output.result import Card, Done, Listing, Report, Result
from crmcli.output.show import show
from crmcli.output.values import Look


def shown(result: Result | int | None) -> int:
    """Shows what a command returned, unless that is its exit code; the exit code."""
    if result is None or isinstance(result, int):
        return result or 0
    session = current()
    look = session.look if _has_amounts(result) else Look(meta="meta" in session.flags)  # no base is asked in vain
    show(result, session.format, look, session.output)
    if isinstance(result, Listing) and not result.rows and "fail_if_empty" in session.flags:
        return 1
    return result.exit_code if isinstance(result, (Card, Done, Report)) else 0


def _has_amounts(result: Result) -> bool:
    """Whether the answer may hold amounts, whose currency the base knows."""
    if isinstance(result, Listing):
        return any(column.kind == "money" for column in result.columns)
    return not isinstance(result, Done)
