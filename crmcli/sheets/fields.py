"""Fields: what a column holds, by its heading or by the user's word."""

from collections.abc import Iterable, Mapping, Sequence

from crmcli.errors import Wrong
from crmcli.sheets.headings import fold, meaning_of, rank_of
from crmcli.sheets.vocabulary import CUSTOM, MANY, VOCABULARY
from crmcli.values.records import REASON, ColumnReading, SheetKind
from crmcli.values.text import search_key


def fields_of(kind: SheetKind) -> tuple[str, ...]:
    """The fields that a sheet of that kind can have: what --map and --default name."""
    return tuple(VOCABULARY[kind])


def known_field(text: str) -> str:
    """The field that a text names ("created_on" -> "created on"), "" for "".

    A heading that means the same in every sheet names its field too ("Телефон" -> "phone"). Raises Wrong where no
    sheet has the field.
    """
    named = search_key(text.replace("_", " ").replace("-", " "))
    known = {field for kind in VOCABULARY for field in fields_of(kind)}
    meant = {meaning_of(text, kind) for kind in VOCABULARY} - {""}
    if not named or named in known:
        return named
    if len(meant) == 1:
        return meant.pop()
    raise Wrong(f"there is no field {text!r}; there are {', '.join(sorted(known))}")


def heading_of(field: str, kind: SheetKind) -> str:
    """A heading that means the field in a sheet of that kind; "" for a field that it has not."""
    return VOCABULARY[kind].get(field, "").split(";")[0].strip()


def said_of(headings: Sequence[str], letters: Sequence[str], mapping: Mapping[str, str]) -> tuple[str | None, ...]:
    """The user's word on each column: its field, "" to leave it out, None where nothing is said of it.

    Raises Wrong for a field that no sheet has.
    """
    words = {fold(REASON): ""} | {fold(heading): known_field(field) for heading, field in mapping.items()}
    return tuple(words.get(_named(*both)) for both in zip(headings, letters, strict=True))


def check_mapping(mapping: Mapping[str, str], columns: Iterable[ColumnReading]) -> None:
    """Raises Wrong for a heading of the mapping that none of the columns of all sheets has, naming those there are."""
    seen = {_named(column.heading, column.letter): column.heading or column.letter for column in columns}
    if missing := [heading for heading in mapping if fold(heading) not in seen]:
        raise Wrong(f"no column is headed {missing[0]!r}; there are {', '.join(dict.fromkeys(seen.values()))}")


def column_fields(
    headings: Sequence[str], said: Sequence[str | None], kind: SheetKind, *, keep_unknown: bool = False
) -> list[str]:
    """The field of each column in a sheet of that kind, "" where it is not taken.

    Of several columns for a field that can be there once, the user's wins, then the likeliest; in a sheet of
    contacts the others are kept as custom fields, and so are columns without a field where `keep_unknown`.
    """
    pairs = list(zip(headings, said, strict=True))
    found = [meaning_of(heading, kind) if word is None else word for heading, word in pairs]
    found = [field if field in VOCABULARY[kind] else "" for field in found]
    best: dict[str, int] = {}
    for place, field in enumerate(found):
        if field not in best or _worth(headings, said, place, kind) < _worth(headings, said, best[field], kind):
            best[field] = place
    aside = CUSTOM if CUSTOM in VOCABULARY[kind] else ""
    placed = [f if not f or f in MANY or best[f] == place else aside for place, f in enumerate(found)]
    return [f or (aside if keep_unknown and word != "" else "") for f, word in zip(placed, said, strict=True)]


def _named(heading: str, letter: str) -> str:
    return fold(heading or letter)


def _worth(headings: Sequence[str], said: Sequence[str | None], place: int, kind: SheetKind) -> int:
    """The smaller the likelier."""
    return rank_of(headings[place], kind) if said[place] is None else -1
