"""People and companies."""

from datetime import date
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.actions import contact as action
from crmcli.base.writing import Writer
from crmcli.commands import duplicates, finding, params, trash
from crmcli.commands.cards import CONTACT_COLUMNS, contact_card
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.errors import CrmError, Wrong
from crmcli.output.result import Card, Done, Listing
from crmcli.questions import contacts as asked
from crmcli.questions.rhythm import STATES
from crmcli.values.points import Point, read_email, read_phone

app = words("People and companies.", ["crmcli contact list --state due", "crmcli contact show 12"])

KINDS = ("person", "company")
Owner = Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Who looks after the contact")]
Channel = Annotated[str | None, params.text("--channel", metavar="CHANNEL", help="Where the contact came from")]
Company = Annotated[str | None, params.text("--company", metavar="NAME", help="The company, made where it is new")]
Referrer = Annotated[str | None, params.text("--referred-by", metavar="CONTACT", help="Who sent the contact")]
Birthday = Annotated[date | None, params.day("--birthday", help="Date of birth")]
City = Annotated[str | None, params.text("--city", metavar="CITY", help="City")]
TaxId = Annotated[str | None, params.text("--tax-id", metavar="NUMBER", help="INN or another tax number")]
Note = Annotated[str | None, params.long_text("--note", metavar="TEXT", help="A note")]
Next = Annotated[date | None, params.day("--next", ahead=True, help="When to get in touch next")]
Phones = Annotated[list[str] | None, params.text("--phone", metavar="PHONE", help="A phone; may be repeated")]
Emails = Annotated[list[str] | None, params.text("--email", metavar="EMAIL", help="An e-mail; may be repeated")]
Fields = Annotated[list[Any] | None, params.fields("--set", help="A field of your own; may be repeated")]


@command(
    app,
    "add",
    [
        "crmcli contact add 'Anna Petrova' --phone '+7 912 345-67-89' --city Kazan",
        "crmcli contact add 'Blue Door Cafe' --kind company --email hello@example.com",
        "crmcli contact add 'Ivan Smirnov' --company 'Blue Door Cafe' --set size=XL",
    ],
)
def add(
    name: Annotated[str, params.text_argument("NAME", help="Name of the person or company")],
    kind: Annotated[str, params.word("--kind", of=KINDS, help="What it is")] = "person",
    phone: Phones = None,
    email: Emails = None,
    company: Company = None,
    owner: Owner = None,
    channel: Channel = None,
    referred_by: Referrer = None,
    birthday: Birthday = None,
    city: City = None,
    tax_id: TaxId = None,
    note: Note = None,
    next_on: Next = None,
    tag: Annotated[list[str] | None, params.text("--tag", metavar="TAG", help="A tag; may be repeated")] = None,
    custom: Fields = None,
    force: Annotated[bool, typer.Option("--force", help="Add even if the phone or e-mail is known")] = False,
) -> Done:
    """Add a contact.

    Stops where somebody has the phone or e-mail already, and says who.
    """
    points = _points(phone, email)
    with current().writing("contact add") as writer:
        if not force:
            _refuse_known(writer.connection, points)
        links = _links(writer, company, owner, channel, referred_by)
        plain: dict[str, Any] = {"birthday": birthday, "next_contact_on": next_on}
        plain |= {"city": city or None, "tax_id": tax_id or None, "note": note or None}
        extra = {field: text for field, text in custom or [] if text}
        contact_id = action.add(writer, name, kind, points, extra=extra, **links, **plain)
        action.tag(writer, contact_id, tag or [])
        writer.summary = f"added contact {contact_id} {name}"
    return said(f"Added contact {contact_id} {name}{_unread(points)}", id=contact_id, name=name)


@command(app, "show", ["crmcli contact show 12", "crmcli contact show +79000003253 --format json"])
def show(
    contact: Annotated[str, params.contact()],
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
) -> Card:
    """Show all about a contact: points, rhythm, and the timeline of touches, deals and purchases."""
    with current().reading() as connection:
        return contact_card(connection, finding.contact_id(connection, contact), finding.as_of(as_of))


