"""Whether the base is sound, and what mends it."""

from shlex import quote
from typing import Annotated

import typer
from sqlalchemy import Connection

from crmcli import settings as known
from crmcli.base.checks import MEND, Finding, examined
from crmcli.base.checks.finding import fail, more, ok
from crmcli.base.mending import mend
from crmcli.commands.session import current
from crmcli.commands.word import command, words
from crmcli.errors import CrmError, Wrong
from crmcli.output.result import Column, Listing, Row
from crmcli.output.show import show
from crmcli.output.values import Look
from crmcli.questions.settings import stored_settings

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
    found = list(examined(session.location, [settings]))
    if fix and _mended(found):
        found = [(name, _unmended(one)) for name, one in examined(session.location, [settings])]
    rows = _shown(found) if session.format == "table" else [_row(name, one) for name, one in found]
    show(Listing(_COLUMNS, rows, len(rows)), session.format, Look(), session.output)
    return int(any(one.state == "fail" for _, one in found))


def settings(connection: Connection) -> Finding:
    """Whether every setting that the base keeps is one that commands can read."""
    stored = {row.key: row.value for row in connection.execute(stored_settings())}
    wrong = []
    for setting in known.SETTINGS.values():
        try:
            known.checked(setting, stored.get(setting.name, setting.default))
        except Wrong as error:
            wrong.append((setting, str(error)))
    if not wrong:
        return ok("every setting can be read")
    setting, told = wrong[0]
    return fail(f"{told}{more(wrong)}", f"crmcli config set {setting.name} {quote(setting.default)}")


def _row(name: str, one: Finding) -> Row:
    return {"check": name, "state": one.state, "found": one.found, "fix": _command(one.fix)}


def _shown(found: list[Named]) -> list[Row]:
    """For readers: where something is wrong, that alone, and how much is not."""
    wrong = [_row(name, one) for name, one in found if one.state != "ok"]
    if not wrong:
        return [_row(name, one) for name, one in found]
    others = len(found) - len(wrong)
    rest = {"check": "all else", "state": "ok", "found": f"{others} other check{'s' * (others != 1)}", "fix": ""}
    return [*sorted(wrong, key=lambda row: str(row["state"])), rest]


def _command(fix: str) -> str:
    """What to type: another base is chosen as this one was."""
    if not fix.startswith("--base "):
        return fix
    ways = {"flag": f"crmcli doctor {fix}", "environment": f"export CRMCLI_BASE={fix.removeprefix('--base ')}"}
    return ways.get(current().found("base").source, f"crmcli config set base {fix.removeprefix('--base ')}")


def _unmended(one: Finding) -> Finding:
    """What --fix did not mend is not to be mended by it again."""
    return fail(f"{one.found}; --fix could not mend it") if one.fix == MEND else one


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
