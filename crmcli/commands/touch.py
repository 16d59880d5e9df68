"""Calls, meetings, e-mails, messages, visits and letters."""

from datetime import date, time
from typing import Annotated

import typer

from crmcli.actions import deal as deals
from crmcli.actions import touch as action
from crmcli.base.writing import Writer
from crmcli.commands import finding, params
from crmcli.commands.cards import TOUCH_COLUMNS, with_ratings
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, words
from crmcli.output.result import Done, Listing
from crmcli.questions.events import EventFilter, touch_list
from crmcli.questions.names import all_stages
from crmcli.schema.touches import OUTCOMES, TOUCH_KINDS

app = words(
    "Calls, meetings, e-mails, messages, visits and letters.",
    ["crmcli touch add 12 call", "crmcli touch list --contact 12"],
)


@command(
    app,
    "add",
    [
        "crmcli touch add 12 call --outcome interested --text 'asked for the price' --next +7d",
        "crmcli touch add 12 meeting --on yesterday --minutes 40 --rating 4/5",
        "crmcli touch add 12 email --direction in --on 31.05.2026",
    ],
)
def add(
    contact: Annotated[str, params.contact()],
    kind: Annotated[str, params.word_argument("KIND", TOUCH_KINDS, help="What it was")],
    direction: Annotated[str, params.word("--direction", of=("in", "out"), help="Who began")] = "out",
    outcome: Annotated[str, params.word("--outcome", of=OUTCOMES, help="What came of it")] = "done",
    on: Annotated[date | None, params.day("--on", help="When; today without it")] = None,
    at: Annotated[time | None, params.clock("--at", help="At what time")] = None,
    minutes: Annotated[
        int | None, typer.Option("--minutes", metavar="N", min=0, max=10_000, help="How long it took")
    ] = None,
    rating: Annotated[int | None, params.rating("--rating", help="How content the customer is")] = None,
    text: Annotated[str | None, params.long_text("--text", metavar="TEXT", help="What was said")] = None,
    employee: Annotated[str | None, params.text("--employee", metavar="EMPLOYEE", help="Who; you without it")] = None,
    deal: Annotated[int | None, params.record_id("--deal", metavar="ID", help="The deal it was about")] = None,
    next_on: Annotated[date | None, params.day("--next", ahead=True, help="When to get in touch next")] = None,
) -> Done:
    """Log a touch.

    It moves the contact's open deal to the stage that this kind of touch enters, if that is a later one.
    """
    day = on or current().today
    with current().writing("touch add") as writer:
        contact_id = finding.contact_id(writer.connection, contact)
        touch_id, stage = action.add(
            writer,
            contact_id,
            kind,
            day,
            next_on,
            direction=direction,
            outcome=outcome,
            happened_at=at,
            minutes=minutes,
            rating=rating,
            text=text,
            employee_id=finding.acting_employee_id(writer.connection, employee),
            deal_id=finding.deal_id_of(writer.connection, deal, contact_id),
        )
        remark = finding.archived_remark(writer.connection, contact_id)
        name = finding.contact_name(writer.connection, contact_id)
        moved = f"; the deal moved to {stage}" if stage else _unmoved(writer, contact_id, kind, outcome, deal)
        writer.summary = f"logged touch {touch_id}, {kind} with contact {contact_id} {name}{moved}"
    planned = f"; next on {next_on}" if next_on else ""
    later = f"; {day} is in the future: --next plans a touch" if day > current().today else ""
    line = f"Logged touch {touch_id}: {kind} with contact {contact_id} {name}{moved}{planned}{later}{remark}"
    return said(line, id=touch_id, contact_id=contact_id, moved_to=stage)


@command(
    app, "list", ["crmcli touch list --contact 12", "crmcli touch list --from -30d --kind call --format csv"], ListWord
)
def list_touches(
    contact: Annotated[str | None, params.text("--contact", metavar="CONTACT", help="With this contact")] = None,
    employee: Annotated[str | None, params.text("--employee", metavar="EMPLOYEE", help="Of this employee")] = None,
    kind: Annotated[str | None, params.word("--kind", of=TOUCH_KINDS, help="Of this kind")] = None,
    since: Annotated[date | None, params.day("--from", help="From this day on")] = None,
    until: Annotated[date | None, params.day("--to", help="Up to this day")] = None,
    segment: params.Segment = None,
) -> Listing:
    """List touches, the latest first."""
    with current().reading() as connection:
        wanted = EventFilter(
            contact_id=finding.given(finding.contact_id, connection, contact),
            owner_id=finding.given(finding.employee_id, connection, employee),
            kind=kind,
            since=since,
            until=until,
            among=finding.in_segment(connection, segment, finding.as_of(None)),
        )
        rows, total = finding.fetched(connection, touch_list(wanted))
    return Listing(TOUCH_COLUMNS, with_ratings(rows), total, empty="No such touch.")


def _unmoved(writer: Writer, contact_id: int, kind: str, outcome: str, deal: int | None) -> str:
    """That a touch which enters a stage moved none of several open deals."""
    if deal or outcome not in {"done", "interested"}:
        return ""
    open_ones = deals.open_deals_of(writer, contact_id)
    entered = {step["entered_by"] for step in finding.all_rows(writer.connection, all_stages())}
    if len(open_ones) < 2 or kind not in entered:
        return ""
    return f"; {len(open_ones)} open deals, none moved: --deal says which"
