"""Who earns and who loses, against naive sums; and that the money adds up to the last unit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.actions.named import price_channel
from crmcli.base.opening import Base
from crmcli.questions.costs import ServiceCosts
from crmcli.questions.payback import GROUPS, paybacks, profit_groups
from crmcli.questions.profit import (
    Profit,
    WayOut,
    customer_profits,
    profit_sums,
    touches_without_price,
    unattributed,
    way_out,
)
from crmcli.schema import contacts
from tests.builders import Row, add_channel, add_contact, add_refund, add_sale, add_touch, building, rows_of
from tests.questions import naive_profit, some_segments
from tests.questions.naive_profit import a_priced_world, is_within, touch_cost
from tests.questions.world import TODAY, store

COSTS = ServiceCosts({"call": 1_500, "meeting": 9_000, "email": 0}, 100)
ASKED = [
    Profit(TODAY, costs=COSTS),
    Profit(TODAY),
    Profit(TODAY, costs=ServiceCosts({}, 700)),
    Profit(TODAY, costs=ServiceCosts({"visit": 30_000})),
    Profit(date(2025, 12, 31), date(2025, 1, 1), COSTS),
    Profit(date(2024, 2, 29), date(2024, 2, 29), COSTS),
    Profit(date(2024, 6, 30), None, COSTS),
    Profit(date(2023, 1, 1), None, COSTS),
    Profit(date(2025, 1, 1), date(2025, 6, 1), COSTS),
]


def groups(base: Base, asked: Profit, by: str) -> list[Row]:
    segments = some_segments.members() if by == "segment" else None
    sums, paid = rows_of(base, profit_sums(asked, segments)), rows_of(base, paybacks(asked, segments))
    return profit_groups(sums, paid, by, service_known=asked.costs.are_known)


@pytest.mark.parametrize("seed", [51, 52])
def test_the_lists_are_those_found_naively(base: Base, seed: int) -> None:
    world = a_priced_world(seed)
    store(world, base)
    for asked in ASKED:
        for losing in (False, True):
            found = rows_of(base, customer_profits(asked, losing=losing))
            assert found == naive_profit.customer_profits(world, asked, losing=losing)
    assert len(naive_profit.customer_profits(world, ASKED[0], losing=True)) > 3


@pytest.mark.parametrize("seed", [51, 52])
def test_the_sums_and_paybacks_are_those_found_naively(base: Base, seed: int) -> None:
    world = a_priced_world(seed)
    store(world, base)
    for asked in ASKED:
        for by in GROUPS:
            naively = naive_profit.profit_groups(world, asked, by)
            assert groups(base, asked, by) == (naively or profit_groups([], [], by, service_known=True)), (asked, by)
    whole = naive_profit.profit_groups(world, ASKED[0], "all")[0]
    assert min(whole["paid_back"], whole["not_paid_back"], whole["payback_days"]) > 1


@pytest.mark.parametrize("seed", [53, 54])
def test_the_money_of_all_customers_adds_up_to_all_the_purchases_there_are(base: Base, seed: int) -> None:
    world = a_priced_world(seed)
    store(world, base)
    for asked in ASKED:
        within = [p for p in world.purchases if is_within(asked, p["purchased_on"])]
        whole, apart = groups(base, asked, "all")[0], rows_of(base, unattributed(asked))[0]
        for key, kind in (("revenue", "sale"), ("refunds", "refund")):
            assert whole[key] + apart[key] == sum(p["amount"] for p in within if p["kind"] == kind)
        touched = [t for t in world.touches if is_within(asked, t["happened_on"])]
        service = sum(touch_cost(asked.costs, touch) or 0 for touch in touched)
        assert whole["cost_of_service"] + whole["cost_of_leads"] == service
        costs = sum(whole[key] for key in ("refunds", "cost_of_goods", "cost_of_service", "acquisition_cost"))
        assert whole["profit"] == whole["revenue"] - costs


def test_only_those_asked_for_count(base: Base) -> None:
    world = a_priced_world(55)
    store(world, base)
    chosen = {contact["id"] for contact in world.contacts if contact["owner_id"] == 11}
    for asked in ASKED:
        among = replace(asked, among=select(contacts.c.id).where(contacts.c.owner_id == 11))
        expected = [r for r in naive_profit.customer_profits(world, asked) if r["contact_id"] in chosen]
        assert rows_of(base, customer_profits(among)) == expected
        world_of_them = replace(world, contacts=[c for c in world.contacts if c["id"] in chosen])
        naively = naive_profit.profit_groups(world_of_them, asked, "channel")
        assert groups(base, among, "channel") == naively
        kinds = [
            touch["kind"]
            for touch in world.touches
            if touch["contact_id"] in chosen
            and is_within(asked, touch["happened_on"])
            and touch_cost(asked.costs, touch) is None
        ]
        counted = [{"kind": kind, "count": kinds.count(kind)} for kind in sorted(set(kinds))]
        assert rows_of(base, touches_without_price(among)) == counted


def test_an_empty_base_has_nobody_and_one_row_of_nothing(base: Base) -> None:
    assert rows_of(base, customer_profits(ASKED[0])) == []
    assert groups(base, ASKED[0], "channel") == []
    (whole,) = groups(base, ASKED[0], "all")
    assert {value for key, value in whole.items() if key != "group"} == {0, None}


def test_a_refund_gives_its_goods_back_and_the_acquisition_is_paid_once(base: Base) -> None:
    with building(base) as writer:
        ads = add_channel(writer, "Ads")
        price_channel(writer, ads, 500)
        anna = add_contact(writer, channel_id=ads)
        add_sale(writer, anna, date(2025, 12, 31), 10_000, cost=6_000)
        add_sale(writer, anna, date(2026, 1, 5), 10_000, cost=6_000)
        add_refund(writer, anna, date(2026, 1, 6), 5_000, cost=3_000)
        add_touch(writer, anna, date(2026, 1, 7), minutes=10)
    costs = ServiceCosts({"call": 100}, 7)
    for since, profit in ((None, 4_000 + 2_000 - 170 - 500), (date(2026, 1, 1), 2_000 - 170)):
        (row,) = rows_of(base, customer_profits(Profit(TODAY, since, costs)))
        assert row["profit"] == profit


def test_a_sale_that_covers_the_cost_pays_back_on_its_day_and_a_later_refund_does_not_undo_it(base: Base) -> None:
    with building(base) as writer:
        ads = add_channel(writer, "Ads")
        price_channel(writer, ads, 1_000)
        at_once, later, never = (add_contact(writer, channel_id=ads) for _ in range(3))
        add_sale(writer, at_once, date(2025, 1, 1), 1_000, cost=0)
        add_refund(writer, at_once, date(2025, 1, 2), 1_000)
        add_sale(writer, later, date(2024, 2, 28), 999, cost=0)
        add_sale(writer, later, date(2024, 3, 1), 2, cost=1)
        add_sale(writer, never, date(2025, 1, 1), 999)
    paid = rows_of(base, paybacks(Profit(TODAY)))
    assert sorted((row["days"] is None, row["days"], row["customers"]) for row in paid) == [
        (False, 0, 1),
        (False, 2, 1),
        (True, None, 1),
    ]


@pytest.mark.parametrize("seed", [51, 52, 56])
def test_the_way_out_ends_the_loss_and_no_smaller_change_does(base: Base, seed: int) -> None:
    store(a_priced_world(seed), base)
    seen: set[tuple[bool, bool, bool]] = set()
    earning = 0
    for asked in ASKED:
        for row in rows_of(base, customer_profits(asked, losing=True)):
            out = way_out(row)
            seen.add((out.fewer_touches is not None, out.higher_check is not None, out.touches_first))
            _check_touches(row, out)
            _check_check(row, out)
            _check_sales(row, out)
            earning += out.more_sales is not None
    assert len(seen) >= 3
    assert earning > 1


def _check_touches(row: Mapping[str, Any], out: WayOut) -> None:
    if out.fewer_touches is None:
        assert row["profit"] + row["cost_of_service"] < 0
        return
    mean = Fraction(row["cost_of_service"], row["touches"] - row["touches_without_cost"])
    assert row["profit"] + (out.fewer_touches - 1) * mean < 0 <= row["profit"] + out.fewer_touches * mean
    assert out.fewer_touches <= row["touches"]


def _check_sales(row: Mapping[str, Any], out: WayOut) -> None:
    brought = row["profit"] + (row["acquisition_cost"] or 0)
    if out.more_sales is None:
        assert brought <= 0 or not row["sales"]
        return
    each = Fraction(brought, row["sales"])
    assert row["profit"] + (out.more_sales - 1) * each < 0 <= row["profit"] + out.more_sales * each


def _check_check(row: Mapping[str, Any], out: WayOut) -> None:
    if out.higher_check is None:
        assert row["sales"] == 0
        return
    assert row["profit"] + (out.higher_check - 1) * row["sales"] < 0 <= row["profit"] + out.higher_check * row["sales"]


@pytest.mark.parametrize(
    ("revenue", "touches_first"),
    [(10_000, False), (2_000, True), (4_000, True), (4_001, False), (0, True)],
)
def test_the_smaller_change_is_named_first(revenue: int, touches_first: bool) -> None:
    # one of four touches fewer is 25 %; 1 000 more a sale is as much of a mean sale of 4 000
    row = {
        "profit": -1_000, "cost_of_service": 4_000, "touches": 4, "touches_without_cost": 0, "sales": 1,
        "revenue": revenue, "acquisition_cost": None,
    }  # fmt: skip
    assert way_out(row) == WayOut(1, 1_000, touches_first)
