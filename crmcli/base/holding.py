"""Which copies of a base hold a contact, and who was erased from it: for whoever erases one for good, or restores."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, text

from crmcli.base.backup import Backup, backup_folder, backups_in
from crmcli.base.former import former_files, former_schemas
from crmcli.base.location import Location, SqliteLocation
from crmcli.base.postgres import postgres_engine
from crmcli.base.postgres_dump import dumped_rows
from crmcli.base.sqlite import sqlite_engine
from crmcli.base.sqlite_copy import reading_copy
from crmcli.schema import changes, contacts
from crmcli.schema.journal import ERASED

_NULL = r"\N"


def copies_that_hold(location: Location, ids: Collection[int]) -> list[str]:
    """What holds a name of one of the contacts, or cannot be looked into, told by its path or schema.

    Looked at are the backups in the base's own folder, and the former bases that restores have kept.
    """
    backups, unreadable = backups_in(backup_folder(location))
    holding = [one.path for one in backups if held_in(one, ids)]
    if isinstance(location, SqliteLocation):
        former = [path for path in former_files(location.path) if _file_holds(path, ids)]
        return sorted(map(str, [*unreadable, *holding, *former]))
    with postgres_engine(location).connect() as connection, connection.begin():
        schemas = [name for name in former_schemas(connection, location.schema) if _held(connection, ids, f'"{name}".')]
    return [*sorted(map(str, [*unreadable, *holding])), *(f"schema {name}" for name in schemas)]


def held_in(backup: Backup, ids: Collection[int]) -> set[int]:
    """Those of the contacts whose names a backup holds, in the journal too; all where it cannot be looked into."""
    if not ids:
        return set()
    try:
        if backup.manifest.engine == "sqlite":
            with reading_copy(backup.path) as connection:
                return _held(connection, ids)
        return _held_in_dump(backup, ids)
    except Exception:  # damaged, or without the programs to read it: it may
        return set(ids)


def erased_in(location: Location) -> set[int]:
    """The contacts that were erased from a base, with those merged into them; none where it cannot be read."""
    try:
        engine = sqlite_engine(location.path) if isinstance(location, SqliteLocation) else postgres_engine(location)
        with engine.connect() as connection, connection.begin():
            return _erased(connection)
    except Exception:  # missing, damaged, older than erasing: whatever the driver raises
        return set()


def _erased(connection: Connection) -> set[int]:
    """Of whom the journal has images, all of them erased; others kept what they are."""
    c = changes.c
    images = select(c.row_id).where(c.table_name == contacts.name, c.before.is_not(None))
    erased, kept = (
        set(connection.execute(images.where(condition).distinct()).scalars())
        for condition in (c.before.startswith(ERASED), ~c.before.startswith(ERASED))
    )
    present = set(connection.execute(select(contacts.c.id).where(contacts.c.purged_at.is_(None))).scalars())
    return erased - kept - present


def _file_holds(path: Path, ids: Collection[int]) -> bool:
    try:
        with reading_copy(path) as connection:
            return bool(_held(connection, ids))
    except Exception:  # damaged: it may
        return True


def _held(connection: Connection, ids: Collection[int], schema: str = "") -> set[int]:
    listed = ", ".join(map(str, ids))
    rows = connection.execute(text(f"SELECT * FROM {schema}contacts WHERE id IN ({listed})")).mappings()  # noqa: S608
    images = connection.execute(
        text(f"SELECT row_id, before FROM {schema}changes WHERE table_name = 'contacts' AND row_id IN ({listed})")  # noqa: S608
    ).mappings()
    return _named(map(dict, rows), map(dict, images))


def _held_in_dump(backup: Backup, ids: Collection[int]) -> set[int]:
    def of(table: str, key: str) -> Iterable[dict[str, Any]]:
        for row in dumped_rows(backup.path, backup.manifest.base.rpartition(" ")[2], table):
            if int(row[key]) in ids and row.get("table_name", contacts.name) == contacts.name:
                yield {name: None if value == _NULL else value for name, value in row.items()} | {key: int(row[key])}

    return _named(of("contacts", "id"), of("changes", "row_id"))


def _named(rows: Iterable[Mapping[str, Any]], images: Iterable[Mapping[str, Any]]) -> set[int]:
    """Whom rows and the journal's images of rows still name: those were not erased."""
    return {row["id"] for row in rows if row["name"] and row.get("purged_at") is None} | {
        image["row_id"] for image in images if image["before"] and not image["before"].startswith(ERASED)
    }
