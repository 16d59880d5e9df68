"""Sales and refunds."""

from datetime import date
from typing import Annotated, Any

from sqlalchemy import Connection, select

from crmcli.actions import deal as deals
from crmcli.actions import purchase as action
from crmcli.base.writing import Writer
from crmcli.commands import finding, params
from crmcli.commands.cards import PURCHASE_COLUMNS
from crmcli.commands.deal import Rate
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.errors import Wrong
from crmcli.output.result import Column, Done, Listing
from crmcli.output.values import for_people
from crmcli.questions.events import EventFilter, purchase_list
from crmcli.schema import purchases

app = words("Sales and refunds.", ["crmcli purchase add 12 4500", "crmcli purchase list --contact 12"])


@command(
    app,
    "add",
    [
        "crmcli purchase add 12 '1 200,50'",
        "crmcli purchase add 39 4500 --on yesterday --deal 3",
        "crmcli purchase add - 300 --on 31.05.2026",
    ],
)
def add(
    contact: Annotated[str, params.contact("Id, phone, e-mail or part of the name; - for a sale to nobody known")],
    amount: Annotated[int | None, params.amount_argument(help="What was paid; without it the lines add up")] = None,
    on: Annotated[date | None, params.day("--on", help="When; today without it")] = None,
    cost: Annotated[int | None, params.amount("--cost", help="What the goods cost you")] = None,
    line: Annotated[list[Any] | None, params.line("--line", help="A product of it; may be repeated")] = None,
    deal: Annotated[int | None, params.record_id("--deal", metavar="ID", help="The deal it closes as won")] = None,
    owner: Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Who sold; you without it")] = None,
    channel: Annotated[str | None, params.text("--channel", metavar="CHANNEL", help="Where it came from")] = None,
    rate: Rate = None,
) -> Done:
    """Record a sale."""
    session = current()
    with session.writing("purchase add") as writer:
        connection = writer.connection
        contact_id = None if contact == "-" else finding.contact_id(connection, contact)
        day = on or session.today
        lines = [
            action.Line(finding.product_id(connection, name), quantity, price) for name, quantity, price in line or []
        ]
        purchase_id = action.add(
            writer,
            day,
            amount,
            lines,
            contact_id=contact_id,
            cost=cost,
            deal_id=finding.deal_id_of(connection, deal, contact_id),
            owner_id=finding.acting_employee_id(connection, owner) or finding.owner_id_of(connection, contact_id),
            channel_id=finding.given(finding.channel_id, connection, channel),
        )
        won = _win(writer, deal, day)
        whose = f"contact {contact_id} {finding.contact_name(connection, contact_id)}" if contact_id else "nobody known"
        writer.summary = f"recorded sale {purchase_id} of {_paid(connection, purchase_id)} to {whose}"
        remark = finding.archived_remark(connection, contact_id)
    later = "; its date is in the future: it counts from then on" if day > session.today else ""
    return said(f"{sentence(writer.summary)}{won}{later}{remark}", id=purchase_id, contact_id=contact_id)


@command(app, "refund", ["crmcli purchase refund 20", "crmcli purchase refund 21 --amount 100 --on today"])
def refund(
    purchase: Annotated[int, params.record_id_argument("PURCHASE", help="The sale's id")],
    amount: Annotated[int | None, params.amount("--amount", help="How much; what is left of it without it")] = None,
    on: Annotated[date | None, params.day("--on", help="When; today without it")] = None,
    rate: Rate = None,
) -> Done:
    """Record that a sale was given back, or part of it."""
    if amount == 0:
        raise Wrong("a refund of nothing changes nothing: --amount takes more than 0")
    with current().writing("purchase refund") as writer:
        refund_id = action.refund(writer, purchase, on or current().today, amount)
        writer.summary = f"recorded refund {refund_id} of {_paid(writer.connection, refund_id)} for sale {purchase}"
    return said(sentence(writer.summary), id=refund_id, refund_of_id=purchase)


@command(
    app, "list", ["crmcli purchase list --contact 12", "crmcli purchase list --from 2026-01-01 --format csv"], ListWord
)
def list_purchases(
    contact: Annotated[str | None, params.text("--contact", metavar="CONTACT", help="Of this contact")] = None,
    owner: Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Sold by this employee")] = None,
    kind: Annotated[str | None, params.word("--kind", of=("sale", "refund"), help="Of this kind")] = None,
    since: Annotated[date | None, params.day("--from", help="From this day on")] = None,
    until: Annotated[date | None, params.day("--to", help="Up to this day")] = None,
    segment: params.Segment = None,
) -> Listing:
    """List sales and refunds, the latest first."""
    with current().reading() as connection:
        wanted = EventFilter(
            contact_id=finding.given(finding.contact_id, connection, contact),
            owner_id=finding.given(finding.employee_id, connection, owner),
            kind=kind,
            since=since,
            until=until,
            among=finding.in_segment(connection, segment, finding.as_of(None)),
        )
        rows, total = finding.fetched(connection, purchase_list(wanted))
    return Listing(PURCHASE_COLUMNS, finding.split_lists(rows, "products"), total, empty="No such purchase.")


def _paid(connection: Connection, purchase_id: int) -> str:
    """The amount of a purchase for people, with the currency."""
    minor = connection.execute(select(purchases.c.amount).where(purchases.c.id == purchase_id)).scalar_one()
    look = current().look
    return f"{for_people(minor, Column('amount', kind='money'), look)} {look.currency}"


def _win(writer: Writer, deal_id: int | None, day: date) -> str:
    """Moves the deal that a sale closes to won, unless it is."""
    if deal_id is None or not deals.is_open(writer, deal_id):
        return ""
    won = deals.stage_of_kind(writer, "won")
    deals.move(writer, deal_id, won.id, day, finding.acting_employee_id(writer.connection))
    return f"; deal {deal_id} moved to {won.name}"
