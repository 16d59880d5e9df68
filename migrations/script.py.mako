"""${message}.

On SQLite a table is altered by rebuilding it (op.batch_alter_table); the journal's triggers are off meanwhile and are made
again from the tables' present definition. Data is moved here without an operation: undo does not go back behind a migration.
Set base/migrating.py's HEAD to this revision. There is no way down: a backup is.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
