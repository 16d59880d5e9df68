"""The journal's own tables get triggers, which every upgrade makes anew: there is nothing else to change."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    pass
