"""Storing the records of a file as one operation: who is who, what is new, what the base had already."""

from crmcli.actions.importing.report import Report, Tally
from crmcli.actions.importing.store import store_records

__all__ = ["Report", "Tally", "store_records"]
