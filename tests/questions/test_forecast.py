"""What forecasts go by against naive counts, on both engines; and the kept model in statements."""

import json
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.base.keeping import keep_fit
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.forecast.holding_out import held_out, read_customers, with_year
from crmcli.questions import forecast as question
from crmcli.questions.alive import alive_of, kept_fit, read_fit
from crmcli.questions.forecast import Forecast, shares
from crmcli.questions.reactivate import Reactivation, at_risk, to_reactivate
from crmcli.questions.rhythm import AsOf, rhythm_at
from crmcli.schema import contacts
from crmcli.values.purchase_model import BG, MBG, KeptFit, NoFit, PurchaseModel
from tests.builders import add_contact, add_refund, add_sale, add_sales, building, rows_of
from tests.questions import naive_forecast
from tests.questions.world import TODAY, a_world, store

DAYS = (TODAY, date(2025, 3, 3), date(2024, 2, 29), date(2030, 1, 1), date(2020, 1, 1))
MODELS = [PurchaseModel(name, r=0.6, alpha=40.5, a=0.8, b=1.9) for name in (BG, MBG)]


@pytest.mark.parametrize("seed", [71, 72])
def test_customers_are_those_counted_naively_on_any_day(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    for day in DAYS:
        assert rows_of(base, question.customers(Forecast(day))) == naive_forecast.customers(world, day)
    assert len(naive_forecast.customers(world, TODAY)) > 30


@pytest.mark.parametrize("seed", [73, 74])
def test_what_was_known_and_came_later_is_as_counted_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    for day in DAYS:
        for held_out_days in (0, 1, 90, 400):
            now, held = _read(base, Forecast(day), held_out_days)
            known = held.known
            columns = (known.ids, known.purchase_days, known.recency, known.age, known.net, known.year_days)
            found = list(zip(*(column.tolist() for column in (*columns, held.bought, held.revenue)), strict=True))
            wanted = [tuple(row.values()) for row in naive_forecast.known(world, day, held_out_days)]
            assert found == wanted, (day, held_out_days)
            assert now.year_days.tolist() == naive_forecast.year_days(world, day)


def _read(base: Base, asked: Forecast, held_out_days: int) -> Any:
    with reading(base) as connection:
        customers, _ = read_customers(connection.execute(question.customers(asked)))
        now = with_year(customers, connection.execute(question.year_days(asked.day)))
        later = connection.execute(question.later(asked.day, held_out_days))
        year = connection.execute(question.year_days(asked.day - timedelta(days=held_out_days)))
        return now, held_out(now, later, year, held_out_days)


def test_some_contacts_alone_are_asked_about_and_archived_ones_never(base: Base) -> None:
    with building(base) as writer:
        anna, boris = add_contact(writer), add_contact(writer)
        gone = add_contact(writer, archived=True)
        for contact_id in (anna, boris, gone):
            add_sales(writer, contact_id, date(2026, 1, 1))
    among = select(contacts.c.id).where(contacts.c.id != boris)
    rows = rows_of(base, question.customers(Forecast(TODAY, among=among)))
    assert [row["asked_about"] for row in rows] == [1, 0, 0]
    assert [row["asked_about"] for row in rows_of(base, question.customers(Forecast(TODAY)))] == [1, 1, 0]


def test_the_margin_is_what_refunds_and_goods_leave(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_sale(writer, anna, date(2026, 1, 1), 60_00, cost=15_00)
        add_sale(writer, anna, date(2026, 1, 2), 40_00)
        add_refund(writer, anna, date(2026, 1, 3), 10_00, cost=5_00)
        add_sale(writer, None, date(2026, 1, 1), 1000_00, cost=1_00)
        add_sale(writer, anna, date(2027, 1, 1), 1000_00, cost=1_00)
    (row,) = rows_of(base, question.margins(TODAY))
    assert row == {"revenue": 100_00, "refunds": 10_00, "costed": 60_00, "cost": 15_00}
    told = shares(row)
    assert told == {"refund_share": 0.1, "goods_share": 0.25, "margin": 0.75, "cost_known_share": 0.6}


def test_without_a_known_cost_all_is_margin_and_without_sales_nothing_divides() -> None:
    assert shares({"revenue": 100, "refunds": 0, "costed": 0, "cost": 0})["margin"] == 1
    assert shares({"revenue": 0, "refunds": 5, "costed": 0, "cost": 0})["cost_known_share"] == 0
    assert shares({"revenue": 10, "refunds": 0, "costed": 10, "cost": 30})["margin"] == 0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_alive_in_a_statement_is_that_of_the_model(base: Base, model: PurchaseModel) -> None:
    world = a_world(75, contacts=60)
    store(world, base)
    rhythm = rhythm_at(TODAY)
    statement = select(rhythm.c.contact_id, alive_of(model, rhythm, TODAY).label("alive"))
    found = {row["contact_id"]: row["alive"] for row in rows_of(base, statement)}
    rows = naive_forecast.customers(world, TODAY)
    wanted = {row["contact_id"]: model.alive(row["purchase_days"], row["span_days"], row["age_days"]) for row in rows}
    told = {key: alive for key, alive in wanted.items() if alive is not None}
    assert {key for key, alive in found.items() if alive is not None} == set(told)
    assert [found[key] for key in told] == pytest.approx(list(told.values()), rel=1e-9)
    once = {row["contact_id"] for row in rows if row["purchase_days"] == 1}
    assert once
    assert set(wanted) - set(told) == (set() if model.first_chances else once)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_the_list_can_begin_with_those_of_whom_most_is_at_risk(base: Base, model: PurchaseModel) -> None:
    store(a_world(76, contacts=60), base)
    by_risk = Reactivation(AsOf(TODAY), include_touched=True, by_risk=model)
    rows = rows_of(base, to_reactivate(by_risk))
    risks = [
        (
            row["yearly_value"] is None or (alive := at_risk(row, model)["alive"]) is None,
            alive and -min(row["yearly_value"] or 0, row["revenue"]) * alive * (1 - alive),
            row["contact_id"],
        )
        for row in rows
    ]
    assert len(rows) > 10
    assert risks == sorted(risks)
    by_value = rows_of(base, to_reactivate(Reactivation(AsOf(TODAY), include_touched=True)))
    assert sorted(row["contact_id"] for row in rows) == sorted(row["contact_id"] for row in by_value)


def test_a_base_keeps_one_model_and_gives_it_back_as_it_was(base: Base) -> None:
    assert rows_of(base, kept_fit()) == []
    for day, model, confirmed in zip(DAYS, MODELS, (True, False), strict=False):
        keep_fit(base, KeptFit(model, day, confirmed))
        with reading(base) as connection:
            (row,) = connection.execute(kept_fit()).all()
        assert read_fit(row) == KeptFit(model, day, confirmed)
    keep_fit(base, NoFit(TODAY))
    with reading(base) as connection:
        assert read_fit(connection.execute(kept_fit()).one()) == NoFit(TODAY)


GOOD = {"name": MBG, "r": 0.6, "alpha": 40.5, "a": 0.8, "b": 1.9, "confirmed": True}


@pytest.mark.parametrize(
    "model",
    [
        "junk", "[]", "7", "null", '{"r": 1}', *(json.dumps(GOOD | wrong) for wrong in (
            {"r": -1}, {"alpha": 0}, {"a": float("nan")}, {"b": float("inf")}, {"b": "2"}, {"r": None}, {"name": "NBD"},
            {"r": 10**400},
        )),
    ],
)  # fmt: skip
def test_what_is_no_model_is_read_as_none(model: str) -> None:
    assert read_fit(SimpleNamespace(as_of=TODAY, model=model)) is None


def test_a_model_that_tells_more_than_is_known_is_read() -> None:
    row = SimpleNamespace(as_of=TODAY, model=json.dumps(GOOD | {"later": 1}))
    assert read_fit(row) == KeptFit(PurchaseModel(MBG, r=0.6, alpha=40.5, a=0.8, b=1.9), TODAY, confirmed=True)


def test_neither_who_has_left_nor_who_has_bought_once_leads_those_at_risk() -> None:
    model = PurchaseModel(MBG, r=0.6, alpha=40.5, a=0.8, b=1.9)
    value = {"yearly_value": 1000_00, "revenue": 1000_00}
    gone = {**value, "purchase_days": 9, "span_days": 200, "age_days": 900}
    silent, here = {**gone, "age_days": 260}, {**gone, "age_days": 201}
    once = {**value, "revenue": 50_00, "purchase_days": 1, "span_days": 0, "age_days": 60}
    left, most, sure, single = (at_risk(row, model) for row in (gone, silent, here, once))
    assert left["alive"] < 0.01
    assert 0.3 < most["alive"] < 0.8
    assert all(most["value_at_risk"] > 2 * less["value_at_risk"] for less in (left, sure, single))
