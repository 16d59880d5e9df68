"""Rows of contact sheets."""

from dataclasses import replace
from datetime import date

from crmcli.sheets.grid import text_of
from crmcli.sheets.people import customer_of
from crmcli.sheets.rows import BadCell, Row
from crmcli.sheets.vocabulary import CUSTOM
from crmcli.values.records import ContactRecord

_PLACE = ("region", "postcode", "country")
_DATES = ("birthday", "created on", "next contact on")


def read_contact(row: Row) -> ContactRecord:
    """The contact of a row, with what its sheet keeps as custom fields under the column's heading.

    Raises BadCell where the row names nobody, or a phone was cut short.
    """
    record = customer_of(row)
    if record is None:
        raise BadCell(None, "", "names nobody: no name, company, phone, e-mail or key")
    extra = _custom_fields(row, record)
    dates = {meaning: _day(row, meaning, extra) for meaning in _DATES}
    return replace(
        record,
        owner=row.text("owner"),
        channel=row.text("channel"),
        referred_by=row.text("referred by"),
        tags=_tags(row),
        note=row.long_text("note"),
        birthday=dates["birthday"],
        created_on=dates["created on"],
        next_contact_on=dates["next contact on"],
        extra=extra,
    )


def _custom_fields(row: Row, record: ContactRecord) -> dict[str, str]:
    """The cells of unknown columns, and of known ones that found no place in the record."""
    extra: dict[str, str] = {}
    for column, cell in row.filled(CUSTOM):
        _keep(extra, column.heading or f"column {column.letter}", text_of(cell))
    unplaced = [] if any(point.kind == "address" for point in record.points) else list(_PLACE)
    known = {record.name, record.company}
    unplaced += [m for m in ("alias", "party", "company") if row.text(m) not in known]
    for meaning in unplaced:
        for column, cell in row.filled(meaning):
            _keep(extra, column.heading or f"column {column.letter}", text_of(cell))
    return extra


def _keep(extra: dict[str, str], heading: str, text: str) -> None:
    extra[heading] = f"{extra[heading]}; {text}" if heading in extra else text


def _day(row: Row, meaning: str, extra: dict[str, str]) -> date | None:
    """The date, or None with its text kept: a birthday without a year must not cost the contact."""
    try:
        return row.day(meaning)
    except BadCell as bad:
        _keep(extra, bad.heading, bad.value)
        return None


def _tags(row: Row) -> tuple[str, ...]:
    texts = [text_of(cell).replace(":::", ",").replace(";", ",") for _, cell in row.filled("tags")]
    tags = [tag.strip("*# ") for text in texts for tag in text.split(",")]
    return tuple(dict.fromkeys(tag for tag in tags if tag and tag != "myContacts"))
