"""Bases of older revisions, with a little in them."""

import json
from datetime import date, datetime
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, select, text

from crmcli.base.location import SqliteLocation
from crmcli.base.migrating import migrations_folder
from crmcli.base.opening import Base
from crmcli.base.sqlite import prepare_file
from crmcli.base.writing import reading

_THEN = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001 - the base keeps UTC without a mark
_ANNA = {"id": 7, "kind": "person", "name": "Anna", "search_key": "anna", "extra": {"size": "XL"}, "created_at": _THEN}
ROWS: dict[str, list[dict[str, Any]]] = {
    "employees": [{"id": 1, "name": "Olga", "search_key": "olga"}],
    "contacts": [{**_ANNA, "owner_id": 1, "birthday": date(1990, 2, 3), "archived_at": _THEN}],
    "contact_points": [{"id": 3, "contact_id": 7, "kind": "phone", "value": "+79160000001", "raw": "1", "position": 1}],
    "purchases": [{"id": 9, "contact_id": 7, "purchased_on": date(2026, 1, 2), "kind": "sale", "amount": 100}],
    "operations": [{"at": _THEN, "actor": "Olga", "command": "contact edit", "summary": "changed contact 7"}],
    "changes": [
        {"operation_id": 1, "table_name": "contacts", "row_id": 7, "action": "update",
         "before": json.dumps({"id": 7, "kind": "person", "name": "Ann", "search_key": "ann"})}
    ],
}  # fmt: skip


def revisions() -> list[str]:
    """All there are, the first one first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def clear(base: Base) -> None:
    """Takes the base away; its place is there."""
    if isinstance(base.location, SqliteLocation):
        for path in base.location.path.parent.glob(f"{base.location.path.name}*"):
            path.unlink()
        return
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text("DROP SCHEMA IF EXISTS crmcli CASCADE"))


def make_older(base: Base, revision: str, *, filled: bool = True) -> None:
    """Puts a base of that revision in the place of one."""
    clear(base)
    if isinstance(base.location, SqliteLocation):
        base.location.path.touch(0o600)
    with base.engine.connect().execution_options(crm_write=True) as connection:
        if isinstance(base.location, SqliteLocation):
            prepare_file(connection)
        with connection.begin():
            if not isinstance(base.location, SqliteLocation):
                connection.execute(text("CREATE SCHEMA crmcli"))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            tables = MetaData()
            tables.reflect(connection)
            for name, rows in ROWS.items() if filled else ():
                for row in rows:
                    connection.execute(insert(tables.tables[name]).values(row))


def content(base: Base) -> dict[str, list[dict[str, Any]]]:
    """The columns of ROWS of the tables of ROWS."""
    tables = MetaData()
    with reading(base) as connection:
        tables.reflect(connection)
        return {
            name: [
                {key: row[key] for key in rows[0]}
                for row in connection.execute(select(tables.tables[name]).order_by(text("id"))).mappings()
            ]
            for name, rows in ROWS.items()
        }


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return config
