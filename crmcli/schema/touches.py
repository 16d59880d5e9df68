"""Touches: every call, meeting, e-mail, message, visit or letter."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Table, Text, Time

from crmcli.schema.columns import METADATA, key, reference

TOUCH_KINDS = ("call", "meeting", "email", "message", "visit", "letter")
OUTCOMES = ("done", "no-answer", "cancelled", "interested", "refused", "callback")

touches = Table(
    "touches",
    METADATA,
    key(),
    reference("contact_id", "contacts", nullable=False, index=False),
    reference("deal_id", "deals"),
    reference("employee_id", "employees"),
    Column("kind", Text, nullable=False),
    Column("direction", Text, CheckConstraint("direction IN ('in', 'out')", name="touch_direction"), nullable=False),
    Column("outcome", Text, nullable=False, server_default="done"),
    Column("happened_on", Date, nullable=False),  # the base's local date
    Column("happened_at", Time),  # local time of day, where it is known
    Column("minutes", Integer),
    Column("rating", Integer),  # ten-thousandths: 4/5 is 8000
    Column("text", Text),
    Index("ix_touches_contact_id_happened_on", "contact_id", "happened_on"),
    Index("ix_touches_happened_on_kind", "happened_on", "kind"),
    sqlite_autoincrement=True,
)
