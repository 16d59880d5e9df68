"""Scores against naive ones, on both engines; and that every cell has its segment."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.questions import rfm
from crmcli.questions.rfm import BINS, NAMES, SEGMENTS, Cuts, Rfm, Scores
from crmcli.schema import contacts
from tests.builders import Row, add_contact, add_refund, add_sale, add_sales, building, rows_of
from tests.questions import naive_rfm
from tests.questions.world import TODAY, a_world, store

CUTS = Cuts((10, 60, 200), (1, 3, 9), (0, 1, 100_000))
LEAP_DAY = date(2024, 2, 29)


def scored(base: Base, asked: Rfm) -> list[Row]:
    """The rows of people with their scores."""
    rows = rows_of(base, rfm.people(asked))
    found = rfm.scores(asked, (tuple(row.values()) for row in rows))
    return [row | score._asdict() for row, score in zip(rows, found, strict=True)]


@pytest.mark.parametrize("seed", [51, 52])
def test_the_scores_are_those_found_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    days = (TODAY, date(2025, 3, 3), LEAP_DAY, date(2030, 1, 1))
    for asked in [Rfm(day, bins, cuts) for day in days for bins, cuts in ((5, None), (3, None), (10, None), (4, CUTS))]:
        found = [{key: row[key] for key in row if key not in {"name", "external_ref"}} for row in scored(base, asked)]
        assert found == naive_rfm.scored(world, asked)
    assert len(found) > 30


def test_some_contacts_alone_are_scored_among_themselves(base: Base) -> None:
    world = a_world(53, contacts=120)
    store(world, base)
    asked = Rfm(TODAY, among=select(contacts.c.id).where(contacts.c.channel_id == 20))
    those = {row["id"] for row in world.contacts if row["channel_id"] == 20}
    expected = naive_rfm.scored(world, asked, those)
    assert [(row["contact_id"], row["r"], row["f"], row["m"]) for row in scored(base, asked)] == [
        (row["contact_id"], row["r"], row["f"], row["m"]) for row in expected
    ]
    assert len(expected) > 5


def test_the_measures_are_those_of_the_rows_with_names(base: Base) -> None:
    store(a_world(54), base)
    rows = rows_of(base, rfm.people(Rfm(TODAY)))
    assert [row.pop("name")[:8] for row in rows] == ["Contact "] * len(rows)
    assert [row.pop("external_ref") for row in rows] == [None] * len(rows)
    assert rows == rows_of(base, rfm.measures(Rfm(TODAY)))


def test_the_members_of_a_segment_are_those_with_its_scores(base: Base) -> None:
    world = a_world(55, contacts=120)
    store(world, base)
    for asked in (
        Rfm(TODAY),
        Rfm(LEAP_DAY),
        Rfm(TODAY, among=select(contacts.c.id).where(contacts.c.channel_id == 20)),
    ):
        rows = scored(base, asked)
        for name in NAMES:
            found = {row["contact_id"] for row in rows_of(base, rfm.members(asked, name))}
            those = {
                row["contact_id"] for row in rows if rfm.segment_of(Scores(row["r"], row["f"], row["m"]), 5) == name
            }
            assert found == those, (asked, name)


def test_equal_customers_are_parted_by_id(base: Base) -> None:
    with building(base) as writer:
        ids = [add_contact(writer, "Equal") for _ in range(7)]
        for contact_id in reversed(ids):
            add_sales(writer, contact_id, date(2026, 1, 5))
    assert [(row["contact_id"], row["r"], row["f"], row["m"]) for row in scored(base, Rfm(TODAY, 3))] == [
        (contact_id, score, score, score) for contact_id, score in zip(ids, (1, 1, 1, 2, 2, 3, 3), strict=True)
    ]


def test_refunds_leave_revenue_alone_and_a_sale_for_nothing_counts(base: Base) -> None:
    with building(base) as writer:
        anna, given_back = add_contact(writer), add_contact(writer)
        add_sale(writer, anna, date(2026, 2, 1), 500)
        add_sale(writer, anna, date(2026, 2, 1), 0)
        add_refund(writer, anna, date(2026, 2, 20), 400)
        add_refund(writer, given_back, date(2026, 2, 20))
    rows = rows_of(base, rfm.measures(Rfm(TODAY)))
    assert rows == [{"contact_id": anna, "recency_days": 28, "frequency": 2, "monetary": 500}]


def test_thresholds_belong_to_the_better_score() -> None:
    asked = Rfm(TODAY, cuts=Cuts((30, 60), (2, 3), (100, 200)))
    rows: list[tuple[Any, ...]] = [(1, 30, 3, 200), (2, 31, 2, 199), (3, 60, 2, 100), (4, 61, 1, 99)]
    assert rfm.scores(asked, rows) == [(3, 3, 3), (2, 2, 2), (2, 2, 2), (1, 1, 1)]


@pytest.mark.parametrize("bins", BINS)
def test_every_cell_has_one_segment_and_every_segment_a_cell(bins: int) -> None:
    cells = [Scores(*cell) for cell in product(range(1, bins + 1), repeat=3)]
    assert {rfm.segment_of(cell, bins) for cell in cells} == set(NAMES)
    assert len(NAMES) == len(set(NAMES)) == 11


def test_two_bins_would_have_fewer_cells_than_there_are_segments() -> None:
    assert BINS[0] ** 3 > len(SEGMENTS) > 2**3


@pytest.mark.parametrize("bins", BINS)
def test_the_extremes_are_the_segments_that_they_are_called(bins: int) -> None:
    best = Scores(bins, bins, bins)
    assert rfm.segment_of(best, bins) == "champions"
    assert rfm.segment_of(best._replace(r=1), bins) == "can't lose them"
    assert rfm.segment_of(Scores(bins, 1, 1), bins) == "new"
    assert rfm.segment_of(Scores(1, 1, 1), bins) == "lost"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ((5, 5, 3), "champions"), ((4, 5, 5), "champions"), ((4, 5, 4), "loyal"), ((3, 4, 5), "loyal"),
        ((5, 3, 4), "potential loyalists"), ((4, 2, 2), "potential loyalists"), ((5, 2, 1), "new"),
        ((4, 1, 2), "promising"), ((3, 3, 3), "need attention"), ((2, 5, 2), "need attention"),
        ((2, 2, 3), "about to sleep"), ((2, 5, 5), "at risk"), ((1, 3, 4), "at risk"), ((1, 3, 5), "can't lose them"),
        ((2, 1, 1), "hibernating"), ((1, 2, 2), "hibernating"), ((1, 1, 2), "lost"),
    ],
)  # fmt: skip
def test_fifths_make_the_segments_that_the_field_knows(cell: tuple[int, int, int], name: str) -> None:
    assert rfm.segment_of(Scores(*cell), 5) == name


def test_segments_add_up_to_all_customers_and_revenue(base: Base) -> None:
    store(a_world(55, contacts=80), base)
    asked = Rfm(TODAY)
    rows = [tuple(row.values()) for row in rows_of(base, rfm.measures(asked))]
    found = rfm.scores(asked, rows)
    told = rfm.segments_told(asked, rows, found)
    assert [row["segment"] for row in told] == list(NAMES)
    assert sum(row["customers"] for row in told) == len(rows) > 30
    assert sum(row["revenue"] for row in told) == sum(row[3] for row in rows)
    for key in ("share", "share_of_revenue"):
        assert sum(row[key] for row in told) == pytest.approx(1)
    for row in told:
        mine = [r for r, score in zip(rows, found, strict=True) if rfm.segment_of(score, 5) == row["segment"]]
        assert (row["customers"], row["revenue"]) == (len(mine), sum(r[3] for r in mine))


def test_the_grid_has_every_customer_once() -> None:
    asked = Rfm(TODAY, 3)
    rows = [(1, 5, 1, 100), (2, 9, 4, 100), (3, 70, 2, 100), (4, 80, 9, 100)]
    found = rfm.scores(asked, rows)
    grid = rfm.grid(asked, rows, found)
    assert [(row["recency"], row["days"], row["customers"]) for row in grid] == [
        (3, (5, 5), 1), (2, (9, 9), 1), (1, (70, 80), 2),
    ]  # fmt: skip
    assert [[row["f1"], row["f2"], row["f3"]] for row in grid] == [[0.25, 0, 0], [0, 0.25, 0], [0.25, 0, 0.25]]
    assert rfm.frequencies(rows, found) == {1: (1, 2), 2: (4, 4), 3: (9, 9)}


def test_without_a_revenue_no_segment_has_a_share_of_it() -> None:
    asked, rows = Rfm(TODAY), [(1, 5, 1, 0)]
    told = rfm.segments_told(asked, rows, rfm.scores(asked, rows))
    assert {row["share_of_revenue"] for row in told} == {None}
    assert rfm.scores(asked, []) == []
