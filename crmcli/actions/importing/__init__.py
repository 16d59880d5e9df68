"""Storing the records of a file as one operation: who is who, what is new, what the base had already."""

from crmcli.actions.importing.intake import OnDuplicate
from crmcli.actions.importing.report import Report, Tally
from crmcli.actions.importing.store import Store

__all__ = ["OnDuplicate", "Report", "Store", "Tally"]
