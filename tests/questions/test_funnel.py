"""Where deals are lost, against a naive funnel."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from crmcli.actions.named import add_stage
from crmcli.base.opening import Base
from crmcli.questions.funnel import (
    GROUPS,
    Funnel,
    Step,
    deal_outcomes,
    funnel_rows,
    rate,
    stage_stays,
    weakest_step,
)
from crmcli.questions.names import all_stages
from tests.builders import Row, add_contact, add_deal, building, rows_of, stage_id
from tests.questions import naive
from tests.questions.world import a_world, store

ASKED = [
    Funnel(since, until, by)
    for by in (None, *GROUPS)
    for since, until in ((None, None), (date(2024, 6, 1), date(2025, 5, 31)), (date(2025, 9, 1), None))
] + [Funnel(until=date(2024, 12, 31)), Funnel(date(2030, 1, 1), by="owner")]


def funnel(base: Base, asked: Funnel | None = None) -> list[Row]:
    """The rows of the funnel on a base."""
    asked = asked or Funnel()
    outcomes, stays = rows_of(base, deal_outcomes(asked)), rows_of(base, stage_stays(asked))
    return funnel_rows(rows_of(base, all_stages()), outcomes, stays)


def column(rows: Sequence[Row], key: str) -> list[Any]:
    """One value of each stage."""
    return [row[key] for row in rows]


def may(day: int) -> date:
    return date(2026, 5, day)


@pytest.mark.parametrize("seed", [51, 52])
def test_the_funnel_is_that_found_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=20, deals=150)
    store(world, base)
    stages = rows_of(base, all_stages())
    for asked in ASKED:
        assert funnel(base, asked) == naive.funnel(world, stages, asked)


def test_every_deal_is_open_lost_or_won(base: Base) -> None:
    world = a_world(53, deals=200)
    store(world, base)
    rows = funnel(base)
    counted = [deal for deal in world.deals if not world.is_deleted(deal["contact_id"])]
    won = sum(deal["stage_id"] == 7 for deal in counted)
    assert sum(column(rows, "lost_here")) + sum(column(rows, "open_here")) + won == len(counted)
    assert rows[0]["reached"] == len(counted)


def test_an_empty_base_has_a_funnel_of_zeros_without_rates(base: Base) -> None:
    rows = funnel(base)
    assert column(rows, "stage") == ["New lead", "Call", "Meeting", "Interested", "Proposal", "Contract", "Paid"]
    assert {(r["reached"], r["lost_here"], r["open_here"], r["amount"], r["median_days"]) for r in rows} == {
        (0, 0, 0, 0, None)
    }
    assert {(row["conversion_step"], row["conversion_total"]) for row in rows} == {(None, None)}
    assert weakest_step(rows) is None


def test_a_skipped_stage_counts_as_reached(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("New lead", may(1)), ("Proposal", may(4)), amount=700)
    rows = funnel(base)
    assert column(rows, "reached") == [1, 1, 1, 1, 1, 0, 0]
    assert column(rows, "amount") == [700, 700, 700, 700, 700, 0, 0]
    assert column(rows, "open_here") == [0, 0, 0, 0, 1, 0, 0]


def test_a_lost_deal_stays_in_and_is_lost_where_it_stood_last(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("New lead", may(1)), ("Contract", may(2)), ("Meeting", may(3)), ("Lost", may(9)))
    rows = funnel(base)
    assert column(rows, "reached") == [1, 1, 1, 1, 1, 1, 0]
    assert column(rows, "lost_here") == [0, 0, 1, 0, 0, 0, 0]


def test_a_deal_that_was_lost_at_once_is_lost_in_the_first_stage(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("Lost", may(1)))
    rows = funnel(base)
    assert column(rows, "reached") == [1, 0, 0, 0, 0, 0, 0]
    assert column(rows, "lost_here") == [1, 0, 0, 0, 0, 0, 0]


def test_a_deal_opened_again_is_open_and_not_lost(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("Meeting", may(1)), ("Lost", may(2)), ("Call", may(5)))
    rows = funnel(base)
    assert sum(column(rows, "lost_here")) == 0
    assert column(rows, "open_here") == [0, 1, 0, 0, 0, 0, 0]
    assert column(rows, "reached") == [1, 1, 1, 0, 0, 0, 0]


def test_conversion_is_from_the_step_before_and_from_the_first(base: Base) -> None:
    with building(base) as writer:
        for _ in range(2):
            add_deal(writer, ("New lead", may(1)))
        add_deal(writer, ("New lead", may(1)), ("Call", may(1)))
        add_deal(writer, ("New lead", may(1)), ("Paid", may(1)))
    rows = funnel(base)
    assert column(rows, "conversion_step") == [None, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0]
    assert column(rows, "conversion_total") == [1.0, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25]


def test_the_median_is_the_lower_one_of_the_stays_that_have_ended(base: Base) -> None:
    with building(base) as writer:
        for left in (2, 5, 11, 20):
            add_deal(writer, ("New lead", may(1)), ("Call", may(left)))
    assert column(funnel(base), "median_days") == [4, None, None, None, None, None, None]


def test_a_stay_that_a_move_dated_back_has_ended_took_no_days(base: Base) -> None:
    """A meeting is logged late: after a call that came after it."""
    with building(base) as writer:
        add_deal(writer, ("New lead", may(1)), ("Call", may(20)), ("Meeting", may(8)))
    assert column(funnel(base), "median_days")[:3] == [19, 0, None]


def test_the_period_has_its_first_and_its_last_day(base: Base) -> None:
    with building(base) as writer:
        for day in (1, 2, 3, 4):
            add_deal(writer, ("New lead", may(day)))
    assert funnel(base, Funnel(may(2), may(3)))[0]["reached"] == 2


def test_a_deal_has_the_channel_of_its_contact_unless_its_own(base: Base) -> None:
    world = a_world(54, contacts=1, deals=0)
    world.contacts[0]["channel_id"] = 20
    store(world, base)
    contact_id = world.contacts[0]["id"]
    with building(base) as writer:
        add_deal(writer, ("New lead", may(1)), contact_id=contact_id)
        add_deal(writer, ("New lead", may(1)), contact_id=contact_id, channel_id=22)
        add_deal(writer, ("New lead", may(1)))
    first_rows = [row for row in funnel(base, Funnel(by="channel")) if row["stage"] == "New lead"]
    assert [(row["group"], row["reached"]) for row in first_rows] == [("Ads", 1), ("Site", 1), (None, 1)]


def test_a_stage_added_in_between_is_a_step_that_later_stages_have_reached(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("New lead", may(1)), ("Paid", may(2)))
        add_stage(writer, "Tasting", after=stage_id(writer, "Meeting"))
        add_deal(writer, ("Tasting", may(1)), ("Lost", may(2)))
    rows = funnel(base)
    assert column(rows, "stage")[2:5] == ["Meeting", "Tasting", "Interested"]
    assert column(rows, "reached") == [2, 2, 2, 2, 1, 1, 1, 1]
    assert rows[3]["lost_here"] == 1


def test_archived_contacts_keep_their_deals_in_the_funnel(base: Base) -> None:
    with building(base) as writer:
        add_deal(writer, ("New lead", may(1)), contact_id=add_contact(writer, archived=True))
    assert funnel(base)[0]["reached"] == 1


def steps(*stages: tuple[str, int], group: str | None = None) -> list[Row]:
    """Rows of a funnel as far as the weakest step needs them."""
    before = [None, *(reached for _, reached in stages)]
    return [
        {"group": group, "stage": stage, "reached": reached, "conversion_step": rate(reached, b) if b else None}
        for (stage, reached), b in zip(stages, before, strict=False)
    ]


def test_the_weakest_step_is_that_with_the_lowest_conversion() -> None:
    rows = steps(("Lead", 100), ("Call", 50), ("Meeting", 20), ("Paid", 15))
    assert weakest_step(rows) == Step(None, "Call", "Meeting", 50, 0.4)


def test_of_steps_as_weak_as_each_other_the_one_with_more_deals_is_named() -> None:
    rows = steps(("Lead", 10), ("Paid", 5), group="Ads") + steps(("Lead", 40), ("Paid", 20), group="Site")
    assert weakest_step(rows) == Step("Site", "Lead", "Paid", 40, 0.5)


def test_from_the_last_stage_of_one_group_to_the_first_of_the_next_is_no_step() -> None:
    rows = steps(("Lead", 10), ("Paid", 8), group="Ads") + steps(("Lead", 1), ("Paid", 1), group="Site")
    assert weakest_step(rows) == Step("Ads", "Lead", "Paid", 10, 0.8)


def test_a_step_that_nobody_came_to_is_not_the_weakest() -> None:
    assert weakest_step(steps(("Lead", 4), ("Call", 0), ("Paid", 0))) == Step(None, "Lead", "Call", 4, 0.0)


def test_a_rate_has_four_places_and_is_none_of_nothing() -> None:
    assert [rate(1, 3), rate(0, 5), rate(5, 5), rate(0, 0)] == [0.3333, 0.0, 1.0, None]


def test_a_step_of_few_deals_is_the_weakest_only_where_there_is_no_larger_one() -> None:
    rows = steps(("Lead", 100), ("Call", 60), ("Paid", 40)) + steps(("Lead", 2), ("Call", 0), group="Ads")
    assert weakest_step(rows) == Step(None, "Lead", "Call", 100, 0.6)
