"""Deals of a file: those that the base has not, stored with the way that the file tells."""

from datetime import date
from typing import Any

from sqlalchemy import select

from crmcli.actions.importing.claims import Claims, Found
from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.pending import looked_up
from crmcli.schema import deals, stage_moves
from crmcli.values.records import DealRecord
from crmcli.values.text import search_key


class Deals:
    """The deals that the base has: by their key, or else by contact, title and the day they were opened."""

    def __init__(self, intake: Intake, found: Found[DealRecord]) -> None:
        self._intake = intake
        claims, d = Claims(found), deals.c
        rows = list(intake.referred(deals, (record.key for record, _ in found), d.contact_id, d.title))
        self._known = claims.make(
            rows, lambda row: (row.ref, search_key(row.title)), lambda r, _: (r.key, search_key(r.title))
        )
        self._known |= claims.make(rows, lambda row: (row.ref, row.contact_id), lambda r, who: who and (r.key, who))
        self._contradicted = claims.make(rows, lambda row: row.ref, lambda r, _: r.key)
        alike = _of_contacts(intake, claims.left)
        self._known |= claims.make(
            alike, lambda row: (*_held(row), row.opened_on), lambda r, who: (*_said(r, who), r.opened_on)
        )
        # A sheet without days: the day that was taken instead tells nothing.
        self._known |= claims.make(alike, _held, lambda r, who: None if r.opened_on else _said(r, who))

    def take(self, record: DealRecord, contact_id: int | None) -> bool:
        """Stores a deal unless the base has it; whether it was new.

        Raises Refused where its dates contradict, or its key is that of another deal of another contact.
        """
        if other := self._contradicted.get(record.where):
            raise Refused(
                f"the key {record.key} is that of deal {other}, of another title and contact: if the file comes from "
                "another system, import it with --source NAME"
            )
        if record.where in self._known:
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


def _held(row: Any) -> tuple[Any, ...]:
    return row.contact_id, search_key(row.title)


def _said(record: DealRecord, contact_id: int | None) -> tuple[Any, ...]:
    return () if record.key else (contact_id, search_key(record.title))


def _of_contacts(intake: Intake, found: Found[DealRecord]) -> list[Any]:
    """The deals of the file's contacts, and those of nobody with one of its titles."""
    d = deals.c
    mine = select(d.id, d.contact_id, d.title, d.opened_on).order_by(d.id)
    rows = list(looked_up(intake.connection, mine, d.contact_id, (who for _, who in found if who is not None)))
    nobodys = {record.title for record, who in found if who is None}
    return rows + list(looked_up(intake.connection, mine.where(d.contact_id.is_(None)), d.title, nobodys))
