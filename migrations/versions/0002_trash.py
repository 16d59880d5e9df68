"""The trash: when and why a contact was deleted, and when it was erased for good; an index of what was removed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("contacts", sa.Column("deleted_at", sa.DateTime(), nullable=True))
    op.add_column("contacts", sa.Column("deleted_reason", sa.Text(), nullable=True))
    op.add_column("contacts", sa.Column("purged_at", sa.DateTime(), nullable=True))
    removal = sa.text("action = 'delete'")
    op.create_index(
        "ix_changes_removed", "changes", ["table_name", "row_id"], sqlite_where=removal, postgresql_where=removal
    )
