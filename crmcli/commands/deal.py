"""Possible sales on their way through the stages."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from crmcli.actions import deal as action
from crmcli.commands import finding, params
from crmcli.commands.cards import DEAL_COLUMNS, TOUCH_COLUMNS, with_ratings
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.output.result import Card, Column, Done, Listing
from crmcli.questions.events import EventFilter, deal_list, moves_of, touch_list
from crmcli.values.money import to_decimal

app = words("Possible sales on their way through the stages.", ["crmcli deal list --state open", "crmcli deal show 3"])

_MOVE_COLUMNS = (Column("moved_on", "On", "date"), Column("stage", "Stage"), Column("employee", "Employee"))
Rate = Annotated[list[str] | None, params.rate("--rate", help="What one unit of another currency is worth")]
Deal = Annotated[int, params.record_id_argument("DEAL", help="The deal's id")]
Owner = Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Whose deal it is")]


@command(
    app,
    "add",
    [
        "crmcli deal add 12 'Coffee for the office' --amount 45000 --expected +30d",
        "crmcli deal add 12 'Two grinders' --amount 12k --stage Proposal",
    ],
)
def add(
    contact: Annotated[str, params.contact("Id, phone, e-mail or part of the name; - where nobody is known yet")],
    title: Annotated[str, params.text_argument("TITLE", help="What it is about")],
    amount: Annotated[int | None, params.amount("--amount", help="What it may bring")] = None,
    stage: Annotated[str | None, params.text("--stage", metavar="STAGE", help="Where it stands; the first one")] = None,
    owner: Owner = None,
    channel: Annotated[str | None, params.text("--channel", metavar="CHANNEL", help="Where it came from")] = None,
    product: Annotated[str | None, params.text("--product", metavar="PRODUCT", help="What it is for")] = None,
    opened: Annotated[date | None, params.day("--opened", help="Since when; today without it")] = None,
    expected: Annotated[date | None, params.day("--expected", ahead=True, help="When it should be won")] = None,
    rate: Rate = None,
) -> Done:
    """Add a deal."""
    with current().writing("deal add") as writer:
        connection = writer.connection
        contact_id = None if contact == "-" else finding.contact_id(connection, contact)
        employee_id = finding.acting_employee_id(connection, owner)
        deal_id = action.add(
            writer,
            title,
            action.stage_of_kind(writer, "open").id if stage is None else finding.stage_id(connection, stage),
            opened or current().today,
            employee_id,
            contact_id=contact_id,
            amount=amount,
            owner_id=employee_id or finding.owner_id_of(connection, contact_id),
            channel_id=finding.given(finding.channel_id, connection, channel),
            product_id=finding.given(finding.product_id, connection, product),
            expected_on=expected,
        )
        writer.summary = f"added deal {deal_id} {title}"
        remark = finding.archived_remark(connection, contact_id)
    return said(f"Added deal {deal_id} {title}{remark}", id=deal_id, title=title, contact_id=contact_id)


@command(
    app,
    "move",
    [
        "crmcli deal move 3 Contract",
        "crmcli deal move 3 Lost --reason 'too dear'",
        "crmcli deal move 3 Paid --on yesterday",
    ],
)
def move(
    deal: Deal,
    stage: Annotated[str, params.text_argument("STAGE", help="The stage's name")],
    on: Annotated[date | None, params.day("--on", help="When; today without it")] = None,
    reason: Annotated[str | None, params.text("--reason", metavar="TEXT", help="Why it was lost")] = None,
) -> Done:
    """Move a deal to another stage."""
    with current().writing("deal move") as writer:
        deal_id = finding.deal_id(writer.connection, deal)
        present = dict(writer.connection.execute(deal_list(EventFilter(deal_id=deal_id))).mappings().one())
        stage_id = finding.stage_id(writer.connection, stage)
        moved_to = action.stage_of(writer, stage_id)
        stays = present["stage"] == moved_to.name
        if not stays or (reason and reason != present["lost_reason"]):
            employee_id = finding.acting_employee_id(writer.connection)
            day = on or (present["closed_on"] if stays else None) or current().today
            action.move(writer, deal_id, stage_id, day, employee_id, lost_reason=reason)
        writer.summary = f"moved deal {deal_id} {present['title']} to {moved_to.name}"
    hint = _money_hint(present) if moved_to.kind == "won" else ""
    so_already = f"Deal {deal_id} {present['title']} is in {moved_to.name} already"
    return said(f"{sentence(writer.summary)}{hint}", otherwise=so_already, id=deal_id, stage=moved_to.name)


@command(app, "show", ["crmcli deal show 3", "crmcli deal show 3 --format json"])
def show(deal: Deal) -> Card:
    """Show a deal, its way through the stages and its touches."""
    with current().reading() as connection:
        deal_id = finding.deal_id(connection, deal)
        row = dict(connection.execute(deal_list(EventFilter(deal_id=deal_id))).mappings().one())
        moves = finding.all_rows(connection, moves_of(deal))
        touches = with_ratings(finding.all_rows(connection, touch_list(EventFilter(deal_id=deal_id))))
    sections = {
        "moves": Listing(_MOVE_COLUMNS, moves, len(moves), title="Way through the stages"),
        "touches": Listing(TOUCH_COLUMNS, touches, len(touches), title="Touches", empty="None yet."),
    }
    columns = [replace(column, shown=column.key not in {"id", "title", "contact_id"}) for column in DEAL_COLUMNS]
    return Card(columns, row, f"{row['title']} (deal {deal_id})", sections)


@command(app, "list", ["crmcli deal list --state open", "crmcli deal list --stage Proposal --owner Ольга"], ListWord)
def list_deals(
    contact: Annotated[str | None, params.text("--contact", metavar="CONTACT", help="Of this contact")] = None,
    owner: Owner = None,
    stage: Annotated[str | None, params.text("--stage", metavar="STAGE", help="In this stage")] = None,
    state: Annotated[str | None, params.word("--state", of=("open", "won", "lost"), help="In such a stage")] = None,
    since: Annotated[date | None, params.day("--from", help="Opened from this day on")] = None,
    until: Annotated[date | None, params.day("--to", help="Opened up to this day")] = None,
    segment: params.Segment = None,
) -> Listing:
    """List deals, the latest opened first."""
    with current().reading() as connection:
        wanted = EventFilter(
            contact_id=finding.given(finding.contact_id, connection, contact),
            owner_id=finding.given(finding.employee_id, connection, owner),
            stage_id=finding.given(finding.stage_id, connection, stage),
            kind=state,
            since=since,
            until=until,
            among=finding.in_segment(connection, segment, finding.as_of(None)),
        )
        rows, total = finding.fetched(connection, deal_list(wanted))
    return Listing(DEAL_COLUMNS, rows, total, empty="No such deal.")


def _money_hint(deal: dict[str, Any]) -> str:
    """How to record what a deal that was won brings."""
    amount = "AMOUNT" if deal["amount"] is None else to_decimal(deal["amount"], current().currency_digits)
    return f"; record its money with: crmcli purchase add {deal['contact_id'] or '-'} {amount} --deal {deal['id']}"
