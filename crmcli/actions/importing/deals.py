"""Deals of a file: those that the base has not, stored with the way that the file tells."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import func, select

from crmcli.actions.importing.intake import Intake, Refused, Stock
from crmcli.actions.importing.pending import looked_up
from crmcli.schema import deals, stage_moves
from crmcli.values.records import DealRecord
from crmcli.values.text import search_key

Found = list[tuple[DealRecord, int | None]]


class Deals:
    """The deals that the base has: by their key, or else by contact, title and the day they were opened."""

    def __init__(self, intake: Intake, found: Found) -> None:
        self._intake = intake
        keyed = ((ref, 1) for ref, _ in intake.refs(deals, (record.key for record, _ in found)))
        self._stock = Stock([*keyed, *_alike(intake, found)])

    def take(self, record: DealRecord, contact_id: int | None) -> bool:
        """Stores a deal unless the base has it; whether it was new. Raises Refused where its dates contradict."""
        if self._stock.has(record.key or (contact_id, search_key(record.title), record.opened_on)):
            return False
        opened_on = record.opened_on or record.closed_on or self._intake.today
        stage = self._intake.stages.named(record.stage)
        closed_on = None if stage.kind == "open" else record.closed_on or opened_on
        if closed_on and closed_on < opened_on:
            raise Refused(f"closed on {closed_on}, before it was opened on {opened_on}")
        names = self._intake.names
        deal_id = self._intake.pending.add(
            deals,
            contact_id=contact_id,
            title=record.title,
            amount=None if record.amount is None else abs(record.amount),
            owner_id=names.employee(record.owner),
            channel_id=names.channel(record.channel),
            product_id=names.product(record.product),
            stage_id=stage.id,
            opened_on=opened_on,
            expected_on=record.expected_on,
            closed_on=closed_on,
            lost_reason=record.lost_reason if stage.kind == "lost" else None,
        )
        self._intake.add_ref(deals, deal_id, record.key)
        self._add_moves(
            deal_id, self._way(record, stage, opened_on, closed_on or opened_on), names.employee(record.owner)
        )
        return True

    def _way(self, record: DealRecord, stage: Any, opened_on: date, arrived_on: date) -> list[tuple[date, int]]:
        """The moves that are sure: into the first stage, the last open one where the file says it, the present one."""
        way = [(opened_on, self._intake.stages.first.id)]
        if record.last_open_stage and stage.kind != "open":
            way.append((opened_on, self._intake.stages.named(record.last_open_stage).id))
        way.append((arrived_on, stage.id))
        return [step for number, step in enumerate(way) if number == 0 or step[1] != way[number - 1][1]]

    def _add_moves(self, deal_id: int, way: list[tuple[date, int]], employee_id: int | None) -> None:
        for on, stage_id in way:
            row = {"deal_id": deal_id, "stage_id": stage_id, "moved_on": on, "moved_at": self._intake.writer.now}
            self._intake.pending.add(stage_moves, **row, employee_id=employee_id)


def _alike(intake: Intake, found: Found) -> Iterator[tuple[Any, int]]:
    """How many deals there are of each contact, title and day, and, for a file without days, on any day."""
    c = deals.c
    counted: Any = select(c.contact_id, c.title, c.opened_on, func.count().label("total"))
    counted = counted.group_by(c.contact_id, c.title, c.opened_on)
    keyless = [(record.title, contact_id) for record, contact_id in found if not record.key]
    rows = list(looked_up(intake.connection, counted, c.contact_id, (i for _, i in keyless if i is not None)))
    nobody = counted.where(c.contact_id.is_(None))
    rows += looked_up(intake.connection, nobody, c.title, (title for title, i in keyless if i is None))
    for row in rows:
        yield (row.contact_id, search_key(row.title), row.opened_on), row.total
        yield (row.contact_id, search_key(row.title), None), row.total
