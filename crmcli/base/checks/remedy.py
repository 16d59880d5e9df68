"""What brings a base back that nothing mends: the newest of its backups that is sound itself."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from shlex import quote

from sqlalchemy import Connection

from crmcli.base.backup import Backup, backup_folder, backups_in
from crmcli.base.checks.finding import RESTORE, Finding
from crmcli.base.location import Location
from crmcli.base.migrating import HEAD
from crmcli.base.restoring import checked
from crmcli.base.sqlite_copy import reading_copy
from crmcli.errors import CrmError

Checks = Iterable[Callable[[Connection], Finding]]


def told_how_to_restore(finding: Finding, location: Location, checks: Checks) -> Finding:
    """The finding with the command that restores the newest sound backup, or told that there is none."""
    folder = backup_folder(location)
    if backup := newest_sound_backup(folder, str(location), checks):
        return replace(finding, fix=f"{RESTORE} {quote(str(backup))}")
    return replace(finding, found=f"{finding.found}; there is no sound backup of it in {folder}", fix="")


def newest_sound_backup(folder: Path, base: str, checks: Checks = ()) -> Path | None:
    """The newest backup of that base that is whole and in which none of `checks` fails; a dump is not looked into."""
    try:
        found = [one for one in backups_in(folder)[0] if one.manifest.base == base]
    except CrmError:  # the folder is closed to us
        return None
    return next((one.path for one in reversed(found) if _is_sound(one, checks)), None)


def _is_sound(backup: Backup, checks: Checks) -> bool:
    try:
        checked(backup.path)
        if backup.manifest.engine != "sqlite" or backup.manifest.revision != HEAD:
            return True
        with reading_copy(backup.path) as connection:
            return all(check(connection).state != "fail" for check in checks)
    except CrmError:
        return False
