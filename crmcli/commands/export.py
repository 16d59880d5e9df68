"""Everything that a base holds, out again: a workbook, separated values, JSON."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Column, Connection, Select

from crmcli.base.mark import base_mark
from crmcli.commands import finding, params
from crmcli.commands.contact import Channel, City, Owner
from crmcli.commands.session import Session, current
from crmcli.commands.tables import (
    Source,
    all_tables,
    contacts_table,
    deals_table,
    products_table,
    purchases_table,
    touches_table,
)
from crmcli.commands.word import Word, command, words
from crmcli.errors import Wrong
from crmcli.output.clean import one_line
from crmcli.output.headings import LANGUAGES, Language
from crmcli.output.progress import working
from crmcli.output.result import Done, Export, Row, Table
from crmcli.output.show import EXPORTS, show
from crmcli.output.values import Look
from crmcli.questions import contacts as asked
from crmcli.questions import events
from crmcli.questions.rhythm import STATES
from crmcli.schema import contacts, deals, purchases, touches
from crmcli.schema.touches import TOUCH_KINDS

app = words(
    "Write everything out again, under headings that import takes as they are.",
    ["crmcli export contacts -o contacts.xlsx", "crmcli export all -o everything.xlsx --headings en"],
)

_RUSSIAN = frozenset({"RU", "BY", "KZ", "KG"})
_ENDINGS = {f".{form}": form for form in EXPORTS}
_NAMED = 5
"""So many cells that were cut are named."""

Headings = Annotated[
    Language | None, params.word("--headings", of=LANGUAGES, help="Their language; that of the base's country")
]
ForExcel = Annotated[bool, typer.Option("--excel", help="A .csv that opens in Excel with a double click")]
Contact = Annotated[str | None, params.text("--contact", metavar="CONTACT", help="Of this contact")]
Since = Annotated[date | None, params.day("--from", help="From this day on")]
Until = Annotated[date | None, params.day("--to", help="Up to this day")]


class ExportWord(Word):
    """A command that writes whole tables, in the form that the file's ending says."""

    formats = tuple(EXPORTS)

    def form(self, session: Session) -> str:
        """The form that is named, or that the ending of --output says; without both the user's own, or csv."""
        return _form(session)


