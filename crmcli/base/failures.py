"""What went wrong inside an engine, as an error a user can act on."""

from traceback import walk_tb
from typing import Any

from crmcli.base.sqlite import DAMAGED, REMEDY
from crmcli.base.triggers import REFUSAL
from crmcli.errors import Busy, CrmError, NotAllowed

Meaning = tuple[type[CrmError], str]

_LOCKED = (Busy, "the base is busy: another command is writing to it. Try again in a moment")
_CROSSED = (Busy, "the base is busy: two commands stood in each other's way. Nothing was stored; try again")
_READ_ONLY = (NotAllowed, "the base may not be written: its file or folder is read-only for you")
_DISK_FULL = (CrmError, "the disk is full: nothing was stored. Free some space and run the command again")
_CLOSED = (NotAllowed, "the server does not allow this to you")

_DAMAGED = (CrmError, DAMAGED)
_TOO_LARGE = (CrmError, f"the base has amounts that are too large to be added up{REMEDY}")

_SQLITE_SAYS: dict[str, Meaning] = {
    "is locked": _LOCKED,
    "readonly": _READ_ONLY,
    "unable to open": (NotAllowed, "the base cannot be opened: its file or folder is closed to you"),
    "is full": _DISK_FULL,
    "disk I/O error": (
        CrmError,
        "the disk failed, or has no room or quota left for you: nothing was stored. Look after it and try again",
    ),
    "not a database": (CrmError, "this file is no crmcli base (or is encrypted): choose another with --base"),
    "malformed": _DAMAGED,
    "integer overflow": _TOO_LARGE,
    "Could not decode": _DAMAGED,
    "unsupported file format": _DAMAGED,
}
_POSTGRES_STATES: dict[str, Meaning] = {  # a server may speak any language: its codes are the same in all of them
    "55P03": _LOCKED,
    "40P01": _CROSSED,
    "40001": _CROSSED,
    "23505": _CROSSED,  # both were about to add the same; alone, each of our commands looks before it adds
    "42501": _CLOSED,
    "3F000": _CLOSED,  # the schema is there, but hidden from this user
    "25006": _CLOSED,
    "53100": _DISK_FULL,
    "22003": _TOO_LARGE,
}


def as_crm_error(error: BaseException) -> CrmError | None:
    """The user's error for one that an engine raised, or what is one already; None for any other."""
    if isinstance(error, CrmError):
        return error
    if isinstance(error, ValueError) and _raised_in_sqlalchemy(error):
        return CrmError(DAMAGED)  # a value that its column's type cannot have
    original = getattr(error, "orig", None) or error
    module = type(original).__module__.partition(".")[0]
    if module not in {"sqlcipher3", "psycopg", "sqlalchemy"}:
        return None
    said = " ".join(str(original).split())
    kind, message = _known(original, module, said) or (CrmError, f"the base refused this: {said}")
    return kind(message)


def is_lost(error: BaseException) -> bool:
    """Whether the server went away, or cannot be reached."""
    original = getattr(error, "orig", None) or error
    known = (getattr(original, "sqlstate", None) or "") in _POSTGRES_STATES
    kinds = {f"{kind.__module__.partition('.')[0]}.{kind.__name__}" for kind in type(original).__mro__}
    return "psycopg.OperationalError" in kinds and not known


def _raised_in_sqlalchemy(error: BaseException) -> bool:
    """Or in what that reads JSON with."""
    modules = [str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(error.__traceback__)]
    own = [module for module in modules if not module.startswith("json")]
    return bool(own) and own[-1].startswith("sqlalchemy.")


def _known(original: Any, module: str, said: str) -> Meaning | None:
    if REFUSAL in said:
        return NotAllowed, "this base is written by crmcli alone"
    if module == "sqlcipher3":
        return next((meaning for sign, meaning in _SQLITE_SAYS.items() if sign in said), None)
    if meaning := _POSTGRES_STATES.get(getattr(original, "sqlstate", None) or ""):
        return meaning
    return (CrmError, f"the server cannot be reached: {said}") if is_lost(original) else None
