"""The business facts that the base keeps."""

from typing import Any

from sqlalchemy import Select, select

from crmcli.schema import settings


def stored_settings() -> Select[Any]:
    """Rows of key and value."""
    return select(settings.c.key, settings.c.value)
