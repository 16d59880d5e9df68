"""Backups: made, listed, checked, brought back, and removed when they are of no more use."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from crmcli.commands import params
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, ListWord, command, words
from crmcli.errors import CrmError
from crmcli.output.progress import working
from crmcli.output.result import Column, Done, Listing

if TYPE_CHECKING:
    from crmcli.base.backup import Backup

app = words(
    "Backups of the base: create, verify, list, restore, prune.", ["crmcli backup create", "crmcli backup list"]
)

_COLUMNS = (
    Column("file", "File"),
    Column("made_at", "Made at (UTC)"),
    Column("why", "Before"),
    Column("contacts", "Contacts", "int"),
    Column("purchases", "Purchases", "int"),
    Column("bytes", "Bytes", "int"),
    Column("fault", "Fault"),
    Column("path", shown=False),
    Column("base", shown=False),
    Column("engine", shown=False),
    Column("revision", shown=False),
    Column("digest", shown=False),
)
_KEEP = "7d,4w,12m"
_FEW = 10

Folder = Annotated[Path | None, params.path_argument("[DIR]", help="The folder; the base's own without it")]
File = Annotated[Path, params.path_argument("FILE", help="The backup")]


@command(app, "create", ["crmcli backup create", "crmcli backup create ."])
def create(folder: Folder = None) -> Done:
    """Back the base up: a copy that is compared with it, and its counts, in one file.

    Without DIR it goes to a folder beside the base (shop.db: shop-backups), that of a base on a server to your data
    folder.
    """
    from crmcli.base.backup import create_backup

    with working("Backing up ..."):
        made = create_backup(current().existing_base, _folder(folder), _now())
    return _done(f"Backed up {_told(made)}, to {made.path}.", made)


@command(app, "verify", ["crmcli backup verify monday.backup", "crmcli backup verify monday.backup --format json"])
def verify(file: File) -> Done:
    """Check that a backup is what was written, to the last byte, and that this program can restore it."""
    from crmcli.base.restoring import checked

    with working("Reading ..."):
        found = checked(file.absolute())
    return _done(f"{file} is whole: {_told(found)}, at {found.manifest.made_at:%Y-%m-%d %H:%M} UTC.", found)


@command(app, "list", ["crmcli backup list", "crmcli backup list . --format json"], ListWord)
def list_backups(folder: Folder = None) -> Listing:
    """List the backups in a folder, the newest first. What they hold is not read: see verify.

    Without DIR it lists, too, the former bases that restore has kept beside the base. They are no backups: --base FILE
    opens one, and rm removes it.
    """
    from crmcli.base.backup import backups_in

    where = _present(folder)
    found, unreadable = backups_in(where)
    rows = [_row(one) for one in reversed(found)]
    rows += [{"file": path.name, "path": str(path), "fault": str(error)} for path, error in unreadable.items()]
    rows += [] if folder else _former_rows()
    return Listing(_COLUMNS, rows[: current().limit], len(rows), empty=f"There is no backup in {where}.")


@command(
    app,
    "restore",
    ["crmcli backup restore monday.backup --yes", "crmcli backup restore monday.backup --base other.db --yes"],
    AskingWord,
)
def restore(file: File) -> Done:
    """Put a backup in the place of the base, which is backed up first, and kept beside.

    It works where the base is missing or damaged, too.
    """
    from crmcli.base import restoring
    from crmcli.base.holding import erased_in, held_in

    session = current()
    with working("Reading ..."):
        found = restoring.checked(file.absolute())
    what = f"{_told(found)}, as at {found.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    returning = sorted(held_in(found, erased_in(session.location)))
    kept = f"Put {what}, in the place of {session.location}, which is kept beside?"
    if not session.confirm(f"{_brought_back(returning, 'brings back')}{kept}"):
        raise CrmError("nothing was restored")
    with working("Restoring ..."):
        done = restoring.restore(session.location, found.path, _now())
    former = f" The former base is {done.former} now." if done.former else ""
    back = f" To go back: crmcli backup restore {shlex.quote(str(done.saved.path))}" if done.saved else ""
    saved = str(done.saved.path) if done.saved else None
    again = f" {_brought_back(returning, 'has brought back').rstrip()}" if returning else ""
    line = f"Restored {what}, to {session.location}.{former}{again}{back}"
    return _done(line, found, former=done.former, saved=saved, erased_before=returning)


@command(app, "prune", ["crmcli backup prune --yes", f"crmcli backup prune . --keep {_KEEP} --yes"], AskingWord)
def prune(
    folder: Folder = None,
    keep: Annotated[str, params.text("--keep", metavar="LIST", help="How many days, weeks and months")] = _KEEP,
) -> Done:
    """Remove old backups: the newest of each of the last 7 days, 4 weeks and 12 months that have one stays.

    The newest of all stays always. Automatic ones are no part of it, nor are the former bases that restore has kept;
    one that is damaged counts for nothing, and is left alone.
    """
    from crmcli.base import pruning
    from crmcli.base.backup import remove

    wanted = pruning.read_keep(keep)
    with working("Reading ..."):
        plan = pruning.plan(_present(folder), wanted)
    names = [one.path.name for one in plan.outdated]
    if names and not current().confirm(f"Remove {_backups(names)}: {', '.join(names)}?"):
        raise CrmError("nothing was removed")
    remove(plan.outdated)
    line = f"Removed {_backups(names)}, kept {_backups(plan.kept)}." if names else "There is no backup to remove."
    damaged = [path.name for path in plan.damaged]
    columns = (Column("removed", kind="texts"), Column("kept", kind="texts"), Column("damaged", kind="texts"))
    row = {"removed": names, "kept": [one.path.name for one in plan.kept], "damaged": damaged}
    return Done(f"{line} Damaged: {', '.join(damaged)}." if damaged else line, columns, row)


def _folder(named: Path | None) -> Path:
    from crmcli.base.backup import backup_folder

    return named.absolute() if named else backup_folder(current().location)


def _present(named: Path | None) -> Path:
    """The same; CrmError where one is named that is not there: a mistyped one would pass for empty."""
    if named and not named.is_dir():
        raise CrmError(f"the folder {named} does not exist: see what is typed, or leave it out for the base's own")
    return _folder(named)


def _former_rows() -> list[dict[str, Any]]:
    """The former bases beside the base, the newest first."""
    from crmcli.base.former import former_bases

    found = reversed(former_bases(current().location))
    return [{"file": name, "path": name, "why": "former base", "bytes": size} for name, size in found]


def _brought_back(ids: Sequence[int], does: str) -> str:
    """That a backup holds who was erased since, and what erases them again."""
    if not ids:
        return ""
    named = f"contact{'' if len(ids) == 1 else 's'} {', '.join(map(str, ids))}"
    commands = "; ".join(f"crmcli contact purge {one}" for one in ids[:_FEW])
    more = " ..." if len(ids) > _FEW else ""
    return f"It {does} {named}, erased for good since then: {commands}{more} erases again. "


def _now() -> datetime:
    return datetime.now(UTC)


def _told(backup: "Backup") -> str:
    """What a backup holds: 150 contacts, 1 200 purchases."""
    counts = backup.manifest.counts
    return f"{_counted(counts['contacts'], 'contact')} and {_counted(counts['purchases'], 'purchase')}"


def _backups(found: Sequence[object]) -> str:
    return _counted(len(found), "backup")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _row(backup: "Backup") -> dict[str, Any]:
    manifest = backup.manifest
    return {
        "file": backup.path.name,
        "path": str(backup.path),
        "made_at": manifest.made_at,
        "why": manifest.why,
        "contacts": manifest.counts["contacts"],
        "purchases": manifest.counts["purchases"],
        "bytes": manifest.size,
        "fault": None,
        "base": manifest.base,
        "engine": manifest.engine,
        "revision": manifest.revision,
        "digest": manifest.digest,
    }


def _done(line: str, backup: "Backup", **more: str | list[int] | None) -> Done:
    columns = [column for column in _COLUMNS if column.key != "fault"]
    return Done(line, [*columns, *(Column(key) for key in more)], _row(backup) | more)
