"""What columns have in common on both engines."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Integer, MetaData, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG = BigInteger().with_variant(Integer, "sqlite")
"""64 bits on both engines; on SQLite only an INTEGER key can count by itself."""


SORTED = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that lists are ordered by: by code point on both engines, whatever the server's locale."""


def key() -> Column[int]:
    """An id that is given once and never used again."""
    return Column("id", BIG, Identity(), primary_key=True)


def reference(name: str, target: str, *, nullable: bool = True, index: bool = True) -> Column[Any]:
    """A foreign key to `target`'s id, checked at commit where a statement order needs it (undo)."""
    return Column(name, BIG, ForeignKey(f"{target}.id", deferrable=True), nullable=nullable, index=index)
