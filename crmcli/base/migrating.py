"""Creating a base, and bringing an older one up to this program: both by migrating, in one transaction."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, insert, text

import crmcli
from crmcli.base.rollup import rebuild
from crmcli.base.sqlite import REMEDY, prepare_file
from crmcli.base.triggers import create_triggers, drop_triggers
from crmcli.base.unfinished import UNFINISHED, read_mark
from crmcli.errors import CrmError
from crmcli.schema import operations
from crmcli.schema.journal import UPGRADE

HEAD = "0007"
"""The revision this program works with; revisions are numbers that grow."""

SOMETHING_ELSE = "there is something else than a crmcli base: choose another place with --base"

Made = Literal["schema", "base", ""]
"""What migrating has made that was not there: a schema and a base in it, a base alone, or nothing."""

_CREATION_LOCK = 0x43524D63
_OURS = {"alembic_version", "operations", "changes"}
_OURS_ALONE = {"operations", "changes", "contact_rhythm"}


class RevisionLost(CrmError):
    """A base of ours that does not say at which revision it is."""


def migrations_folder() -> Path:
    """Where the migrations are: the checkout's first (an editable install keeps a stale copy), else the wheel's."""
    package = Path(crmcli.__file__).parent
    checkout = package.parent / "migrations"
    return checkout if (package.parent / "pyproject.toml").exists() and checkout.is_dir() else package / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The revision a base is at; None for an empty file or schema.

    CrmError for what is no base, or not a whole one; RevisionLost where a base does not say its revision any more.
    """
    version = version_of(connection)
    if version is None or version.isdecimal():
        return version
    raise CrmError(UNFINISHED)


def version_of(connection: Connection) -> str | None:
    """What stands in the place of the revision: a revision, or the mark of an unfinished copy.

    None for an empty file or schema; CrmError and RevisionLost as of `revision_of`.
    """
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_schema WHERE type = 'table'"
    else:
        here = "relnamespace = current_schema()::regnamespace"
        query = f"SELECT relname FROM pg_class WHERE {here} AND relkind IN ('r', 'p', 'v', 'm', 'f')"  # noqa: S608
    tables = set(connection.execute(text(query)).scalars())
    if not tables:
        return None
    query = "SELECT version_num FROM alembic_version"
    version = connection.execute(text(query)).scalar() if tables >= _OURS else None
    if version is not None and (version.isdecimal() or read_mark(version)):
        return str(version)
    if tables >= _OURS_ALONE:
        raise RevisionLost(f"the base does not say any more at which revision it is{REMEDY}")
    raise CrmError(SOMETHING_ELSE)


def is_older(revision: str | None) -> bool:
    """Whether a base at `revision` (None: empty) has to be migrated. CrmError for a newer one than this program's."""
    if revision is not None and int(revision) > int(HEAD):
        raise CrmError(
            f"this base was made by a newer crmcli (revision {revision}; this program knows {HEAD}): "
            "nothing was changed. Upgrade crmcli: pip install --upgrade crmcli"
        )
    return revision != HEAD


def migrate(
    engine: Engine, schema: str | None = None, *, make: Callable[[Connection, Made], None] | None = None
) -> Made:
    """Creates the base, or upgrades an older one, unless another process has just done it. All of it or nothing.

    `make`: what makes something else of a new base, before others see it.
    """
    made_schema = False
    with engine.connect().execution_options(crm_write=True) as connection:
        if connection.dialect.name == "sqlite":
            prepare_file(connection)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})"))
                made_schema = _created_schema(connection, schema)
            if is_older(revision := revision_of(connection)):
                _upgrade(connection)
                if revision is None:
                    made: Made = "schema" if made_schema else "base"
                    if make:
                        make(connection, made)
                    return made
                rebuild(connection)
                _note_upgrade(connection, revision)
    return ""


def _created_schema(connection: Connection, schema: str | None) -> bool:
    """Makes the schema unless it is there: whoever may not make one can be given one. Whether it was made."""
    known = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
    if connection.execute(known, {"schema": schema}).first():
        return False
    connection.execute(text(f'CREATE SCHEMA "{schema}"'))
    return True


def _upgrade(connection: Connection) -> None:
    drop_triggers(connection)
    _run_migrations(connection)
    create_triggers(connection)
    if connection.dialect.name == "sqlite" and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
        raise CrmError(f"the migration would break a reference of table {broken[0]}; nothing was changed")


def _note_upgrade(connection: Connection, revision: str) -> None:
    """Leaves an operation in the journal: rows before it may lack columns of now, so `undo` does not go behind it."""
    now, summary = datetime.now(UTC).replace(tzinfo=None), f"upgraded the base from {revision} to {HEAD}"
    connection.execute(insert(operations).values(at=now, actor="crmcli", command=UPGRADE, summary=summary))


def _run_migrations(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
