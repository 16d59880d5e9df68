"""Which backups still hold a contact: for whoever erases one for good."""

from pathlib import Path
from typing import Any

from crmcli.base.backup import Backup, backup_folder, backups_in
from crmcli.base.location import Location
from crmcli.base.postgres_dump import dumped_rows
from crmcli.base.sqlite_copy import reading_copy

_NULL = r"\N"


def backups_that_hold(location: Location, contact_id: int) -> list[Path]:
    """The backups in the base's own folder that hold a contact's name, and those that cannot be looked into."""
    found, unreadable = backups_in(backup_folder(location))
    return sorted([*unreadable, *(one.path for one in found if _may_hold(one, contact_id))])


def _may_hold(backup: Backup, contact_id: int) -> bool:
    look = _in_file if backup.manifest.engine == "sqlite" else _in_dump
    try:
        return look(backup, contact_id)
    except Exception:  # damaged, or without the programs to read it: it may
        return True


def _in_file(backup: Backup, contact_id: int) -> bool:
    with reading_copy(backup.path) as connection:
        row = connection.exec_driver_sql("SELECT * FROM contacts WHERE id = ?", (contact_id,)).mappings().first()
        return row is not None and _names(dict(row))


def _in_dump(backup: Backup, contact_id: int) -> bool:
    rows = dumped_rows(backup.path, backup.manifest.base.rpartition(" ")[2], "contacts")
    row = next((row for row in rows if row["id"] == str(contact_id)), None)
    return row is not None and _names({name: None if value == _NULL else value for name, value in row.items()})


def _names(row: dict[str, Any]) -> bool:
    """Whether a contact's row says who it is: it was not erased before the backup was made."""
    return bool(row["name"]) and row.get("purged_at") is None
