"""Workbooks that a password locks: opened with it, or with the one that Excel itself tries."""

import io
from typing import Any

from crmcli.errors import Locked

_UNASKED = "VelvetSweatshop"
"""What Excel locks a workbook with that is only protected against changes, and opens it with without asking."""


def unlocked(name: str, content: bytes, password: str | None) -> bytes:
    """The workbook without its lock; the same bytes where it has none.

    Raises Locked where it takes a password and none, or another one, was given.
    """
    locked = _locked(content)
    if locked is None:
        return content
    for attempt in (_UNASKED, password):
        opened = _opened(locked, attempt) if attempt is not None else None
        if opened is not None:
            return opened
    if password is None:
        raise Locked(f"{name} is locked by a password: give it with --password-env, or save a copy without one")
    raise Locked(f"{name} does not open with this password: check it")


def _locked(content: bytes) -> Any | None:
    """What opens the file, None where it is not locked; a damaged one is left to the reader to refuse."""
    import msoffcrypto

    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(content))
        return file if file.is_encrypted() else None
    except Exception:
        return None


def _opened(locked: Any, password: str) -> bytes | None:
    opened = io.BytesIO()
    try:
        locked.load_key(password=password)
        locked.decrypt(opened)
    except Exception:
        return None
    return opened.getvalue()