@command(
    app,
    "list",
    [
        "crmcli contact list --city Ярославль",
        "crmcli contact list --search анд --state due",
        "crmcli contact list --tag опт",
    ],
    ListWord,
)
def list_contacts(
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
    deleted: Annotated[bool, typer.Option("--deleted", help="The trash instead: who deleted whom, and why")] = False,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
) -> Listing:
    """List contacts, narrowed by what you give."""
    if deleted:
        _refuse_others(owner, channel, tag, city, state, has_phone, next_by, segment, archived or None)
        return trash.deleted_list(search)
    at = finding.as_of(as_of)
    with current().reading() as connection:
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
        rows, total = finding.fetched(connection, asked.contact_list(at, wanted), asked.contact_count(wanted))
    return Listing(
        CONTACT_COLUMNS, finding.split_lists(rows, "phones", "emails", "tags"), total, empty="No such contact."
    )


@command(
    app,
    "edit",
    [
        "crmcli contact edit 12 --city Kazan --next +2w",
        "crmcli contact edit 12 --phone '+7 912 000-11-22'",
        "crmcli contact edit 12 --note '' --set size=L",
    ],
)
def edit(
    contact: Annotated[str, params.contact()],
    name: Annotated[str | None, params.text("--name", metavar="NAME", help="Another name")] = None,
    kind: Annotated[str | None, params.word("--kind", of=KINDS, help="What it is")] = None,
    phone: Phones = None,
    email: Emails = None,
    drop: Annotated[
        list[str] | None, params.text("--drop", metavar="PHONE|EMAIL", help="Take one away; may be repeated")
    ] = None,
    company: Company = None,
    owner: Owner = None,
    channel: Channel = None,
    referred_by: Referrer = None,
    birthday: Annotated[date | None, params.new_day("--birthday", help="Date of birth")] = None,
    city: City = None,
    tax_id: TaxId = None,
    note: Note = None,
    next_on: Annotated[date | None, params.new_day("--next", ahead=True, help="When to get in touch next")] = None,
    custom: Fields = None,
    force: Annotated[bool, typer.Option("--force", help="Add the phone or e-mail even if somebody has it")] = False,
) -> Done:
    """Change a contact. An empty text ('') takes a value away; --phone and --email add one."""
    points = _points(phone, email)
    plain: dict[str, Any] = {"name": name, "kind": kind}
    days = {"birthday": birthday, "next_contact_on": next_on}
    texts = {"city": city, "tax_id": tax_id, "note": note}
    changed = {field: value for field, value in plain.items() if value is not None}
    changed |= {field: None if day == params.NO_DAY else day for field, day in days.items() if day is not None}
    changed |= {field: text or None for field, text in texts.items() if text is not None}
    if not (changed or points or drop or custom or {company, owner, channel, referred_by} - {None}):
        raise Wrong(
            "say what to change, such as --city Kazan or --phone '+7 912 000-11-22': crmcli contact edit --help"
        )
    with current().writing("contact edit") as writer:
        contact_id = finding.contact_id(writer.connection, contact)
        if not force:
            _refuse_known(writer.connection, points, besides=contact_id)
        changed |= _links(writer, company, owner, channel, referred_by)
        extra = dict(custom or [])
        present = finding.contact_row(writer.connection, contact_id)
        changed = {field: value for field, value in changed.items() if value != present[field]}
        extra = {field: text for field, text in extra.items() if text != present["extra"].get(field, "")}
        action.edit(writer, contact_id, changed, extra)
        action.add_points(writer, contact_id, points)
        for one in drop or []:
            action.drop_point(writer, contact_id, _normal_forms(one))
        shown = finding.contact_name(writer.connection, contact_id)
        writer.summary = f"changed contact {contact_id} {shown}"
    so_already = f"Contact {contact_id} {shown} is so already"
    return said(
        f"Changed contact {contact_id} {shown}{_unread(points)}", otherwise=so_already, id=contact_id, name=shown
    )


