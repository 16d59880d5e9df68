"""Touches of a file: those that the base has not, stored. They move no deal: a file tells of the past."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from crmcli.actions.importing.intake import Intake, Stock
from crmcli.actions.importing.pending import looked_up
from crmcli.schema import touches
from crmcli.values.records import TouchRecord

Found = list[tuple[TouchRecord, int]]


class Touches:
    """The touches that the base has: by their key, or else by contact, day, kind and text."""

    def __init__(self, intake: Intake, found: Found) -> None:
        self._intake = intake
        keyed = ((ref, 1) for ref, _ in intake.refs(touches, (record.key for record, _ in found)))
        self._stock = Stock([*keyed, *_alike(intake, found)])

    def take(self, record: TouchRecord, contact_id: int) -> bool:
        """Stores a touch unless the base has it; whether it was new."""
        if self._stock.has(record.key or (contact_id, record.happened_on, record.kind, record.text)):
            return False
        touch_id = self._intake.pending.add(
            touches,
            contact_id=contact_id,
            employee_id=self._intake.names.employee(record.employee),
            kind=record.kind,
            direction=record.direction,
            outcome=record.outcome or "done",
            happened_on=record.happened_on,
            happened_at=record.happened_at,
            minutes=record.minutes,
            text=record.text,
        )
        self._intake.add_ref(touches, touch_id, record.key)
        return True


def _alike(intake: Intake, found: Found) -> Iterator[tuple[Any, int]]:
    """How many touches there are of each contact, day, kind and text."""
    c = touches.c
    counted: Any = select(c.contact_id, c.happened_on, c.kind, c.text, func.count().label("total"))
    counted = counted.group_by(c.contact_id, c.happened_on, c.kind, c.text)
    rows = looked_up(intake.connection, counted, c.contact_id, (i for record, i in found if not record.key))
    return (((row.contact_id, row.happened_on, row.kind, row.text), row.total) for row in rows)
