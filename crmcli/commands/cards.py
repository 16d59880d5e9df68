"""The columns of each kind of row, and the card of a contact."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from crmcli.commands.finding import all_rows, split_lists
from crmcli.commands.word import sentence
from crmcli.output.result import Card, Column, Listing
from crmcli.questions import contacts as asked
from crmcli.questions import events
from crmcli.questions.reactivate import reason
from crmcli.questions.rhythm import AsOf

CONTACT_COLUMNS = (
    Column("id", "Id", "int"),
    Column("name", "Name"),
    Column("kind", "Kind", shown=False),
    Column("company", "Company"),
    Column("phones", "Phones", "texts"),
    Column("emails", "E-mails", "texts", shown=False),
    Column("city", "City"),
    Column("owner", "Owner"),
    Column("channel", "Channel", shown=False),
    Column("tags", "Tags", "texts"),
    Column("state", "State"),
    Column("last_purchase_on", "Last purchase", "date"),
    Column("silent_days", "Silent, days", "int", shown=False),
    Column("period_days", "Period, days", "int", shown=False),
    Column("period_source", shown=False),
    Column("purchase_days", shown=False, kind="int"),
    Column("revenue", "Revenue", "money"),
    Column("refunds", "Refunds", "money", shown=False),
    Column("yearly_value", "A year", "money", shown=False),
    Column("last_touch_on", "Last touch", "date", shown=False),
    Column("next_contact_on", "Next", "date"),
    Column("external_ref", shown=False),
    Column("referred_by", shown=False),
    Column("birthday", kind="date", shown=False),
    Column("tax_id", shown=False),
    Column("note", shown=False),
    Column("extra", kind="fields", shown=False),
    Column("archived", kind="flag", shown=False),
)
TOUCH_COLUMNS = (
    Column("id", "Id", "int"),
    Column("happened_on", "On", "date"),
    Column("happened_at", "At", "time"),
    Column("contact_id", kind="int", shown=False),
    Column("contact", "Contact"),
    Column("kind", "Kind"),
    Column("direction", "Way"),
    Column("outcome", "Outcome"),
    Column("minutes", "Minutes", "int"),
    Column("rating", "Rating", "rate"),
    Column("employee", "Employee"),
    Column("deal_id", "Deal", "int"),
    Column("text", "Text"),
)
DEAL_COLUMNS = (
    Column("id", "Id", "int"),
    Column("title", "Deal"),
    Column("contact_id", kind="int", shown=False),
    Column("contact", "Contact"),
    Column("stage", "Stage"),
    Column("state", "State", shown=False),
    Column("amount", "Amount", "money"),
    Column("owner", "Owner"),
    Column("channel", "Channel"),
    Column("product", "Product"),
    Column("opened_on", "Opened", "date"),
    Column("expected_on", "Expected", "date"),
    Column("closed_on", "Closed", "date"),
    Column("lost_reason", "Why lost"),
)
PURCHASE_COLUMNS = (
    Column("id", "Id", "int"),
    Column("purchased_on", "On", "date"),
    Column("contact_id", kind="int", shown=False),
    Column("contact", "Contact"),
    Column("kind", "Kind"),
    Column("amount", "Amount", "money"),
    Column("cost", "Cost", "money"),
    Column("products", "Products", "texts"),
    Column("owner", "Owner"),
    Column("channel", "Channel"),
    Column("deal_id", "Deal", "int"),
    Column("refund_of_id", "Refund of", "int"),
)
_POINT_COLUMNS = (
    Column("kind", "Kind"),
    Column("value", "Value"),
    Column("raw", "As typed"),
    Column("label", "Label"),
    Column("read", "Read", "flag"),
)
_TIMELINE_COLUMNS = (
    Column("on", "On", "date"),
    Column("event", "What"),
    Column("id", "Id", "int"),
    Column("text", "About"),
    Column("amount", "Amount", "money"),
    Column("employee", "Employee"),
)
_ON_CARD = {
    "yearly_value": "A year",
    "refunds": "Refunds",
    "last_touch_on": "Last touch",
    "referred_by": "Referred by",
    "external_ref": "Key in sheets",
    "birthday": "Birthday",
    "tax_id": "Tax id",
    "note": "Note",
    "extra": "Own fields",
    "purchase_days": "Purchase days",
}
_IN_TITLE = {"id", "name", "kind"}


def contact_card(connection: Connection, contact_id: int, at: AsOf) -> Card:
    """All about a contact as of a day."""
    found = connection.execute(asked.contact_record(at, contact_id)).mappings().one()
    row = split_lists([dict(found)], "phones", "emails", "tags")[0]
    points = [
        {**point, "read": point["value"] is not None} for point in all_rows(connection, events.points_of(contact_id))
    ]
    timeline = _timeline(connection, events.EventFilter(contact_id=contact_id, until=at.day))
    sections = {
        "points": Listing(_POINT_COLUMNS, points, len(points), title="Phones, e-mails, addresses", empty="None yet."),
        "timeline": Listing(_TIMELINE_COLUMNS, timeline, len(timeline), title="Timeline", empty="Nothing yet."),
    }
    columns = [replace(column, shown=True, label=_ON_CARD.get(column.key, column.label)) for column in CONTACT_COLUMNS]
    shown = [replace(column, shown=bool(column.label) and column.key not in _IN_TITLE) for column in columns]
    return Card(shown, row, f"{row['name']} ({row['kind']} {row['id']})", sections, _rhythm(row))


def with_ratings(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Touches with their rating, ten-thousandths in the base, as a fraction."""
    return [{**row, "rating": None if row["rating"] is None else row["rating"] / 10_000} for row in rows]


def _rhythm(row: dict[str, Any]) -> str:
    """The rhythm of the contact in words."""
    if row["state"] == "lead":
        return "Has not bought yet."
    if row["period_days"] is None:
        return f"Bought once, {row['silent_days']} days ago."
    return f"{sentence(reason(row))}: {row['state']}."


def _timeline(connection: Connection, wanted: events.EventFilter) -> list[dict[str, Any]]:
    """Touches, deals and purchases, the latest first."""
    touches = (_touch_event(row) for row in all_rows(connection, events.touch_list(wanted)))
    deals = (_deal_event(row) for row in all_rows(connection, events.deal_list(wanted)))
    purchases = (_purchase_event(row) for row in all_rows(connection, events.purchase_list(wanted)))
    return sorted((*touches, *deals, *purchases), key=lambda event: event["on"], reverse=True)


def _touch_event(row: dict[str, Any]) -> dict[str, Any]:
    said = [
        row["direction"] if row["direction"] == "in" else "",
        "" if row["outcome"] == "done" else row["outcome"],
        row["text"] or "",
    ]
    text = ", ".join(part for part in said if part)
    return _event(row["happened_on"], row["kind"], row, text, None, row["employee"])


def _deal_event(row: dict[str, Any]) -> dict[str, Any]:
    lost = f" ({row['lost_reason']})" if row["lost_reason"] else ""
    return _event(row["opened_on"], "deal", row, f"{row['title']}: {row['stage']}{lost}", row["amount"], row["owner"])


def _purchase_event(row: dict[str, Any]) -> dict[str, Any]:
    products = ", ".join((row["products"] or "").split(asked.SEPARATOR))
    return _event(row["purchased_on"], row["kind"], row, products, row["amount"], row["owner"])


def _event(on: date, event: str, row: dict[str, Any], text: str, amount: int | None, who: str | None) -> dict[str, Any]:
    return {"on": on, "event": event, "id": row["id"], "text": text, "amount": amount, "employee": who}
