"""Whether the base is sound, and what mends it."""

from typing import Annotated

import typer

from crmcli.base.checks import MEND, Finding, examined
from crmcli.base.mending import mend
from crmcli.commands.session import current
from crmcli.commands.word import command, words
from crmcli.errors import CrmError
from crmcli.output.result import Column, Listing
from crmcli.output.show import show
from crmcli.output.values import Look

app = words("See whether the base is sound.")

_COLUMNS = (
    Column("check", "Check"),
    Column("state", "State"),
    Column("found", "Found"),
    Column("fix", "What mends it"),
)

Named = tuple[str, Finding]


@command(app, "doctor", ["crmcli doctor", "crmcli doctor --format json", "crmcli doctor --fix"])
def doctor(fix: Annotated[bool, typer.Option("--fix", help="Make rollups, triggers and indexes anew")] = False) -> int:
    """See whether the base is sound: ok, warn or fail, and the command that mends it. Only --fix changes anything.

    Works on a base that other commands refuse. Exits with 1 where something fails.
    """
    session = current()
    found = list(examined(session.location))
    if fix and _mended(found):
        found = list(examined(session.location))
    rows = [{"check": name, "state": one.state, "found": one.found, "fix": one.fix} for name, one in found]
    show(Listing(_COLUMNS, rows, len(rows)), session.format, Look(), session.output)
    return int(any(one.state == "fail" for _, one in found))


def _mended(found: list[Named]) -> bool:
    """Whether there was something to mend, and it was mended. CrmError where that would make it worse."""
    if not any(one.fix == MEND for _, one in found):
        return False
    lost = [name for name, one in found if one.state == "fail" and one.fix != MEND]
    if {"integrity", "tables"} & set(lost):
        raise CrmError(f"{', '.join(lost)}: not sound, so nothing was mended; see crmcli doctor")
    if base := current().base:
        mend(base)
    return True