@command(app, "tag", ["crmcli contact tag 12 vip wholesale", "crmcli contact tag 12 vip --remove"])
def tag(
    contact: Annotated[str, params.contact()],
    tags: Annotated[list[str], params.text_argument("TAG...", help="One tag or more")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the tags away")] = False,
) -> Done:
    """Tag a contact."""
    with current().writing("contact tag") as writer:
        contact_id = finding.contact_id(writer.connection, contact)
        names = action.untag(writer, contact_id, tags) if remove else action.tag(writer, contact_id, tags)
        shown = finding.contact_name(writer.connection, contact_id)
        did = "took from" if remove else "gave"
        writer.summary = f"{did} contact {contact_id} {shown} the tags {', '.join(names)}"
    so_already = f"Contact {contact_id} {shown} is so already"
    return said(sentence(writer.summary), otherwise=so_already, id=contact_id, name=shown)


@command(app, "archive", ["crmcli contact archive 12", "crmcli contact archive 12 --restore"])
def archive(
    contact: Annotated[str, params.contact()],
    restore: Annotated[bool, typer.Option("--restore", help="Bring the contact back; say which by its id")] = False,
) -> Done:
    """Hide a contact from lists and questions; nothing of it is lost."""
    with current().writing("contact archive") as writer:
        contact_id = finding.contact_id(writer.connection, contact)
        if finding.is_archived(writer.connection, contact_id) == restore:
            action.archive(writer, contact_id, archived=not restore)
        shown = finding.contact_name(writer.connection, contact_id)
        writer.summary = f"{'restored' if restore else 'archived'} contact {contact_id} {shown}"
    so_already = f"Contact {contact_id} {shown} is {'not archived' if restore else 'archived already'}"
    return said(sentence(writer.summary), otherwise=so_already, id=contact_id, name=shown)


app.add_typer(duplicates.app)
app.add_typer(trash.app)


def _refuse_others(*options: object) -> None:
    """Sees that the trash is not narrowed by what is asked of contacts. Raises Wrong."""
    if any(option is not None for option in options):
        raise Wrong("--deleted can be narrowed by --search alone")


def _points(phones: list[str] | None, emails: list[str] | None) -> list[Point]:
    country = current().setting("country")
    return [read_phone(text, country) for text in phones or []] + [read_email(text) for text in emails or []]


def _normal_forms(text: str) -> list[str]:
    """What a phone or e-mail may be stored as."""
    both = (read_phone(text, current().setting("country")), read_email(text))
    return [text, *(point.value for point in both if point.value)]


def _refuse_known(connection: Connection, points: list[Point], besides: int | None = None) -> None:
    values = [point.value for point in points if point.value]
    for row in connection.execute(asked.contacts_reached_at(values)):
        if row.id != besides:
            where = " (archived)" if finding.is_archived(connection, row.id) else ""
            if row.deleted_at is not None:
                where = f", which is in the trash (crmcli contact restore {row.id} brings it back)"
            raise CrmError(
                f"{row.value} is that of contact {row.id} {row.name}{where}: nothing was changed; --force does it"
            )


def _links(
    writer: Writer, company: str | None, owner: str | None, channel: str | None, referrer: str | None
) -> dict[str, int | None]:
    """The columns that lead to other rows, of those given; an empty text takes one away."""
    found: dict[str, int | None] = {}
    if company is not None:
        found["company_id"] = action.company_named(writer, company) if company else None
    if owner is not None:
        found["owner_id"] = finding.given(finding.employee_id, writer.connection, owner or None)
    if channel is not None:
        found["channel_id"] = finding.given(finding.channel_id, writer.connection, channel or None)
    if referrer is not None:
        found["referred_by_id"] = finding.given(finding.contact_id, writer.connection, referrer or None)
    return found


def _unread(points: list[Point]) -> str:
    """What is kept as typed, said at once."""
    unread = [point.raw for point in points if point.value is None]
    return f" ({', '.join(unread)} kept as typed: no phone or e-mail that could be read)" if unread else ""
