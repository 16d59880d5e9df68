"""Adding deals and moving them through the stages."""

from datetime import date
from typing import Any

from sqlalchemy import Row, insert, select, update

from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import deals, stage_moves, stages


def add(writer: Writer, title: str, stage_id: int, opened_on: date, employee_id: int | None, **fields: Any) -> int:
    """Adds a deal in a stage and returns its id; `fields` are columns of `deals`."""
    row = {"title": " ".join(title.split()), "stage_id": stage_id, "opened_on": opened_on}
    if not row["title"]:
        raise CrmError("a deal needs a title: this one is empty")
    if stage_of(writer, stage_id).kind != "open":
        row["closed_on"] = opened_on
    deal_id = int(writer.connection.execute(insert(deals).values(row | fields).returning(deals.c.id)).scalar_one())
    _record_move(writer, deal_id, stage_id, opened_on, employee_id)
    return deal_id


def move(
    writer: Writer, deal_id: int, stage_id: int, on: date, employee_id: int | None, *, lost_reason: str | None = None
) -> None:
    """Moves a deal to a stage on a date. CrmError for a date before it was opened, or a reason without a loss."""
    deal = writer.connection.execute(select(deals).where(deals.c.id == deal_id)).one()
    kind = stage_of(writer, stage_id).kind
    if on < deal.opened_on:
        raise CrmError(f"deal {deal_id} was opened on {deal.opened_on}: it cannot move before that")
    if lost_reason and kind != "lost":
        raise CrmError("--reason says why a deal was lost: move it to a lost stage")
    closed_on = None if kind == "open" else on
    reason = (lost_reason or deal.lost_reason) if kind == "lost" else None
    values = {"stage_id": stage_id, "closed_on": closed_on, "lost_reason": reason}
    writer.connection.execute(update(deals).where(deals.c.id == deal_id).values(values))
    if stage_id != deal.stage_id:
        _record_move(writer, deal_id, stage_id, on, employee_id)


def advance_by_touch(writer: Writer, deal_id: int, touch_kind: str, on: date, employee_id: int | None) -> str | None:
    """Moves an open deal to the stage that this kind of touch enters, if that is a later one; the stage's name then."""
    entered = writer.connection.execute(select(stages).where(stages.c.entered_by == touch_kind)).first()
    deal = writer.connection.execute(
        select(deals.c.opened_on, stages.c.position, stages.c.kind)
        .join(stages, stages.c.id == deals.c.stage_id)
        .where(deals.c.id == deal_id)
    ).one()
    if entered is None or deal.kind != "open" or deal.position >= entered.position or on < deal.opened_on:
        return None
    move(writer, deal_id, entered.id, on, employee_id)
    return str(entered.name)


def open_deals_of(writer: Writer, contact_id: int) -> list[int]:
    """The ids of a contact's open deals."""
    open_ones = select(deals.c.id).join(stages, stages.c.id == deals.c.stage_id)
    mine = open_ones.where(deals.c.contact_id == contact_id, stages.c.kind == "open").order_by(deals.c.id)
    return list(writer.connection.execute(mine).scalars())


def is_open(writer: Writer, deal_id: int) -> bool:
    """Whether a deal is neither won nor lost."""
    kind = select(stages.c.kind).join(deals, deals.c.stage_id == stages.c.id).where(deals.c.id == deal_id)
    return bool(writer.connection.execute(kind).scalar_one() == "open")


def stage_of(writer: Writer, stage_id: int) -> Row[Any]:
    """The stage's row."""
    return writer.connection.execute(select(stages).where(stages.c.id == stage_id)).one()


def stage_of_kind(writer: Writer, kind: str) -> Row[Any]:
    """The first stage of a kind: open, won or lost."""
    first = select(stages).where(stages.c.kind == kind).order_by(stages.c.position).limit(1)
    return writer.connection.execute(first).one()


def _record_move(writer: Writer, deal_id: int, stage_id: int, on: date, employee_id: int | None) -> None:
    row = {"deal_id": deal_id, "stage_id": stage_id, "moved_on": on, "moved_at": writer.now, "employee_id": employee_id}
    writer.connection.execute(insert(stage_moves).values(row))