@command(
    app,
    "contacts",
    [
        "crmcli export contacts -o contacts.xlsx",
        "crmcli export contacts --tag опт --state due -o wholesale.csv",
        "crmcli export contacts --owner Ольга -o phone.vcf",
    ],
    ExportWord,
)
def export_contacts(
    search: Annotated[str, params.text("--search", metavar="TEXT", help="Part of a name, phone or e-mail")] = "",
    owner: Owner = None,
    channel: Channel = None,
    tag: Annotated[str | None, params.text("--tag", metavar="TAG", help="With this tag")] = None,
    city: City = None,
    state: Annotated[str | None, params.word("--state", of=STATES, help="In this state")] = None,
    has_phone: Annotated[bool | None, typer.Option("--has-phone/--no-phone", help="With or without a phone")] = None,
    next_by: Annotated[date | None, params.day("--next-by", ahead=True, help="Whose next date is up to this")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Those archived instead")] = False,
    segment: params.Segment = None,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    headings: Headings = None,
    for_excel: ForExcel = False,
) -> int:
    """Write contacts with all that is known of them, or as vCards for a telephone (.vcf)."""

    def tables(source: Source) -> list[Table]:
        connection, at = source.connection, finding.as_of(as_of)
        wanted = asked.ContactFilter(
            text=search,
            owner_id=finding.given(finding.employee_id, connection, owner),
            channel_id=finding.given(finding.channel_id, connection, channel),
            tags=finding.as_written(connection, asked.known_tags(), tag),
            cities=finding.as_written(connection, asked.known_cities(), city),
            states=(state,) if state else (),
            has_phone=has_phone,
            next_by=next_by,
            archived=archived,
            among=finding.in_segment(connection, segment, at),
        )
        return [contacts_table(source, _ids(asked.contact_list(at, wanted), contacts.c.id))]

    return _export(tables, headings, for_excel=for_excel)


@command(
    app,
    "touches",
    ["crmcli export touches -o touches.xlsx", "crmcli export touches --from 2026-01-01 --kind call -o calls.csv"],
    ExportWord,
)
def export_touches(
    contact: Contact = None,
    employee: Annotated[str | None, params.text("--employee", metavar="EMPLOYEE", help="Of this employee")] = None,
    kind: Annotated[str | None, params.word("--kind", of=TOUCH_KINDS, help="Of this kind")] = None,
    since: Since = None,
    until: Until = None,
    segment: params.Segment = None,
    headings: Headings = None,
    for_excel: ForExcel = False,
) -> int:
    """Write touches."""

    def tables(source: Source) -> list[Table]:
        wanted = _wanted(source.connection, contact, employee, since, until, segment)
        return [touches_table(source, _ids(events.touch_list(replace(wanted, kind=kind)), touches.c.id))]

    return _export(tables, headings, for_excel=for_excel)


@command(
    app,
    "deals",
    ["crmcli export deals -o deals.xlsx", "crmcli export deals --state lost --from 2026-01-01 -o lost.xlsx"],
    ExportWord,
)
def export_deals(
    contact: Contact = None,
    owner: Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Whose deals")] = None,
    stage: Annotated[str | None, params.text("--stage", metavar="STAGE", help="In this stage")] = None,
    state: Annotated[str | None, params.word("--state", of=("open", "won", "lost"), help="In such a stage")] = None,
    since: Since = None,
    until: Until = None,
    segment: params.Segment = None,
    headings: Headings = None,
    for_excel: ForExcel = False,
) -> int:
    """Write deals, each with its way through the stages."""

    def tables(source: Source) -> list[Table]:
        stage_id = finding.given(finding.stage_id, source.connection, stage)
        wanted = _wanted(source.connection, contact, owner, since, until, segment)
        return [deals_table(source, _ids(events.deal_list(replace(wanted, kind=state, stage_id=stage_id)), deals.c.id))]

    return _export(tables, headings, for_excel=for_excel)


@command(
    app,
    "purchases",
    ["crmcli export purchases -o purchases.xlsx", "crmcli export purchases --from 2026-01-01 -o purchases.csv"],
    ExportWord,
)
def export_purchases(
    contact: Contact = None,
    owner: Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Sold by this employee")] = None,
    kind: Annotated[str | None, params.word("--kind", of=("sale", "refund"), help="Of this kind")] = None,
    since: Since = None,
    until: Until = None,
    segment: params.Segment = None,
    headings: Headings = None,
    for_excel: ForExcel = False,
) -> int:
    """Write sales and refunds, a row a line; refunds are below zero."""

    def tables(source: Source) -> list[Table]:
        wanted = _wanted(source.connection, contact, owner, since, until, segment)
        return [purchases_table(source, _ids(events.purchase_list(replace(wanted, kind=kind)), purchases.c.id))]

    return _export(tables, headings, for_excel=for_excel)


@command(
    app,
    "products",
    ["crmcli export products -o products.xlsx", "crmcli export products --format json"],
    ExportWord,
)
def export_products(headings: Headings = None, for_excel: ForExcel = False) -> int:
    """Write the products with their prices."""
    return _export(lambda source: [products_table(source)], headings, for_excel=for_excel)


@command(
    app,
    "all",
    ["crmcli export all -o everything.xlsx", "crmcli export all --headings en -o everything.json"],
    ExportWord,
)
def export_all(headings: Headings = None) -> int:
    """Write everything, the archived too: a workbook with a sheet each, or one .json."""
    return _export(all_tables, headings)


def headings_of(session: Session, chosen: Language | None) -> Language:
    """The language of the headings: the one chosen, else that of the base's country."""
    return chosen or ("ru" if session.setting("country") in _RUSSIAN else "en")


def _export(tables: Callable[[Source], list[Table]], headings: Language | None, *, for_excel: bool = False) -> int:
    """Writes the tables of one state of the base where they are wanted; the exit code."""
    session = current()
    form, language = _form(session), headings_of(session, headings)
    if for_excel and form != "csv":
        raise Wrong(f"--excel is for .csv: a .{form} needs nothing of the kind")
    with working("Exporting ..."), session.reading() as connection:
        made = tables(Source(connection, base_mark(connection), language))
        counted = [_Counted(table.rows) for table in made]
        export = Export([replace(table, rows=rows) for table, rows in zip(made, counted, strict=True)], for_excel)
        show(export, form, session.look, session.output)
    if session.output:
        told = ", ".join(f"{rows.count} of {table.key}" for table, rows in zip(made, counted, strict=True))
        show(Done(f"Rows written to {session.output}: {told}.", (), {}), "table", Look(), None)
    return _told_of_cut(export)


def _form(session: Session) -> str:
    if "format" in session.flags:
        return session.format
    if session.output is None:
        return session.format if session.format in EXPORTS else "csv"
    if (ending := session.output.suffix.lower()) not in _ENDINGS:
        raise Wrong(f"-o {session.output}: end it in {', '.join(_ENDINGS)}, or add --format")
    return _ENDINGS[ending]


def _told_of_cut(export: Export) -> int:
    """Says which cells could not hold their texts; the exit code, 3 where there are such."""
    if not export.cut:
        return 0
    named = ", ".join(export.cut[:_NAMED]) + (", ..." if len(export.cut) > _NAMED else "")
    line = f"cells that hold no more than a part of their text: {len(export.cut)} ({named}); .csv and .json hold all"
    sys.stderr.write(f"crmcli: {one_line(line)}\n")
    return 3


def _ids(listed: Select[Any], key: Column[int]) -> Select[Any]:
    """The ids of the rows of a list."""
    return listed.with_only_columns(key).order_by(None)


def _wanted(
    connection: Connection,
    contact: str | None,
    employee: str | None,
    since: date | None,
    until: date | None,
    segment: Sequence[str] | None,
) -> events.EventFilter:
    return events.EventFilter(
        contact_id=finding.given(finding.contact_id, connection, contact),
        owner_id=finding.given(finding.employee_id, connection, employee),
        since=since,
        until=until,
        among=finding.in_segment(connection, segment, finding.as_of(None)),
    )


@dataclass(slots=True)
class _Counted:
    """Rows that are counted as they pass by."""

    rows: Iterable[Row]
    count: int = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self.rows:
            self.count += 1
            yield row
