"""Rows of contact sheets."""

from datetime import date

from crmcli.sheets.days import NO_YEAR
from crmcli.sheets.grid import ErrorCell, text_of
from crmcli.sheets.headings import field_named
from crmcli.sheets.keys import other_keys_of
from crmcli.sheets.people import Kind, identity_of, names_somebody, points_of
from crmcli.sheets.rows import BadCell, Row
from crmcli.sheets.vocabulary import CUSTOM
from crmcli.values.lists import read_list
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord

_PLACE = ("region", "postcode", "country")
_NAMES = ("alias", "party", "company")
_ASIDE = frozenset({CUSTOM, *_PLACE, *_NAMES})
_KINDS: dict[str, Kind] = {"человек": "person", "person": "person", "компания": "company", "company": "company"}


def read_contact(row: Row) -> ContactRecord:
    """The contact of a row, with what its sheet keeps as custom fields under the column's heading.

    Raises BadCell where the row names nobody, or a phone was cut short.
    """
    name, company, kind = identity_of(row)
    points, key, tax_id = points_of(row), row.text("customer key"), row.text("tax id")
    if not names_somebody(name or key or tax_id, points):
        raise BadCell(None, "", "names nobody: no name, company, phone, e-mail or key")
    extra = _custom_fields(row, {name, company}, points)
    return ContactRecord(
        row.where,
        key=key,
        name=name,
        kind=_said_kind(row, extra) or kind,
        company=company,
        points=points,
        city=row.text("city"),
        birthday=_day(row, "birthday", extra),
        tax_id=tax_id,
        owner=row.text("owner"),
        channel=row.text("channel"),
        referred_by=row.text("referred by"),
        tags=_tags(row),
        note=row.long_text("note"),
        extra=extra,
        created_on=_day(row, "created on", extra),
        next_contact_on=_day(row, "next contact on", extra),
        archived_on=_day(row, "archived on", extra),
        company_key=row.text("company key"),
        referrer_key=row.text("referrer key"),
        other_keys=other_keys_of(row),
    )


def _custom_fields(row: Row, placed: set[str | None], points: tuple[Point, ...]) -> dict[str, str]:
    """The cells of columns to keep, and of known ones that found no place in the record."""
    if _ASIDE.isdisjoint(row.columns.meanings):
        return {}
    kept = [CUSTOM] if CUSTOM in row.columns else []
    if any(meaning in row.columns for meaning in _PLACE) and not any(point.kind == "address" for point in points):
        kept += _PLACE
    kept += [meaning for meaning in _NAMES if meaning in row.columns and row.text(meaning) not in placed]
    extra: dict[str, str] = {}
    for meaning in kept:
        for column, cell in row.filled(meaning):
            name = field_named(column.heading) or column.heading or f"column {column.letter}"
            _keep(extra, name, text_of(cell))
    return extra


def _said_kind(row: Row, extra: dict[str, str]) -> Kind | None:
    """Whether the row says person or company; what else it says is kept."""
    for column, cell in row.filled("kind"):
        text = text_of(cell)
        if kind := _KINDS.get(text.casefold()):
            return kind
        _keep(extra, column.heading, text)
    return None


def _keep(extra: dict[str, str], heading: str, text: str) -> None:
    extra[heading] = f"{extra[heading]}; {text}" if heading in extra else text


def _day(row: Row, meaning: str, extra: dict[str, str]) -> date | None:
    """The date, or None with its text kept: a birthday without a year, or in words, must not cost the contact."""
    try:
        return row.day(meaning)
    except BadCell as bad:
        is_in_words = not any(sign.isdigit() for sign in bad.value)
        if isinstance(bad.value, ErrorCell) or not (bad.reason == NO_YEAR or is_in_words):
            raise
        _keep(extra, bad.heading, bad.value)
        return None


def _tags(row: Row) -> tuple[str, ...]:
    if "tags" not in row.columns:
        return ()
    return tuple(dict.fromkeys(tag for _, cell in row.filled("tags") for tag in _told_apart(text_of(cell))))


def _told_apart(cell: str) -> list[str]:
    if (written := read_list(cell)) is not None:
        return [tag for tag, _ in written]
    tags = [tag.strip("*# ") for tag in cell.replace(":::", ",").replace(";", ",").split(",")]
    return [tag for tag in tags if tag and tag != "myContacts"]
