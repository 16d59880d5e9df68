"""What of a person is still in a base, in whatever corner."""

from collections.abc import Collection

from sqlalchemy import MetaData, Text, cast, select, text

from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base
from crmcli.base.writing import reading


def held(base: Base, words: Collection[str]) -> set[str]:
    """Those of the words that are anywhere in the base: in the bytes of its files, or in a table or its statistics."""
    if isinstance(base.location, SqliteLocation):
        path = base.location.path
        raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        return {word for word in words if word.encode() in raw or word.casefold().encode() in raw}
    found = []
    with reading(base) as connection:
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.tables.values():
            for row in connection.execute(select(*(cast(column, Text) for column in table.columns))):
                found += [value for value in row if value]
        stats = (
            "SELECT concat(most_common_vals::text, histogram_bounds::text) FROM pg_stats WHERE schemaname = 'crmcli'"
        )
        found += connection.execute(text(stats)).scalars()
    whole = "\n".join(found)
    return {word for word in words if word in whole}
