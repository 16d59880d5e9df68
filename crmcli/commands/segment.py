"""Saved filters: people who have something in common."""

from datetime import date
from typing import Annotated

from crmcli.actions import segment as action
from crmcli.commands import finding, params
from crmcli.commands.cards import CONTACT_COLUMNS
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.errors import CrmError
from crmcli.output.result import Column, Done, Listing
from crmcli.questions.condition.fields import CUSTOM, FIELDS
from crmcli.questions.contacts import ContactFilter, contact_list
from crmcli.questions.revenue import UNATTRIBUTED
from crmcli.questions.rfm import segment_named
from crmcli.questions.segments import all_segments

app = words(
    "Saved filters over contacts, for --segment of every list and question.",
    ["crmcli segment add 'Казань спит' --where \"город = 'Казань' и не_покупал_дней > 60\"", "crmcli segment list"],
)

_COLUMNS = (Column("id", "Id", "int"), Column("name", "Segment"), Column("condition", "Condition"))
_FIELDS = (
    Column("field", "Field"),
    Column("russian", "По-русски"),
    Column("kind", "Kind"),
    Column("meaning", "Meaning"),
)
Name = Annotated[str, params.text_argument("NAME", help="The segment's name")]


@command(
    app,
    "add",
    [
        "crmcli segment add Sleeping --where \"city = 'Казань' and silent_days > 60 and revenue >= 100k\"",
        "crmcli segment add 'Без звонка' --where \"состояние в (due, dormant) и не_касались_дней > 90\"",
        "crmcli segment add Birthdays --where 'birthday_in_days <= 7 and has_phone'",
    ],
)
def add(
    name: Name,
    where: Annotated[str, params.long_text("--where", metavar="CONDITION", help="What its people have in common")],
) -> Done:
    """Save a condition under a name.

    A condition compares fields: = != < <= > >=, in (a, b), between a and b, contains, starts with, is empty, joined by
    and, or, not and brackets; in Russian: в, между, содержит, начинается с, пусто, и, или, не. Texts stand in quotes,
    their case does not matter; amounts are written 1200, '1 200,50' or 100k, dates 2026-12-31, 31.12.2026 or -90d,
    counted from the day asked about. crmcli segment fields lists the fields; field('size') is one of your own. What a
    contact lacks is neither more nor less than anything: write is empty.
    """
    if name.casefold() == UNATTRIBUTED or segment_named(name):
        raise CrmError(f"segment {name!r} is taken: {UNATTRIBUTED}, and what rfm calls its own")
    finding.among(where, finding.as_of(None))
    with current().writing("segment add") as writer:
        segment_id = action.add(writer, name, where)
        writer.summary = f"saved segment {segment_id} {name}"
    return said(sentence(writer.summary), id=segment_id, name=name)


@command(app, "list", ["crmcli segment list", "crmcli segment list --format json"], ListWord)
def list_segments() -> Listing:
    """List the saved segments with their conditions."""
    with current().reading() as connection:
        rows, total = finding.fetched(connection, all_segments())
    return Listing(_COLUMNS, rows, total, empty="No segment yet: crmcli segment add --help shows how to save one.")


@command(
    app,
    "show",
    ["crmcli segment show Regulars", "crmcli segment show regulars --as-of 2026-01-01 --format json"],
    ListWord,
)
def show(
    name: Name,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
) -> Listing:
    """List the people of a segment, as contact list does."""
    at = finding.as_of(as_of)
    with current().reading() as connection:
        wanted = ContactFilter(among=finding.in_segment(connection, [name], at))
        rows, total = finding.fetched(connection, contact_list(at, wanted))
        scored = finding.scored_segment(connection, name)
        saved = None if scored else finding.segment(connection, name)
    title = f"{saved.name}: {saved.condition}" if saved else f"{scored}: a segment of rfm"
    people = finding.split_lists(rows, "phones", "emails", "tags")
    return Listing(CONTACT_COLUMNS, people, total, title=title, empty="Nobody is in this segment.")


@command(app, "remove", ["crmcli segment remove Regulars", "crmcli segment remove regulars --format json"])
def remove(name: Name) -> Done:
    """Forget a segment; its people stay as they are."""
    with current().writing("segment remove") as writer:
        segment = finding.segment(writer.connection, name)
        action.remove(writer, segment.id)
        writer.summary = f"removed segment {segment.id} {segment.name}"
    return said(sentence(writer.summary), id=segment.id, name=segment.name)


@command(app, "fields", ["crmcli segment fields", "crmcli segment fields --format json"], ListWord)
def fields() -> Listing:
    """List the fields that a condition may name, in English and Russian."""
    rows = [{"field": one.name, "russian": one.names[1], "kind": one.kind, "meaning": one.help} for one in FIELDS]
    own, russian = (f"{word}('...')" for word in CUSTOM)
    rows.append({"field": own, "russian": russian, "kind": "text", "meaning": "A field of your own, by its name"})
    limit = current().flags.get("limit")
    return Listing(_FIELDS, rows[: int(limit)] if limit else rows, len(rows))
