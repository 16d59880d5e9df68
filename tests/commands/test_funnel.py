"""Both funnels through the program; today is 1 July 2026."""

from datetime import date
from typing import Any

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_deal, add_employee, add_product, add_sale, add_touch, building
from tests.commands.conftest import Asked, Said

REACHED = [
    "group", "stage", "position", "kind", "reached", "conversion_step", "conversion_total", "lost_here", "open_here",
    "amount", "median_days",
]  # fmt: skip


@pytest.fixture
def deals(base: Base) -> None:
    with building(base) as writer:
        olga, boris = add_employee(writer, "Olga"), add_employee(writer, "Boris")
        anna = add_contact(writer, "Anna", owner_id=olga, channel_id=add_channel(writer, "Web"))
        ivan = add_contact(writer, "Ivan", owner_id=boris)
        annas: dict[str, Any] = {"contact_id": anna, "owner_id": olga, "product_id": add_product(writer, "Tea")}
        ivans: dict[str, Any] = {"contact_id": ivan, "owner_id": boris}
        won = ("New lead", date(2026, 5, 1)), ("Meeting", date(2026, 5, 5)), ("Paid", date(2026, 5, 11))
        lost = ("New lead", date(2026, 6, 1)), ("Call", date(2026, 6, 3)), ("Lost", date(2026, 6, 10))
        deal_id = add_deal(writer, *won, amount=100_00, **annas)
        add_deal(writer, *lost, lost_reason="too dear", amount=50_00, **ivans)
        add_deal(writer, ("New lead", date(2026, 6, 20)), **ivans)
        add_sale(writer, anna, date(2026, 5, 11), deal_id=deal_id, owner_id=olga)
        add_touch(writer, anna, date(2026, 5, 5), "meeting", employee_id=olga, deal_id=deal_id)
        add_touch(writer, ivan, date(2026, 6, 3), outcome="no-answer", employee_id=boris)


@pytest.mark.usefixtures("deals")
def test_a_row_of_the_deals_that_reached_a_stage_has_the_promised_keys_in_their_order(ask: Asked) -> None:
    rows = ask("funnel")
    assert [list(row) for row in rows] == [REACHED] * 7
    assert [(row["stage"], row["reached"]) for row in rows] == [
        ("New lead", 3), ("Call", 2), ("Meeting", 1), ("Interested", 1), ("Proposal", 1), ("Contract", 1), ("Paid", 1),
    ]  # fmt: skip
    assert rows[0]["conversion_step"] is None
    assert rows[1] == {
        "group": None,
        "stage": "Call",
        "position": 2,
        "kind": "open",
        "reached": 2,
        "conversion_step": 0.6667,
        "conversion_total": 0.6667,
        "lost_here": 1,
        "open_here": 0,
        "amount": "150.00",
        "median_days": 7,
    }


@pytest.mark.usefixtures("deals")
def test_both_readings_are_told_by_every_group(ask: Asked) -> None:
    for mode in ("reached", "activity"):
        for by, groups in (
            ("owner", {"Boris", "Olga"}),
            ("channel", {"Web", None}),
            ("month", {"2026-05", "2026-06"}),
            ("product", {"Tea", None}),
            ("reason", {"too dear", None}),
        ):
            assert {row["group"] for row in ask("funnel", "--mode", mode, "--by", by)} == groups, (mode, by)


@pytest.mark.usefixtures("deals")
def test_activity_counts_touches_moves_and_sales_of_the_period(ask: Asked) -> None:
    rows = ask("funnel", "--mode", "activity", "--from", "2026-05-01", "--to", "2026-05-31")
    counted = {row["stage"]: row["count"] for row in rows}
    assert counted == {
        "New lead": 1, "Call": 0, "Meeting": 1, "Interested": 0, "Proposal": 0, "Contract": 0, "Paid": 1,
    }  # fmt: skip
    assert list(rows[0]) == [
        "group",
        "stage",
        "position",
        "kind",
        "count",
        "amount",
    ]


@pytest.mark.usefixtures("deals")
def test_the_weakest_step_is_named_with_the_size_of_the_sample(do: Said) -> None:
    assert "The weakest step: Call to Meeting, 50.0% of 2 deals go on (a small sample: fewer than 30)." in do("funnel")


@pytest.mark.usefixtures("deals")
def test_only_deals_opened_in_the_period_count(ask: Asked, do: Said) -> None:
    assert ask("funnel", "--from", "2026-06-01", "--to", "2026-06-10")[0]["reached"] == 1
    assert "No deals were opened" in do("funnel", "--from", "2027-01-01")


@pytest.mark.usefixtures("deals")
def test_what_a_funnel_cannot_be_told_by_is_wrong_usage(refused: Said) -> None:
    assert "owner, channel, month, product, reason" in refused("funnel", "--by", "moon", code=2)
    assert "reached, activity" in refused("funnel", "--mode", "fast", code=2)
    assert "no id" in refused("funnel", "--format", "ids", code=2)
