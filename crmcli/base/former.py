"""The bases that restores have kept beside the present one."""

import glob
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, text

from crmcli.base.location import Location, SqliteLocation

_SAYS = "before-restore"


def former_stem(path: Path) -> str:
    """What the names begin with under which restores keep the base at `path`; the time follows."""
    return f"{path.stem}-{_SAYS}-"


def former_files(path: Path) -> list[Path]:
    """The former bases beside the one at `path`, the oldest first."""
    return sorted(path.parent.glob(f"{glob.escape(former_stem(path))}*{glob.escape(path.suffix)}"))


def former_bases(location: Location) -> list[tuple[str, int | None]]:
    """The former bases beside one, the oldest first: paths with bytes, or schemas. None where it cannot be reached."""
    if isinstance(location, SqliteLocation):
        return [(str(path), path.stat().st_size) for path in former_files(location.path)]
    from sqlalchemy.exc import SQLAlchemyError

    from crmcli.base.postgres import postgres_engine

    with suppress(SQLAlchemyError), postgres_engine(location).connect() as connection, connection.begin():
        return [(f"schema {name}", None) for name in former_schemas(connection, location.schema)]
    return []


def former_schema(schema: str, moment: str) -> str:
    """The name under which a restore keeps a schema."""
    return f"{_schema_stem(schema)}{moment}"


def former_schemas(connection: Connection, schema: str) -> list[str]:
    """The schemas that restores have kept, the oldest first."""
    named = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :stem) ORDER BY nspname")
    return list(connection.execute(named, {"stem": _schema_stem(schema)}).scalars())


def _schema_stem(schema: str) -> str:
    return f"{schema[:32]}_{_SAYS.replace('-', '_')}_"
