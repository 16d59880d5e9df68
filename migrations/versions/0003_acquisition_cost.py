"""What it costs to win a customer through a channel."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("channels", sa.Column("acquisition_cost", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
