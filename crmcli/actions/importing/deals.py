"""Deals of a file: those that the base has not, stored with the way that the file tells; the others completed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from crmcli.actions.importing.claims import Found
from crmcli.actions.importing.intake import Intake, Refused
from crmcli.actions.importing.pending import completed, looked_up
from crmcli.actions.importing.report import Fate
from crmcli.schema import deals, stage_moves
from crmcli.values.records import DealRecord
from crmcli.values.text import search_key


class Deals:
    """The deals that the base has: by their key, or else by contact, title and the day they were opened."""

    def __init__(self, intake: Intake, found: Found[DealRecord]) -> None:
        self._intake = intake
        claims, d = intake.claims(deals, found), deals.c
        columns = [column for column in d if column.name != "id"]
        rows = list(intake.referred(deals, (record.key for record, _ in found), *columns))
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
        self._held = {row.id: row._mapping for row in (*rows, *alike)}

    def take(self, record: DealRecord, contact_id: int | None) -> Fate:
        """Stores a deal; one that the base has is completed, or changed, as the import is told.

        Raises Refused where its dates contradict, or its key is that of another deal of another contact.
        """
        if other := self._contradicted.get(record.where):
            raise Refused(
                f"the key {record.key} is that of deal {other}, of another title and contact: if the file comes from "
                "another system, import it with --source NAME"
            )
        if (deal_id := self._known.get(record.where)) is not None:
            if self._intake.on_duplicate == "skip":
                return Fate.UNCHANGED
            return self._complete(deal_id, record, contact_id)
        opened_on = record.opened_on or record.closed_on or self._intake.today
        stage = self._intake.stages.named(record.stage, record.state)
        closed_on = self._closing(record, stage, opened_on)
        deal_id = self._intake.pending.add(
            deals,
            contact_id=contact_id,
            title=record.title,
            amount=None if record.amount is None else abs(record.amount),
            **self._names(record, None),
            stage_id=stage.id,
            opened_on=opened_on,
            expected_on=record.expected_on,
            closed_on=closed_on,
            lost_reason=record.lost_reason if stage.kind == "lost" else None,
        )
        self._intake.add_ref(deals, deal_id, record.key)
        self._intake.others.add(deals, deal_id, record.other_keys)
        if record.moves:
            self._add_told_moves(deal_id, record)
        else:
            way = self._way(record, stage, opened_on, closed_on or opened_on)
            self._add_moves(deal_id, way, self._intake.names.employee(record.owner))
        return Fate.CREATED

    def _closing(self, record: DealRecord, stage: Any, opened_on: date) -> date | None:
        """When the deal was closed. Raises Refused where that was before it was opened."""
        closed_on = None if stage.kind == "open" else record.closed_on or opened_on
        if closed_on and closed_on < opened_on:
            raise Refused(f"closed on {closed_on}, before it was opened on {opened_on}")
        return closed_on

    def _names(self, record: DealRecord, held: Mapping[str, Any] | None) -> dict[str, int | None]:
        names, asks = self._intake.names, self._intake.asks
        return {
            "owner_id": names.employee(record.owner) if asks(held, "owner_id") else None,
            "channel_id": names.channel(record.channel) if asks(held, "channel_id") else None,
            "product_id": names.product(record.product) if asks(held, "product_id") else None,
        }

    def _complete(self, deal_id: int, record: DealRecord, contact_id: int | None) -> Fate:
        """Fills or changes the deal; its stage is only ever changed, with a move on the day that the file tells."""
        held, over = self._held[deal_id], self._intake.is_over
        said = {
            "contact_id": contact_id,
            "title": record.title,
            "amount": None if record.amount is None else abs(record.amount),
            "expected_on": record.expected_on,
            **self._names(record, held),
        }
        changed = completed(held, said, over=over)
        stage = self._intake.stages.named(record.stage, record.state) if record.stage else None
        if stage and over and stage.id != held["stage_id"]:
            changed |= self._moved(deal_id, record, stage)
        differs = completed(held, said, over=True) or (stage and stage.id != held["stage_id"])
        return self._intake.change(deals, deal_id, changed, record.other_keys, differs=bool(differs))

    def _moved(self, deal_id: int, record: DealRecord, stage: Any) -> dict[str, Any]:
        opened_on = self._held[deal_id]["opened_on"]
        closed_on = self._closing(record, stage, opened_on) if record.closed_on or stage.kind == "open" else None
        if stage.kind != "open":
            closed_on = closed_on or max(self._intake.today, opened_on)
        on = closed_on or max(self._intake.today, opened_on)
        self._add_moves(deal_id, [(on, stage.id)], self._intake.names.employee(record.owner))
        lost_reason = record.lost_reason if stage.kind == "lost" else None
        return {"stage_id": stage.id, "closed_on": closed_on, "lost_reason": lost_reason}

    def _way(self, record: DealRecord, stage: Any, opened_on: date, arrived_on: date) -> list[tuple[date, int]]:
        """The moves that are sure: into the first stage, the last open one where the file says it, the present one."""
        way = [(opened_on, self._intake.stages.first.id)]
        if record.last_open_stage and stage.kind != "open":
            way.append((opened_on, self._intake.stages.named(record.last_open_stage).id))
        way.append((arrived_on, stage.id))
        return [step for number, step in enumerate(way) if number == 0 or step[1] != way[number - 1][1]]

    def _add_told_moves(self, deal_id: int, record: DealRecord) -> None:
        """The moves that the file tells, and one into the present stage where the last is into another."""
        for on, stage, employee in record.moves:
            self._add_moves(deal_id, [(on, self._intake.stages.named(stage).id)], self._intake.names.employee(employee))
        last_on, last, _ = record.moves[-1]
        present = self._intake.stages.named(record.stage, record.state)
        if present.id != self._intake.stages.named(last).id:
            self._add_moves(deal_id, [(max(record.closed_on or last_on, last_on), present.id)], None)

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
    mine = select(deals).order_by(d.id)
    rows = list(looked_up(intake.connection, mine, d.contact_id, (who for _, who in found if who is not None)))
    nobodys = {record.title for record, who in found if who is None}
    return rows + list(looked_up(intake.connection, mine.where(d.contact_id.is_(None)), d.title, nobodys))
