from collections.abc import Callable

import pytest
from sqlalchemy import select

from crmcli.actions import named
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import stages
from tests.builders import stage_id

ADDED = [named.add_channel, named.add_employee, named.add_product, named.add_stage]
DEFAULT = ["New lead", "Call", "Meeting", "Interested", "Proposal", "Contract", "Paid", "Lost"]


def order(writer: Writer) -> list[str]:
    rows = writer.connection.execute(select(stages.c.name, stages.c.position).order_by(stages.c.position)).all()
    assert len({row.position for row in rows}) == len(rows)
    return [row.name for row in rows]


@pytest.mark.parametrize("add", ADDED)
def test_a_name_is_met_once_in_any_case(writer: Writer, add: Callable[[Writer, str], int]) -> None:
    made = add(writer, " Алёна ")
    with pytest.raises(CrmError, match=f"'АЛЕНА' already, with id {made}"):
        add(writer, "АЛЕНА")
    with pytest.raises(CrmError, match="empty"):
        add(writer, "  ")


def test_an_article_is_met_once(writer: Writer) -> None:
    named.add_product(writer, "Tea", sku="T-1", price=500)
    with pytest.raises(CrmError, match="sku T-1"):
        named.add_product(writer, "Green tea", sku="T-1")


def test_a_new_stage_is_the_last_open_one(writer: Writer) -> None:
    assert len(order(writer)) == len(DEFAULT)
    before = order(writer)
    named.add_stage(writer, "Trial")
    assert order(writer) == [*before[:-2], "Trial", "Paid", "Lost"]


def test_a_new_stage_stands_behind_the_one_it_is_to_follow(writer: Writer) -> None:
    before = order(writer)
    made = named.add_stage(writer, "Trial", after=stage_id(writer, "Call"), entered_by="visit")
    assert order(writer) == [*before[:2], "Trial", *before[2:]]
    row = writer.connection.execute(select(stages).where(stages.c.id == made)).one()
    assert (row.kind, row.entered_by) == ("open", "visit")


@pytest.mark.parametrize("end", ["Paid", "Lost"])
def test_no_stage_comes_after_the_end(writer: Writer, end: str) -> None:
    with pytest.raises(CrmError, match="--after"):
        named.add_stage(writer, "Trial", after=stage_id(writer, end))


def test_a_stage_is_entered_by_a_kind_of_touch_alone(writer: Writer) -> None:
    before = order(writer)
    with pytest.raises(CrmError, match="'dance' is no kind of touch; there are call"):
        named.add_stage(writer, "Trial", entered_by="dance")
    assert order(writer) == before


def test_a_stage_is_renamed_unless_another_has_the_name(writer: Writer) -> None:
    call = stage_id(writer, "Call")
    named.rename_stage(writer, call, " Звонок ")
    assert order(writer)[1] == "Звонок"
    named.rename_stage(writer, call, "ЗВОНОК")
    assert order(writer)[1] == "ЗВОНОК"
    with pytest.raises(CrmError, match="already"):
        named.rename_stage(writer, call, "meeting")


def test_a_stage_cannot_lose_its_name(writer: Writer) -> None:
    with pytest.raises(CrmError, match="empty"):
        named.rename_stage(writer, stage_id(writer, "Call"), "  ")
