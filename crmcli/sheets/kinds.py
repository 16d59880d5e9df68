"""Which kind of records a table holds: its headings tell, and its content where headings tie."""

from collections.abc import Callable
from dataclasses import dataclass

from crmcli.sheets.columns import given_fields
from crmcli.sheets.fields import column_fields, fields_of
from crmcli.sheets.grid import text_of
from crmcli.sheets.headings import among, telling
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.table import Table
from crmcli.sheets.touches import touch_kind
from crmcli.sheets.vocabulary import GOODS, ORDERS, STAFF, VOCABULARY
from crmcli.values.records import SheetKind

_WHO = {"name", "first", "last", "party", "company", "phone", "email", "messenger", "customer key", "alias"}
_REACHED = {"phone", "email", "messenger"}
_CERTAIN = _REACHED | {"first", "last", "party", "tax id", "alias"}
_NAMED = {"name", "company"}
_BESIDE = {"city", "address", "birthday", "owner", "tags", "note", "channel"}
_TOLD = 3
_PLAIN_NAMES = "наименование; название; name; title"


@dataclass(frozen=True, slots=True)
class Decision:
    """The kind of a table and why; None where it holds none of ours, and `remark` says what was seen."""

    kind: SheetKind | None
    remark: str = ""
    why: str = ""


_OUR_LISTS = ({"silent_days", "period_days"}, {"contact_id", "happened_on"}, {"contact_id", "opened_on"},
              {"contact_id", "purchased_on"})  # fmt: skip
"""Keys that only our own lists have as headings; their ids are the base's, not another system's."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A table seen as a sheet of one kind: the fields of its columns and those that have a default."""

    table: Table
    kind: SheetKind
    fields: list[str]
    given: frozenset[str]

    @property
    def found(self) -> set[str]:
        return {*self.fields, *self.given}

    @property
    def told(self) -> int:
        """How many headings are of this kind alone; a field that the user named tells as much as two of them."""
        others = {field for kind in VOCABULARY if kind != self.kind for field in fields_of(kind)}
        said = {*self.given, *(field for field in self.table.said if field)} & set(fields_of(self.kind))
        return len(telling(self.table.headings, self.kind)) + 2 * len(said - others)


def decide_kind(table: Table, options: ReadingOptions) -> Decision:
    """The kind of the table: of those whose necessary columns are there, the one that most headings tell of."""
    if any(ours <= set(table.headings) for ours in _OUR_LISTS):
        return Decision(None, "a list that crmcli itself wrote: what it holds is in the base")
    likeness = {kind: fits(_candidate(table, kind, options)) for kind, fits in _FITS.items()}
    best = max(likeness, key=lambda kind: likeness[kind])
    if likeness[best] <= 0:
        return Decision(None, _remark(table, options))
    return Decision(best, why=_why(table, column_fields(table.headings, table.said, best), best))


def _why(table: Table, fields: list[str], kind: SheetKind) -> str:
    """What told the kind: the headings that it alone has, and others that are known in it."""
    known = [heading for heading, field in zip(table.headings, fields, strict=True) if heading and field]
    told = list(dict.fromkeys([*telling(table.headings, kind), *known]))
    return f"told by {', '.join(told[:_TOLD])}" if told else "told by what its columns hold"


def _candidate(table: Table, kind: SheetKind, options: ReadingOptions) -> _Candidate:
    given = frozenset(given_fields(options.defaults)) & set(fields_of(kind))
    return _Candidate(table, kind, column_fields(table.headings, table.said, kind), given)


# Each kind counts its telling headings; the fractions break ties: a dated amount is a purchase rather than a touch
# or a deal that as many headings tell of, and contacts are what is left.


def _deals(seen: _Candidate) -> float:
    return seen.told + 0.1 if seen.told and seen.found & {"title", "stage"} else 0


def _purchases(seen: _Candidate) -> float:
    if "date" not in seen.found or not seen.found & {"amount", "order amount", "price"}:
        return 0
    return seen.told + 0.9


def _touches(seen: _Candidate) -> float:
    if "date" not in seen.found or seen.found.isdisjoint(_WHO):
        return 0
    told = seen.told + _named_kinds(seen)
    return told - 0.2 if told else 0


def _named_kinds(seen: _Candidate) -> int:
    """Whether the column of kinds names kinds of touches in most rows."""
    if "kind" not in seen.fields:
        return 0
    words = [text_of(cell) for cell in seen.table.column(seen.fields.index("kind"))[:200]]
    return 2 * (2 * sum(touch_kind(word) is not None for word in words) > len(words))


def _contacts(seen: _Candidate) -> float:
    headings, found = seen.table.headings, seen.found
    goods = len(among(headings, GOODS))
    if len(among(headings, STAFF)) > 1 or (goods > 1 and found.isdisjoint(_REACHED)):
        return 0
    if found & _CERTAIN or (found & _NAMED and not _only_plain_name(seen)):
        return seen.told + 0.05
    return seen.told + 0.05 if found & _NAMED and found & _BESIDE and not goods else 0


def _only_plain_name(seen: _Candidate) -> bool:
    """Whether what names the contact is a word that as well names goods."""
    named = zip(seen.table.headings, seen.table.said, seen.fields, strict=True)
    naming = [(heading, said) for heading, said, field in named if field in _NAMED]
    return not any(said for _, said in naming) and len(among([h for h, _ in naming], _PLAIN_NAMES)) == len(naming)


def _products(seen: _Candidate) -> float:
    """A price list; goods with amounts or numbers of orders are lines of orders."""
    headings = seen.table.headings
    if "price" not in seen.found or seen.found.isdisjoint({"product", "sku"}) or among(headings, ORDERS):
        return 0
    return 0 if among(headings, VOCABULARY["purchases"]["amount"].replace("стоимость", "")) else seen.told + 0.03


_FITS: dict[SheetKind, Callable[[_Candidate], float]] = {
    "deals": _deals,
    "purchases": _purchases,
    "touches": _touches,
    "contacts": _contacts,
    "products": _products,
}


def _remark(table: Table, options: ReadingOptions) -> str:
    seen = ", ".join(heading for heading in table.headings if heading)[:200]
    if len(among(table.headings, STAFF)) > 1:
        return f"left out: a list of employees ({seen})"
    if len(telling(table.headings, "purchases")) > 1:
        found = _candidate(table, "purchases", options).found
        lacks = [
            n for n, there in (("date", "date" in found), ("amount", bool(found & {"amount", "price"}))) if not there
        ]
        if lacks:
            return f"left out: looks like orders or goods, but has no column of the {' and '.join(lacks)} ({seen})"
    return f"left out: no contacts, purchases, deals, touches or products by its headings ({seen})"
