"""What went wrong inside an engine, as an error a user can act on."""

from crmcli.errors import Busy, CrmError, NotAllowed

_KNOWN: tuple[tuple[str, type[CrmError], str], ...] = (
    ("is locked", Busy, "the base is busy: another command is writing to it. Try again in a moment"),
    ("lock timeout", Busy, "the base is busy: another command holds what this one needs. Try again in a moment"),
    ("deadlock", Busy, "the base is busy: two commands waited for each other. Try again"),
    ("readonly", NotAllowed, "the base may not be written: its file or folder is read-only for you"),
    ("unable to open", NotAllowed, "the base cannot be opened: its file or folder is closed to you"),
    ("permission denied", NotAllowed, "the server does not allow this to you"),
    ("is full", CrmError, "the disk is full: nothing was stored. Free some space and run the command again"),
    ("not a database", CrmError, "this file is no crmcli base (or is encrypted): choose another with --base"),
    ("malformed", CrmError, "the base's file is damaged: restore a backup"),
    ("outside an operation", NotAllowed, "this base is written by crmcli alone"),
)


def as_crm_error(error: BaseException) -> CrmError | None:
    """The user's error for one that an engine raised; None where it did not come from an engine."""
    original = getattr(error, "orig", None) or error
    module = type(original).__module__.partition(".")[0]
    if module not in {"sqlcipher3", "psycopg", "sqlalchemy"}:
        return None
    said = " ".join(str(original).split())
    for sign, kind, message in _KNOWN:
        if sign in said:
            return kind(message)
    if module == "psycopg" and type(original).__name__ == "OperationalError":
        return CrmError(f"the server cannot be reached: {said}")
    return CrmError(f"the base refused this: {said}")
