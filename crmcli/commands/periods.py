"""Periods as they are asked for."""

from datetime import date

from crmcli.errors import Wrong


def refuse_reversed(since: date | None, until: date | None) -> None:
    """Wrong where a period ends before it begins."""
    if since and until and until < since:
        raise Wrong(f"the period ends on {until}, before it begins: --from {since}")
