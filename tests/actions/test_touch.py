"""The funnel fills itself while the owner just logs touches."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.actions import named, touch
from crmcli.base.writing import Writer
from crmcli.schema import contacts, deals, stage_moves, stages, touches
from tests.builders import add_contact, add_deal, add_employee, add_sale, stage_id
from tests.conftest import Run

OPENED, ON = date(2026, 1, 5), date(2026, 1, 9)


def stage_of(writer: Writer, deal_id: int) -> str:
    found = select(stages.c.name).join(deals, deals.c.stage_id == stages.c.id).where(deals.c.id == deal_id)
    return str(writer.connection.execute(found).scalar_one())


def log(writer: Writer, contact_id: int, kind: str = "meeting", on: date = ON, **fields: Any) -> str | None:
    return touch.add(writer, contact_id, kind, on, direction="out", **fields)[1]


@pytest.fixture
def anna(writer: Writer) -> int:
    return add_contact(writer)


def test_a_meeting_moves_the_only_open_deal_to_the_meeting(writer: Writer, anna: int) -> None:
    olga = add_employee(writer, "Olga")
    add_deal(writer, ("Paid", OPENED), contact_id=anna)
    deal_id = add_deal(writer, ("New lead", OPENED), contact_id=anna)
    assert log(writer, anna, employee_id=olga) == "Meeting"
    assert stage_of(writer, deal_id) == "Meeting"
    m = stage_moves.c
    last = select(m.moved_on, m.employee_id).where(m.deal_id == deal_id).order_by(m.id.desc()).limit(1)
    assert tuple(writer.connection.execute(last).one()) == (ON, olga)


@pytest.mark.parametrize("outcome", ["no-answer", "cancelled"])
def test_nothing_moves_when_nobody_was_reached(writer: Writer, anna: int, outcome: str) -> None:
    deal_id = add_deal(writer, ("New lead", OPENED), contact_id=anna)
    assert log(writer, anna, outcome=outcome) is None
    assert log(writer, anna, outcome=outcome, deal_id=deal_id) is None
    assert stage_of(writer, deal_id) == "New lead"


@pytest.mark.parametrize("outcome", ["done", "interested", "refused", "callback"])
def test_any_other_outcome_moves(writer: Writer, anna: int, outcome: str) -> None:
    add_deal(writer, ("New lead", OPENED), contact_id=anna)
    assert log(writer, anna, "call", outcome=outcome) == "Call"


@pytest.mark.parametrize("stage", ["Meeting", "Interested", "Contract"])
def test_nothing_moves_backwards(writer: Writer, anna: int, stage: str) -> None:
    deal_id = add_deal(writer, (stage, OPENED), contact_id=anna)
    assert log(writer, anna) is None
    assert stage_of(writer, deal_id) == stage


@pytest.mark.parametrize("stage", ["Paid", "Lost"])
def test_a_closed_deal_stays_closed_even_when_it_is_named(writer: Writer, anna: int, stage: str) -> None:
    deal_id = add_deal(writer, ("New lead", OPENED), (stage, OPENED), contact_id=anna)
    assert log(writer, anna, deal_id=deal_id) is None
    assert stage_of(writer, deal_id) == stage


def test_of_two_open_deals_none_moves_unless_it_is_named(writer: Writer, anna: int) -> None:
    first, second = (add_deal(writer, ("New lead", OPENED), contact_id=anna) for _ in range(2))
    assert log(writer, anna) is None
    assert log(writer, anna, deal_id=second) == "Meeting"
    assert (stage_of(writer, first), stage_of(writer, second)) == ("New lead", "Meeting")


def test_a_touch_before_the_deal_was_opened_moves_nothing(writer: Writer, anna: int) -> None:
    add_deal(writer, ("New lead", ON), contact_id=anna)
    assert log(writer, anna, on=OPENED) is None
    assert log(writer, anna, on=ON) == "Meeting"


def test_a_kind_that_enters_no_stage_and_a_contact_without_deals_move_nothing(writer: Writer, anna: int) -> None:
    assert log(writer, anna) is None
    add_deal(writer, ("New lead", OPENED), contact_id=anna)
    add_deal(writer, ("New lead", OPENED), contact_id=add_contact(writer, "Peter"))
    assert log(writer, anna, "letter") is None


def test_an_own_stage_entered_by_a_kind_is_heeded(writer: Writer, anna: int) -> None:
    named.add_stage(writer, "Measured", after=stage_id(writer, "Meeting"), entered_by="visit")
    add_deal(writer, ("New lead", OPENED), contact_id=anna)
    assert log(writer, anna, "visit") == "Measured"
    assert log(writer, anna, "meeting") is None


def test_a_touch_is_stored_and_plans_the_next_one(writer: Writer, anna: int) -> None:
    touch_id, _ = touch.add(writer, anna, "call", ON, date(2026, 2, 1), direction="in", text="Tea", rating=8000)
    t = touches.c
    row = writer.connection.execute(select(t.contact_id, t.happened_on, t.text, t.rating, t.outcome)).one()
    assert (touch_id, tuple(row)) == (1, (anna, ON, "Tea", 8000, "done"))
    assert writer.connection.execute(select(contacts.c.next_contact_on)).scalar_one() == date(2026, 2, 1)
    touch.add(writer, anna, "call", ON, direction="in")
    assert writer.connection.execute(select(contacts.c.next_contact_on)).scalar_one() == date(2026, 2, 1)


def test_a_sale_moves_no_deal(writer: Writer, anna: int) -> None:
    deal_id = add_deal(writer, ("New lead", OPENED), contact_id=anna)
    add_sale(writer, anna, ON)
    assert stage_of(writer, deal_id) == "New lead"


def test_a_touch_that_moved_a_deal_is_shown_with_it(crm: Run) -> None:
    crm("contact", "add", "Anna")
    crm("deal", "add", "1", "Tea")
    crm("touch", "add", "1", "meeting", "--text", "good")
    assert "good" in crm("deal", "show", "1").out
