"""Logging touches."""

from datetime import date
from typing import Any

from sqlalchemy import insert, update

from crmcli.actions import deal
from crmcli.base.writing import Writer
from crmcli.schema import contacts, touches

_MOVE_NOTHING = ("no-answer", "cancelled")


def add(
    writer: Writer, contact_id: int, kind: str, happened_on: date, next_contact_on: date | None = None, **fields: Any
) -> tuple[int, str | None]:
    """Logs a touch; `fields` are columns of `touches`. Returns its id, and the stage it moved a deal to, if any.

    It moves the deal it names, or the contact's only open one, to the stage entered by this kind of touch, if the
    deal stands earlier and the outcome is not no-answer or cancelled; the touch then belongs to that deal.
    """
    row = {"contact_id": contact_id, "kind": kind, "happened_on": happened_on, **fields}
    row["deal_id"], stage = _advanced(writer, row)
    touch_id = int(writer.connection.execute(insert(touches).values(row).returning(touches.c.id)).scalar_one())
    if next_contact_on is not None:
        planned = update(contacts).where(contacts.c.id == contact_id).values(next_contact_on=next_contact_on)
        writer.connection.execute(planned)
    return touch_id, stage


def _advanced(writer: Writer, touch: dict[str, Any]) -> tuple[int | None, str | None]:
    """The deal that a touch belongs to, and the stage it moves it to."""
    named = touch.get("deal_id")
    concerned = [named] if named else deal.open_deals_of(writer, touch["contact_id"])
    if touch.get("outcome") in _MOVE_NOTHING or len(concerned) != 1:
        return named, None
    stage = deal.advance_by_touch(writer, concerned[0], touch["kind"], touch["happened_on"], touch.get("employee_id"))
    return (concerned[0] if stage else named), stage
