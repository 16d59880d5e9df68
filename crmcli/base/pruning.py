"""Which backups are worth their room: the newest of each of the last days, weeks and months that have one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crmcli.base.backup import Backup, backups_in, verify
from crmcli.errors import CrmError, Wrong

Keep = dict[str, int]
"""How many days (d), weeks (w) and months (m) are to have a backup."""

_PERIODS: dict[str, Callable[[datetime], tuple[int, ...]]] = {
    "d": lambda moment: (moment.toordinal(),),
    "w": lambda moment: moment.isocalendar()[:2],
    "m": lambda moment: (moment.year, moment.month),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which backups of a folder may go and which stay; those that are damaged count for nothing and are left alone."""

    outdated: Sequence[Backup]
    kept: Sequence[Backup]
    damaged: Sequence[Path]


def read_keep(text: str) -> Keep:
    """What 7d,4w,12m means. Raises Wrong."""
    keep: Keep = {}
    for part in text.split(","):
        match = re.fullmatch(r" *(\d{1,4})([dwm]) *", part, re.ASCII)
        if not match or match[2] in keep:
            raise Wrong(f"--keep {text!r} cannot be read: name days, weeks and months, such as 7d,4w,12m")
        keep[match[2]] = int(match[1])
    return keep


def plan(folder: Path, keep: Keep) -> Plan:
    """What is to be done in a folder, for each base that has backups there. All of them are read to their ends."""
    found, unreadable = backups_in(folder)
    by_hand = [one for one in found if not one.manifest.why]
    broken = [one for one in by_hand if not _is_whole(one)]
    sound = [one for one in by_hand if one not in broken]
    stays = [
        one
        for base in {one.manifest.base for one in sound}
        for one in worth_keeping([one for one in sound if one.manifest.base == base], keep)
    ]
    outdated = [one for one in sound if one not in stays]
    return Plan(outdated, stays, sorted([*unreadable, *(one.path for one in broken)]))


def worth_keeping(backups: Sequence[Backup], keep: Keep) -> list[Backup]:
    """The newest, and the newest of each period that is to have one: days of UTC, weeks that begin on Monday."""
    oldest_first = sorted(backups, key=lambda one: (one.manifest.made_at, one.path.name))
    stays = oldest_first[-1:]
    for letter, count in keep.items():
        newest = {_PERIODS[letter](one.manifest.made_at): one for one in oldest_first}
        stays += list(newest.values())[max(len(newest) - count, 0) :]
    return [one for one in oldest_first if one in stays]


def _is_whole(backup: Backup) -> bool:
    try:
        verify(backup.path)
    except CrmError:
        return False
    return True
