"""The tables, a file per subject; `METADATA` has them all."""

from crmcli.schema.columns import METADATA
from crmcli.schema.contacts import contact_points, contact_tags, contacts, external_refs, not_deleted, not_duplicates
from crmcli.schema.deals import deals, stage_moves, stages
from crmcli.schema.fits import fits
from crmcli.schema.journal import changes, current_operation, operations
from crmcli.schema.months import buyer_months, month_totals
from crmcli.schema.people import channels, employees
from crmcli.schema.purchases import products, purchase_lines, purchases
from crmcli.schema.rhythm import contact_rhythm, rhythm_counts
from crmcli.schema.settings import segments, settings
from crmcli.schema.touches import touches

__all__ = [
    "JOURNALED",
    "METADATA",
    "buyer_months",
    "changes",
    "channels",
    "contact_points",
    "contact_rhythm",
    "contact_tags",
    "contacts",
    "current_operation",
    "deals",
    "employees",
    "external_refs",
    "fits",
    "month_totals",
    "not_deleted",
    "not_duplicates",
    "operations",
    "products",
    "purchase_lines",
    "purchases",
    "rhythm_counts",
    "segments",
    "settings",
    "stage_moves",
    "stages",
    "touches",
]

_KEPT_READY = {"contact_rhythm", "rhythm_counts", "month_totals", "buyer_months", "fits"}
_OWN_BOOKS = {"operations", "changes", "current_operation"} | _KEPT_READY
JOURNALED = tuple(table for table in METADATA.sorted_tables if table.name not in _OWN_BOOKS)
"""The tables of user data, parents before children: every change of theirs is written to `changes`."""
