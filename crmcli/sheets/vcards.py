"""A file of vCards read into contacts: every card is a row whose columns are its properties."""

from dataclasses import replace
from pathlib import PurePath

from crmcli.errors import CrmError
from crmcli.sheets.columns import Column, Columns
from crmcli.sheets.contacts import read_contact
from crmcli.sheets.grid import LONGEST_TEXT, GridRow
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.rows import BadCell, Row, rows_of
from crmcli.sheets.vcard_fields import CUSTOM, LEFT_OUT, Field, fields_of, is_company
from crmcli.sheets.vcard_text import CardText, read_cards
from crmcli.values.records import ColumnReading, ContactRecord, Rejection, SheetReading, Where
from crmcli.values.text import search_key


def is_vcards(content: bytes) -> bool:
    """Whether a file's content begins as vCards do, in any encoding."""
    start = content[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start[:11].upper() == b"BEGIN:VCARD"


def read_vcards(name: str, content: bytes, options: ReadingOptions) -> SheetReading:
    """The contacts of a file of vCards called `name`; a damaged card is rejected, by the line that it begins in.

    Raises CrmError where the file is no text, or holds no card.
    """
    try:
        cards = read_cards(content)
    except ValueError as error:
        raise CrmError(f"{name} cannot be read: {error}") from None
    sheet = PurePath(name).stem
    records: list[ContactRecord] = []
    rejections: list[Rejection] = []
    columns: dict[tuple[str, str], ColumnReading] = {}
    for card in cards:
        where = Where(sheet, card.row)
        fields = [field for field in fields_of(card) if field.text or field.meaning == LEFT_OUT]
        _report(columns, fields)
        try:
            records.append(_contact(card, fields, where, options))
        except BadCell as bad:
            rejections.append(Rejection(where, bad.column, bad.value or _beginning(fields), bad.reason))
    if not records and not rejections:
        raise CrmError(f"{name} holds no vCard: none of its lines says BEGIN:VCARD")
    count = len(records) + len(rejections)
    return SheetReading(sheet, "contacts", None, tuple(columns.values()), count, tuple(records), tuple(rejections))


def _report(columns: dict[tuple[str, str], ColumnReading], fields: list[Field]) -> None:
    """Adds what a column of each field would be, with this card's example, where none is there yet."""
    for field in fields:
        title = (field.name, field.heading)
        if title not in columns:
            example = " ".join(field.text[:200].split())[:40]
            columns[title] = ColumnReading(field.name, field.heading, field.meaning, example)


def _beginning(fields: list[Field]) -> str:
    """How a rejected card is told from the others."""
    return ", ".join(field.text for field in fields if field.meaning)[:80]


def _contact(card: CardText, fields: list[Field], where: Where, options: ReadingOptions) -> ContactRecord:
    """The contact of one card. Raises BadCell where the card is damaged or names nobody."""
    if card.damage:
        raise BadCell(None, "", card.damage)
    if long := next((field for field in fields if len(field.text) > LONGEST_TEXT), None):
        raise BadCell(None, "", f"{long.name} holds a text of {len(long.text):,} characters: shorten it")
    record = read_contact(_row([field for field in fields if field.meaning not in {CUSTOM, LEFT_OUT}], where, options))
    if is_company(card):
        is_its_own = search_key(record.company or "") == search_key(record.name or "")
        record = replace(record, kind="company", company=None if is_its_own else record.company)
    return replace(record, extra=_extra(record, fields)) if any(f.meaning == CUSTOM for f in fields) else record


def _row(fields: list[Field], where: Where, options: ReadingOptions) -> Row:
    listed = tuple(
        Column(place, field.name, field.heading, field.meaning, field.label) for place, field in enumerate(fields)
    )
    by_meaning: dict[str, tuple[Column, ...]] = {}
    for column in listed:
        by_meaning[column.meaning] = (*by_meaning.get(column.meaning, ()), column)
    row = GridRow(where.row, [field.text for field in fields])
    return next(rows_of(Columns(listed, by_meaning), options, where.sheet, [row]))


def _extra(record: ContactRecord, fields: list[Field]) -> dict[str, str]:
    """The custom fields; one that is said twice holds both texts."""
    extra = dict(record.extra)
    for field in fields:
        if field.meaning == CUSTOM:
            extra[field.heading] = f"{extra[field.heading]}; {field.text}" if field.heading in extra else field.text
    return extra
