from datetime import date

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.schema import deals, stage_moves, stages
from crmcli.values.records import DealRecord
from tests.actions.importing.conftest import TODAY, Store, counts, deal, person, refs_of, touch
from tests.builders import add_touch, building, rows_of

ANNA = person("Анна")
OPENED, CLOSED = date(2026, 1, 5), date(2026, 2, 7)


def way(base: Base) -> list[tuple[str, date]]:
    """The stages that the only deal went through."""
    statement = select(stages.c.name, stage_moves.c.moved_on).join(stage_moves).order_by(stage_moves.c.id)
    return [(row["name"], row["moved_on"]) for row in rows_of(base, statement)]


@pytest.mark.parametrize(
    "records",
    [
        [deal(ANNA, key="1"), deal(ANNA, key="2")],
        [deal(ANNA), deal(ANNA, "Стол"), deal(person("Пётр"))],
        [deal(ANNA), deal(ANNA)],
        [deal(ANNA, opened_on=None), deal(ANNA, opened_on=None, stage="Won", closed_on=CLOSED)],
        [deal(None), deal(None, "Стол"), deal(None)],
    ],
)
def test_the_same_deals_again_add_nothing(base: Base, store: Store, records: list[DealRecord]) -> None:
    assert counts(store(*records)) == (len(records), 0, 0)
    assert counts(store(*records)) == (0, len(records), 0)
    assert counts(store(*records, deal(ANNA, "Новое", key="9"))) == (1, len(records), 0)
    assert len(rows_of(base, select(deals.c.id))) == len(records) + 1


@pytest.mark.parametrize("name", ["Won", "closed won", "Успешно реализовано", "ВЫИГРАНА", "Paid", "Оплачено"])
def test_however_success_is_called_it_is_the_won_stage(base: Base, store: Store, name: str) -> None:
    report = store(deal(ANNA, stage=name, closed_on=CLOSED))
    assert (way(base), report.made) == ([("New lead", OPENED), ("Paid", CLOSED)], {})
    assert rows_of(base, select(deals.c.closed_on)) == [{"closed_on": CLOSED}]


@pytest.mark.parametrize("name", ["Lost", "Closed Lost", "Закрыто и не реализовано", "отказ"])
def test_however_failure_is_called_it_is_the_lost_stage(base: Base, store: Store, name: str) -> None:
    store(deal(ANNA, stage=name, closed_on=CLOSED, lost_reason="Дорого", last_open_stage="Meeting"))
    assert way(base) == [("New lead", OPENED), ("Meeting", OPENED), ("Lost", CLOSED)]
    assert rows_of(base, select(deals.c.lost_reason)) == [{"lost_reason": "Дорого"}]


def test_an_unknown_stage_is_made_open_before_the_won_one_and_reported(base: Base, store: Store) -> None:
    report = store(deal(ANNA, stage="Замер"), deal(ANNA, "Стол", stage="ЗАМЕР"))
    assert report.made == {"stages": ["Замер"]}
    found = rows_of(base, select(stages.c.name, stages.c.kind, stages.c.position).order_by(stages.c.position))
    assert [row["name"] for row in found][-3:] == ["Замер", "Paid", "Lost"]
    assert len({row["position"] for row in found}) == len(found)
    assert next(row["kind"] for row in found if row["name"] == "Замер") == "open"


def test_a_deal_without_a_stage_stands_in_the_first_one(base: Base, store: Store) -> None:
    store(deal(ANNA))
    assert way(base) == [("New lead", OPENED)]


def test_a_deal_without_any_date_was_opened_today(base: Base, store: Store) -> None:
    store(deal(ANNA, opened_on=None))
    assert rows_of(base, select(deals.c.opened_on, deals.c.closed_on)) == [{"opened_on": TODAY, "closed_on": None}]


def test_a_deal_closed_before_it_was_opened_is_refused(base: Base, store: Store) -> None:
    report = store(deal(ANNA, stage="Won", closed_on=date(2025, 1, 1)))
    assert (counts(report), report.rejections[0].value) == ((0, 0, 1), "Шкаф")
    assert "before it was opened" in report.rejections[0].reason
    assert rows_of(base, select(deals.c.id)) == []


def test_a_deal_key_of_another_system_is_not_swallowed(base: Base, store: Store) -> None:
    store(deal(ANNA, key="1"))
    assert counts(store(deal(ANNA, "Шкаф-купе", key="1"))) == (0, 1, 0)
    assert counts(store(deal(person("Пётр"), key="1"))) == (0, 1, 0)
    report = store(deal(person("Пётр"), "Ремонт", key="1"))
    assert (counts(report), "--source" in report.rejections[0].reason) == ((0, 0, 1), True)
    assert counts(store(deal(person("Пётр"), "Ремонт", key="1"), source="amo")) == (1, 0, 0)
    assert refs_of(base, "deals") == [("", "1"), ("amo", "1")]


def test_a_deal_keeps_what_its_row_says(base: Base, store: Store) -> None:
    expected = date(2026, 3, 1)
    report = store(
        deal(ANNA, amount=-500, owner="Ольга", channel="Сайт", product="Шкаф", expected_on=expected, lost_reason="нет")
    )
    assert report.made == {"employees": ["Ольга"], "channels": ["Сайт"], "products": ["Шкаф"]}
    d = deals.c
    (row,) = rows_of(
        base, select(d.amount, d.owner_id, d.channel_id, d.product_id, d.expected_on, d.lost_reason, d.closed_on)
    )
    assert list(row.values()) == [500, 1, 1, 1, expected, None, None]


def test_imported_touches_move_no_deal(base: Base, store: Store) -> None:
    store(deal(ANNA), touch(ANNA, CLOSED, kind="meeting"))
    assert way(base) == [("New lead", OPENED)]
    with building(base) as writer:
        add_touch(writer, 1, CLOSED, "meeting")
    assert way(base)[-1] == ("Meeting", CLOSED)


def test_a_final_stage_by_another_name_is_the_bases_own_where_the_sheet_says_how_the_deal_ended(
    base: Base, store: Store
) -> None:
    moves = ((OPENED, "New lead", None), (CLOSED, "Отгружено", None))
    store(deal(ANNA, stage="Отгружено", state="won", closed_on=CLOSED, moves=moves), deal(ANNA, "Стол", stage="Замер"))
    assert way(base)[:2] == [("New lead", OPENED), ("Paid", CLOSED)]
    assert rows_of(base, select(deals.c.closed_on).order_by(deals.c.id))[0] == {"closed_on": CLOSED}
