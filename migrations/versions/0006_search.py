"""What contacts are searched by: trigrams of names, phones and e-mails."""

from alembic import op

from crmcli.base.search import make_search

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    make_search(op.get_bind())
