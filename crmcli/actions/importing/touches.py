"""Touches of a file: those that the base has not, stored. They move no deal: a file tells of the past."""

from typing import Any

from sqlalchemy import select

from crmcli.actions.importing.claims import Found
from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.links import Link
from crmcli.actions.importing.pending import completed, looked_up
from crmcli.actions.importing.report import Fate
from crmcli.schema import deals, touches
from crmcli.values.records import TouchRecord

_DONE = "done"


class Touches:
    """The touches that the base has: by their key, or else by contact, time, kind, outcome and text."""

    def __init__(self, intake: Intake, found: Found[TouchRecord]) -> None:
        self._intake = intake
        self._deals = dict(intake.refs(deals, (record.deal_key for record, _ in found)))
        claims = intake.claims(touches, found)
        columns = [column for column in touches.c if column.name != "id"]
        rows = list(intake.referred(touches, (record.key for record, _ in found), *columns))
        self._known = claims.make(rows, lambda row: (row.ref, row.contact_id), lambda r, who: (r.key, who))
        # A key of the base's own may come from a copy that went its own way: the day alone tells nothing there.
        self._known |= claims.make(
            rows,
            lambda row: (row.ref, row.happened_on, row.text if intake.own(row.ref) else None),
            lambda r, _: (r.key, r.happened_on, r.text if intake.own(r.key) else None),
        )
        self._contradicted = claims.make(rows, lambda row: row.ref, lambda r, _: r.key)
        alike = _of_contacts(intake, claims.left)
        self._known |= claims.make(alike, _held, _said)
        self._held = {row.id: row._mapping for row in (*rows, *alike)}

    def take(self, record: TouchRecord, contact_id: int) -> Fate:
        """Stores a touch; one that the base has is completed, or changed, as the import is told.

        Raises Refused where its key is that of another contact's touch on another day.
        """
        if other := self._contradicted.get(record.where):
            raise Refused(
                f"the key {record.key} is that of touch {other}, of another contact and day: if the file comes from "
                "another system, import it with --source NAME"
            )
        if (touch_id := self._known.get(record.where)) is not None:
            return Fate.UNCHANGED if self._intake.on_duplicate == "skip" else self._complete(touch_id, record)
        touch_id = self._intake.pending.add(
            touches,
            contact_id=contact_id,
            employee_id=self._intake.names.employee(record.employee),
            kind=record.kind,
            direction=record.direction,
            outcome=record.outcome or _DONE,
            happened_on=record.happened_on,
            happened_at=record.happened_at,
            minutes=record.minutes,
            rating=record.rating,
            text=record.text,
            deal_id=self._deals.get(record.deal_key or ""),
        )
        self._intake.add_ref(touches, touch_id, record.key)
        self._intake.others.add(touches, touch_id, record.other_keys)
        self._link(touch_id, record)
        return Fate.CREATED

    def _complete(self, touch_id: int, record: TouchRecord) -> Fate:
        held, names = self._held[touch_id], self._intake.names
        said = {
            "employee_id": names.employee(record.employee) if self._intake.asks(held, "employee_id") else None,
            "outcome": record.outcome,
            "happened_on": record.happened_on,
            "happened_at": record.happened_at,
            "minutes": record.minutes,
            "rating": record.rating,
            "text": record.text,
            "deal_id": self._deals.get(record.deal_key or ""),
        }
        changed = completed(held, said, over=self._intake.is_over)
        differs = bool(completed(held, said, over=True))
        self._link(touch_id, record)
        return self._intake.change(touches, touch_id, changed, record.other_keys, differs=differs)

    def _link(self, touch_id: int, record: TouchRecord) -> None:
        """Notes a deal that is still to come."""
        if record.deal_key and record.deal_key not in self._deals:
            self._intake.links.note(Link(touches, touch_id, "deal_id", record.deal_key))


def _held(row: Any) -> tuple[Any, ...]:
    return row.contact_id, row.happened_on, row.happened_at, row.kind, row.direction, row.outcome, row.text


def _said(record: TouchRecord, contact_id: int | None) -> tuple[Any, ...] | None:
    outcome = record.outcome or _DONE
    what = (record.kind, record.direction, outcome, record.text)
    return None if record.key else (contact_id, record.happened_on, record.happened_at, *what)


def _of_contacts(intake: Intake, found: Found[TouchRecord]) -> list[Any]:
    return list(looked_up(intake.connection, select(touches), touches.c.contact_id, (who for _, who in found if who)))
