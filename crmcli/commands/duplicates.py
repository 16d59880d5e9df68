"""Contacts that may be one: finding them, joining them, telling them apart."""

from collections.abc import Sequence
from typing import Annotated, Any

from sqlalchemy import Connection

from crmcli.actions import merge as action
from crmcli.commands import finding, params
from crmcli.commands.session import current
from crmcli.commands.word import AskingWord, ListWord, command, said, sentence, words
from crmcli.errors import CrmError
from crmcli.output.result import Column, Done, Listing
from crmcli.questions import duplicates as question
from crmcli.questions.likeness import Compared, Found

app = words("Contacts that may be one.")

_COLUMNS = (
    Column("contact_a", "A", "int"),
    Column("name_a", "Name"),
    Column("phones_a", "Phones", "texts", shown=False),
    Column("emails_a", "E-mails", "texts", shown=False),
    Column("city_a", "City"),
    Column("contact_b", "B", "int"),
    Column("name_b", "Name"),
    Column("phones_b", "Phones", "texts", shown=False),
    Column("emails_b", "E-mails", "texts", shown=False),
    Column("city_b", "City"),
    Column("likeness", "Likeness", "rate"),
    Column("reason", "Why"),
)
_SINGLE = {
    "phones": "phone",
    "e-mails": "e-mail",
    "tags": "tag",
    "touches": "touch",
    "deals": "deal",
    "purchases": "purchase",
}
Several = Annotated[list[str], params.text_argument("CONTACT...", help="Id, phone, e-mail or part of the name")]


@command(app, "duplicates", ["crmcli contact duplicates", "crmcli contact duplicates --format json"], ListWord)
def duplicates(segment: params.Segment = None) -> Listing:
    """List pairs of contacts that may be one, most likely first, and why.

    A phone, e-mail or tax id in common, or a name in one city or company: in Russian or English letters, in any order,
    with initials or misspelt. Phones that many names share, and the like of noreply@, tell nothing. Of a segment: pairs
    of which one at least is in it.
    """
    with current().reading() as connection:
        people = question.people_of(
            connection.execute(question.contacts_compared()), connection.execute(question.points_compared())
        )
        found = question.duplicates(people, (tuple(row) for row in connection.execute(question.pairs_set_apart())))
        among = finding.in_segment(connection, segment, finding.as_of(None))
        ids = None if among is None else set(connection.execute(among).scalars())
    pairs = [pair for pair in found.pairs if ids is None or ids & {pair.a.id, pair.b.id}]
    rows = [_row(pair) for pair in pairs[: current().limit]]
    empty = f"No duplicates{finding.of_segment(segment)}."
    return Listing(_COLUMNS, rows, len(pairs), remarks=_remarks(pairs, found.cut_blocks), empty=empty)


@command(
    app,
    "merge",
    ["crmcli contact merge 3 7 --yes", "crmcli contact merge 3 7 12 --yes"],
    AskingWord,
)
def merge(
    into: Annotated[str, params.contact("The contact that stays: id, phone, e-mail or part of the name")],
    contacts: Several,
) -> Done:
    """Make contacts one: the first stays and gets all that the others have.

    Its own values win; what the others have instead is kept in its custom fields, such as "other city".
    """
    session = current()
    with session.reading() as connection:
        kept = finding.contact_id(connection, into)
        others = _others(connection, kept, contacts)
        name = finding.contact_name(connection, kept)
        what = f"{', '.join(_told(connection, other) for other in others)} into {kept} {name}"
    if not session.confirm(f"Merge {what}?"):
        raise CrmError("nothing was merged")
    with session.writing("contact merge") as writer:
        for other in others:
            action.merge(writer, kept, other)
        writer.summary = f"merged {what}"
    return said(sentence(writer.summary), id=kept, name=name, merged=", ".join(map(str, others)))


@command(
    app,
    "distinct",
    ["crmcli contact distinct 3 7", "crmcli contact distinct 3 7 12"],
)
def distinct(contacts: Several) -> Done:
    """Say that contacts are not one another: they are not listed as duplicates again."""
    with current().writing("contact distinct") as writer:
        ids = [finding.contact_id(writer.connection, text) for text in contacts]
        action.set_apart(writer, ids)
        named = ", ".join(f"{one} {finding.contact_name(writer.connection, one)}" for one in dict.fromkeys(ids))
        writer.summary = f"noted that contacts {named} are not one"
    return said(sentence(writer.summary), otherwise=f"That contacts {named} are not one is noted already")


def _row(pair: Found) -> dict[str, Any]:
    both = {**_side(pair.a, "a"), **_side(pair.b, "b")}
    return {**both, "likeness": pair.likeness, "reason": pair.reason}


def _side(contact: Compared, side: str) -> dict[str, Any]:
    points = {kind: [value for of_kind, value in contact.points if of_kind == kind] for kind in ("phone", "email")}
    row = {"contact": contact.id, "name": contact.name, "phones": points["phone"], "emails": points["email"]}
    return {f"{key}_{side}": value for key, value in {**row, "city": contact.city}.items()}


def _remarks(pairs: Sequence[Found], cut_blocks: int) -> list[str]:
    if not pairs:
        return []
    a, b = pairs[0].a.id, pairs[0].b.id
    remarks = [f"crmcli contact merge {a} {b} joins two; crmcli contact distinct {a} {b} says they are not one."]
    if cut_blocks:
        remarks.append(
            f"{cut_blocks} groups of more than {question.WINDOW} contacts with a phone, place or name in common: "
            f"each was compared with the {question.WINDOW} next by name."
        )
    return remarks


def _others(connection: Connection, kept: int, texts: Sequence[str]) -> list[int]:
    """The contacts that become part of the kept one. CrmError for itself, or one that is archived."""
    others = list(dict.fromkeys(finding.contact_id(connection, text) for text in texts))
    if kept in others:
        raise CrmError(f"contact {kept} {finding.contact_name(connection, kept)} cannot be merged with itself")
    for contact_id in (kept, *others):
        action.mergeable(connection, contact_id)
    return others


def _told(connection: Connection, contact_id: int) -> str:
    """The contact and what it has: 7 Anna (2 phones, 1 purchase)."""
    counts = connection.execute(question.belongings(contact_id)).one()._mapping
    has = [f"{count} {_SINGLE[name] if count == 1 else name}" for name, count in counts.items() if count]
    return f"{contact_id} {finding.contact_name(connection, contact_id)} ({', '.join(has) or 'nothing else known'})"
