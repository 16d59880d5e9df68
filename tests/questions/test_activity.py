"""What fell into a period, against a naive count."""

from datetime import date
from typing import Any

import pytest

from crmcli.base.opening import Base
from crmcli.questions.activity import activity_rows, moves_counted, sales_counted, touches_counted
from crmcli.questions.funnel import Funnel
from crmcli.questions.names import all_stages
from tests.builders import (
    Row,
    add_contact,
    add_deal,
    add_refund,
    add_sale,
    add_touch,
    building,
    rows_of,
)
from tests.questions import naive
from tests.questions.test_funnel import ASKED, may
from tests.questions.world import a_world, store

MAY = Funnel(may(1), may(31))


def activity(base: Base, asked: Funnel) -> list[Row]:
    """The rows of the activity on a base."""
    counted = (rows_of(base, question(asked)) for question in (touches_counted, moves_counted, sales_counted))
    steps = [step for step in rows_of(base, all_stages()) if step["kind"] != "lost"]
    return activity_rows(steps, *counted)


def by_stage(rows: list[Row], key: str = "count") -> dict[str, Any]:
    return {row["stage"]: row[key] for row in rows}


@pytest.mark.parametrize("seed", [61, 62])
def test_the_activity_is_that_found_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=60, deals=80)
    store(world, base)
    stages = rows_of(base, all_stages())
    for asked in ASKED:
        assert activity(base, asked) == naive.activity(world, stages, asked)


def test_an_empty_base_has_an_activity_of_zeros(base: Base) -> None:
    rows = activity(base, MAY)
    assert by_stage(rows) == dict.fromkeys(
        ["New lead", "Call", "Meeting", "Interested", "Proposal", "Contract", "Paid"], 0
    )


def test_stages_entered_by_touches_count_touches_and_the_others_moves(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_deal(writer, ("New lead", may(1)), ("Call", may(2)), ("Proposal", may(3)), amount=700)
        for on, kind in ((may(1), "call"), (may(31), "call"), (may(5), "meeting"), (date(2026, 6, 1), "call")):
            add_touch(writer, anna, on, kind)
        add_touch(writer, anna, may(6), "email")
    rows = activity(base, MAY)
    assert by_stage(rows) == {
        "New lead": 1, "Call": 2, "Meeting": 1, "Interested": 0, "Proposal": 1, "Contract": 0, "Paid": 0,
    }  # fmt: skip
    assert by_stage(rows, "amount")["Proposal"] == 700
    assert by_stage(rows, "amount")["Call"] is None


def test_the_won_stage_counts_sales_of_anybody_and_no_refunds(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
        add_deal(writer, ("Paid", may(3)), amount=5000)
        add_sale(writer, anna, may(1), 700)
        add_sale(writer, None, may(31), 300)
        add_sale(writer, anna, date(2026, 6, 1), 900)
        add_refund(writer, anna, may(2), 100)
    paid = activity(base, MAY)[-1]
    assert (paid["stage"], paid["count"], paid["amount"]) == ("Paid", 2, 1000)


def test_coming_back_to_a_stage_counts_again(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("Proposal", may(1)), ("Contract", may(2)), ("Proposal", may(3)))
    assert by_stage(activity(base, MAY))["Proposal"] == 2
