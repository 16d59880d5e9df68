from datetime import date
from typing import Any

import pytest
from sqlalchemy import RowMapping, select

from crmcli.actions import deal
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import deals, stage_moves, stages
from tests.builders import add_contact, add_deal, add_employee, stage_id

OPENED, MOVED = date(2026, 1, 5), date(2026, 1, 9)


def stored(writer: Writer, deal_id: int) -> RowMapping:
    return writer.connection.execute(select(deals).where(deals.c.id == deal_id)).mappings().one()


def way(writer: Writer, deal_id: int) -> list[tuple[Any, ...]]:
    m = stage_moves.c
    moves = select(stages.c.name, m.moved_on, m.employee_id).join(stages).where(m.deal_id == deal_id).order_by(m.id)
    return [tuple(row) for row in writer.connection.execute(moves)]


def test_a_deal_begins_with_a_move_into_its_stage(writer: Writer) -> None:
    anna, olga = add_contact(writer), add_employee(writer, "Olga")
    deal_id = deal.add(writer, " A   shelf ", stage_id(writer, "Meeting"), OPENED, olga, contact_id=anna, amount=5)
    row = stored(writer, deal_id)
    assert (row["title"], row["amount"], row["opened_on"], row["closed_on"]) == ("A shelf", 5, OPENED, None)
    assert way(writer, deal_id) == [("Meeting", OPENED, olga)]


def test_a_deal_without_a_title_is_refused(writer: Writer) -> None:
    with pytest.raises(CrmError, match="title"):
        deal.add(writer, "  ", stage_id(writer, "Meeting"), OPENED, None)


def test_a_deal_added_as_won_is_closed_that_day(writer: Writer) -> None:
    assert stored(writer, add_deal(writer, ("Paid", OPENED)))["closed_on"] == OPENED


def test_a_move_is_recorded_and_the_end_closes(writer: Writer) -> None:
    deal_id = add_deal(writer, ("New lead", OPENED), ("Meeting", MOVED), ("Paid", MOVED))
    assert [step[:2] for step in way(writer, deal_id)] == [("New lead", OPENED), ("Meeting", MOVED), ("Paid", MOVED)]
    assert stored(writer, deal_id)["closed_on"] == MOVED


def test_a_move_to_where_it_stands_is_no_second_move(writer: Writer) -> None:
    deal_id = add_deal(writer, ("Meeting", OPENED))
    deal.move(writer, deal_id, stage_id(writer, "Meeting"), MOVED, None)
    assert len(way(writer, deal_id)) == 1


def test_a_lost_deal_keeps_its_reason_until_it_is_open_again(writer: Writer) -> None:
    deal_id = add_deal(writer, ("Meeting", OPENED), ("Lost", MOVED), lost_reason="Price")
    assert (stored(writer, deal_id)["lost_reason"], stored(writer, deal_id)["closed_on"]) == ("Price", MOVED)
    deal.move(writer, deal_id, stage_id(writer, "Lost"), MOVED, None)
    assert stored(writer, deal_id)["lost_reason"] == "Price"
    deal.move(writer, deal_id, stage_id(writer, "Meeting"), MOVED, None)
    assert (stored(writer, deal_id)["lost_reason"], stored(writer, deal_id)["closed_on"]) == (None, None)


def test_a_reason_without_a_loss_is_refused(writer: Writer) -> None:
    deal_id = add_deal(writer, ("Meeting", OPENED))
    with pytest.raises(CrmError, match="--reason"):
        deal.move(writer, deal_id, stage_id(writer, "Paid"), MOVED, None, lost_reason="Price")


def test_a_move_before_the_deal_was_opened_is_refused(writer: Writer) -> None:
    deal_id = add_deal(writer, ("New lead", MOVED))
    with pytest.raises(CrmError, match="opened on 2026-01-09"):
        deal.move(writer, deal_id, stage_id(writer, "Meeting"), OPENED, None)
    assert len(way(writer, deal_id)) == 1


def test_open_deals_are_those_neither_won_nor_lost(writer: Writer) -> None:
    anna = add_contact(writer)
    first = add_deal(writer, ("New lead", OPENED), contact_id=anna)
    won = add_deal(writer, ("Paid", OPENED), contact_id=anna)
    lost = add_deal(writer, ("Meeting", OPENED), ("Lost", MOVED), contact_id=anna)
    add_deal(writer, ("New lead", OPENED), contact_id=add_contact(writer, "Peter"))
    assert deal.open_deals_of(writer, anna) == [first]
    assert [deal.is_open(writer, one) for one in (first, won, lost)] == [True, False, False]


def test_the_first_stage_of_a_kind_is_the_one_that_stands_first(writer: Writer) -> None:
    assert [deal.stage_of_kind(writer, kind).name for kind in ("open", "won", "lost")] == ["New lead", "Paid", "Lost"]
