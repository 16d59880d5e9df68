"""Backups of a base: made, known again, checked, and removed when they are of no more use.

Each is one file: a copy that was compared with the base, and its manifest. Made by hand or before something that
cannot be taken back; of the latter the last three are kept.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import urlsplit

import crmcli
from crmcli.base.digest import Content
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.manifest import Manifest, blocks_of, read_manifest, seal, sha256_of
from crmcli.base.migrating import revision_of
from crmcli.base.opening import Base
from crmcli.base.parts import link_new, part_file, settle, sweep, told_of
from crmcli.errors import CrmError, NotAllowed

ENDING = ".backup"
AUTOMATIC_KEPT = 3

Reason = Literal["upgrade", "restore", "purge"]
"""Before what an automatic backup is made."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup and what it says of itself."""

    path: Path
    manifest: Manifest


def backup_folder(location: Location) -> Path:
    """Where the backups of a base go unless another folder is named: beside the base, or in the user's data folder."""
    if isinstance(location, SqliteLocation):
        return location.path.with_name(f"{location.path.stem}-backups")
    import platformdirs

    return platformdirs.user_data_path("crmcli") / "backups" / _stem(location)


def create_backup(base: Base, folder: Path, now: datetime, why: Reason | None = None) -> Backup:
    """Makes a backup in `folder`; it stands there whole, or not at all. `now` is UTC.

    The default folder is made where it is missing. CrmError where the base is damaged or the disk is full.
    """
    _ready(folder, base.location)
    stem = f"{_stem(base.location)}-{now:%Y%m%dT%H%M%SZ}{f'-before-{why}' if why else ''}"
    with part_file(folder / stem) as (part, file):
        content = _copy(base, part, file)
        manifest = _manifest(base, content, file, now, why or "")
        seal(file, manifest)
        settle(file)
        return Backup(link_new(part, folder, stem, ENDING), manifest)


def automatic_backup(base: Base, why: Reason, now: datetime) -> Backup:
    """Makes a backup in the base's own folder before something that cannot be taken back, and removes older such ones.

    Those made by hand stay.
    """
    folder = backup_folder(base.location)
    made = create_backup(base, folder, now, why)
    others = [one for one in backups_in(folder)[0] if one.manifest.why and one.path != made.path]
    mine = [one for one in others if one.manifest.base == made.manifest.base]
    remove(mine[: max(len(mine) - AUTOMATIC_KEPT + 1, 0)])
    return made


def back_up_before(why: Reason, base: Base, now: datetime) -> None:
    """An automatic backup, but on a server without PostgreSQL's programs: standard error is told that there is none."""
    from crmcli.base.postgres_dump import ProgramMissing

    try:
        automatic_backup(base, why, now)
    except ProgramMissing as missing:
        sys.stderr.write(f"crmcli: no backup is made before the {why}: {missing}\n")


def backups_in(folder: Path) -> tuple[list[Backup], dict[Path, CrmError]]:
    """The backups in a folder, the oldest first; and what bears the name of one, with what is wrong with it.

    What the manifests say is not checked: see `verify`. A folder that is missing has none.
    """
    found, wrong = [], {}
    for path in _named_so(folder):
        try:
            found.append(Backup(path, read_manifest(path)))
        except CrmError as error:
            wrong[path] = error
    return sorted(found, key=lambda one: (one.manifest.made_at, one.path.name)), wrong


def verify(path: Path) -> Backup:
    """The backup at `path`, every byte of which is what was written. CrmError where it is not."""
    backup = Backup(path, read_manifest(path))
    with told_of(path):
        for _ in blocks_of(path, backup.manifest):
            pass
    return backup


def remove(backups: Iterable[Backup]) -> None:
    """Removes backups. CrmError where the system refuses."""
    for backup in backups:
        with told_of(backup.path.parent):
            backup.path.unlink(missing_ok=True)


def _ready(folder: Path, location: Location) -> None:
    """Sees that the folder is there, and that no killed run has left anything in it."""
    with told_of(folder):
        if folder == backup_folder(location):
            folder.mkdir(mode=0o700, parents=isinstance(location, PostgresLocation), exist_ok=True)
        elif not folder.is_dir():
            raise CrmError(f"the folder {folder} does not exist: make it, or leave it out and a folder is made")
    sweep(folder)


def _copy(base: Base, part: Path, file: BinaryIO) -> Content:
    if isinstance(base.location, SqliteLocation):
        from crmcli.base.sqlite_copy import copy_base

        return copy_base(base.engine, part, file)
    from crmcli.base.postgres_dump import dump_base

    return dump_base(base.engine, base.location, file)


def _manifest(base: Base, content: Content, file: BinaryIO, now: datetime, why: str) -> Manifest:
    size, digest = sha256_of(file)
    with base.engine.connect() as connection:
        revision = revision_of(connection)
    return Manifest(
        made_at=now.replace(tzinfo=None, microsecond=0),
        why=why,
        base=str(base.location),
        engine=base.engine.dialect.name,
        revision=revision or "",
        version=crmcli.__version__,
        counts=content.counts,
        digest=content.digest,
        size=size,
        sha256=digest,
    )


def _named_so(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(f"*{ENDING}") if path.is_file())
    except PermissionError:
        raise NotAllowed(f"{folder} cannot be read: it is closed to you") from None


def _stem(location: Location) -> str:
    """What the names of a base's backups begin with."""
    if isinstance(location, SqliteLocation):
        return location.path.stem
    parts = urlsplit(location.url)
    return re.sub(r"[^\w.-]+", "_", "-".join([parts.hostname or "local", parts.path.strip("/"), location.schema]))
