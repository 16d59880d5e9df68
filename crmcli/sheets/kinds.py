"""Which kind of records a table holds: its headings tell, and its content where headings tie."""

from collections.abc import Callable
from dataclasses import dataclass

from crmcli.sheets.grid import text_of
from crmcli.sheets.headings import among, meanings, telling
from crmcli.sheets.table import Table
from crmcli.sheets.touches import touch_kind
from crmcli.sheets.vocabulary import GOODS, STAFF
from crmcli.values.records import SheetKind

_WHO = {"name", "first", "last", "party", "company", "phone", "email", "messenger", "customer key", "alias"}
_REACHED = {"phone", "email", "messenger"}
_CERTAIN = _REACHED | {"first", "last", "party", "tax id", "alias"}
_NAMED = {"name", "company"}
_BESIDE = {"city", "address", "birthday", "owner", "tags", "note", "channel"}
_PLAIN_NAMES = "наименование; название; name; title"


@dataclass(frozen=True, slots=True)
class Decision:
    """The kind of a table; None where it holds none of the four, and `remark` says what was seen."""

    kind: SheetKind | None
    remark: str = ""


_OUR_LISTS = ({"silent_days", "period_days"}, {"contact_id", "happened_on"}, {"contact_id", "opened_on"},
              {"contact_id", "purchased_on"})  # fmt: skip
"""Keys that only our own lists have as headings; their ids are the base's, not another system's."""


def decide_kind(table: Table) -> Decision:
    """The kind of the table: of those whose necessary columns are there, the one that most headings tell of."""
    if any(ours <= set(table.headings) for ours in _OUR_LISTS):
        return Decision(None, "a list that crmcli itself wrote: what it holds is in the base")
    likeness = {kind: fits(table) for kind, fits in _FITS.items()}
    best = max(likeness, key=lambda kind: likeness[kind])
    return Decision(best) if likeness[best] > 0 else Decision(None, _remark(table))


def _found(table: Table, kind: SheetKind) -> set[str]:
    return set(meanings(table.headings, kind))


# Each kind counts its telling headings; the fractions break ties: a dated amount is a purchase rather than a touch
# or a deal that as many headings tell of, and contacts are what is left.


def _deals(table: Table) -> float:
    found, told = _found(table, "deals"), telling(table.headings, "deals")
    return len(told) + 0.1 if told and found & {"title", "stage"} else 0


def _purchases(table: Table) -> float:
    found = _found(table, "purchases")
    if "date" not in found or not found & {"amount", "order amount", "price"}:
        return 0
    return len(telling(table.headings, "purchases")) + 0.9


def _touches(table: Table) -> float:
    found = _found(table, "touches")
    if "date" not in found or found.isdisjoint(_WHO):
        return 0
    told = len(telling(table.headings, "touches")) + _named_kinds(table)
    return told - 0.2 if told else 0


def _named_kinds(table: Table) -> int:
    """Whether the column of kinds names kinds of touches in most rows."""
    found = meanings(table.headings, "touches")
    if "kind" not in found:
        return 0
    words = [text_of(cell) for cell in table.column(found.index("kind"))[:200]]
    return 2 * (2 * sum(touch_kind(word) is not None for word in words) > len(words))


def _contacts(table: Table) -> float:
    found = _found(table, "contacts")
    goods = len(among(table.headings, GOODS))
    if len(among(table.headings, STAFF)) > 1 or (goods > 1 and found.isdisjoint(_REACHED)):
        return 0
    if found & _CERTAIN or (found & _NAMED and not _only_plain_name(table)):
        return 0.05
    return 0.05 if found & _NAMED and found & _BESIDE and not goods else 0


def _only_plain_name(table: Table) -> bool:
    """Whether what names the contact is a word that as well names goods."""
    found = meanings(table.headings, "contacts")
    naming = [h for h, m in zip(table.headings, found, strict=True) if m in _NAMED]
    return len(among(naming, _PLAIN_NAMES)) == len(naming)


_FITS: dict[SheetKind, Callable[[Table], float]] = {
    "deals": _deals,
    "purchases": _purchases,
    "touches": _touches,
    "contacts": _contacts,
}


def _remark(table: Table) -> str:
    seen = ", ".join(heading for heading in table.headings if heading)[:200]
    if len(among(table.headings, STAFF)) > 1:
        return f"left out: a list of employees ({seen})"
    if len(telling(table.headings, "purchases")) > 1:
        found = _found(table, "purchases")
        lacks = [
            n for n, there in (("date", "date" in found), ("amount", bool(found & {"amount", "price"}))) if not there
        ]
        if lacks:
            return f"left out: looks like orders or goods, but has no column of the {' and '.join(lacks)} ({seen})"
    return f"left out: no contacts, purchases, deals or touches by its headings ({seen})"
