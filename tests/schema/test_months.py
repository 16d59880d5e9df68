"""What was bought by months, as it is kept, against counts made naively."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from crmcli.actions.undo import undo
from crmcli.base.opening import Base
from crmcli.schema import buyer_months, month_totals, purchases, rhythm_counts
from tests.base.rows import rebuilt_sums, sums
from tests.builders import add_contact, add_refund, add_sale, add_sales, building, rows_of
from tests.questions import naive
from tests.questions.world import World, a_world, store


def month(day: date) -> int:
    return day.year * 12 + day.month - 1


def naive_totals(world: World) -> dict[tuple[int, bool], tuple[int, int, int, int]]:
    """Sales, refunds, revenue and what was given back, by month and whether there is a customer."""
    found: dict[tuple[int, bool], list[int]] = {}
    for one in world.purchases:
        sums = found.setdefault((month(one["purchased_on"]), one["contact_id"] is not None), [0, 0, 0, 0])
        place = one["kind"] == "refund"
        sums[place] += 1
        sums[place + 2] += one["amount"]
    return {key: (row[0], row[1], row[2], row[3]) for key, row in found.items()}


def naive_buyers(world: World) -> Counter[tuple[int, int, int]]:
    """Customers by the month they bought in, the one before, and their first."""
    found: Counter[tuple[int, int, int]] = Counter()
    for contact_id in {one["contact_id"] for one in world.purchases} - {None}:
        sold = [p["purchased_on"] for p in world.purchases if (p["contact_id"], p["kind"]) == (contact_id, "sale")]
        months = sorted({month(day) for day in sold})
        found.update(zip(months, [0, *months], [months[0]] * len(months) if months else [], strict=False))
    return found


def naive_counts(world: World) -> Counter[tuple[str, int]]:
    """Contacts by the numbers of their rhythm."""
    found: Counter[tuple[str, int]] = Counter()
    for row in (naive.rhythm(world, contact) for contact in world.present):
        if row["archived"] or not row["purchase_days"]:
            continue
        if row["purchase_days"] == 1:
            found["once", row["last_on"].toordinal() - 1] += 1
            continue
        found["due", row["due_on"].toordinal() - 1] += 1
        found["period", row["span_days"] // (row["purchase_days"] - 1)] += 1
    return found


def told(base: Base, table: Any, keys: int) -> dict[Any, Any]:
    """The rows of a table by their keys, which come after the id."""
    rows = (tuple(row.values())[1:] for row in rows_of(base, select(table)))
    return {row[:keys]: row[keys:] if len(row) > keys + 1 else row[keys] for row in rows}


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_is_counted_naively(base: Base, seed: int) -> None:
    world = a_world(seed, contacts=80)
    store(world, base)
    assert told(base, month_totals, 2) == naive_totals(world)
    assert told(base, buyer_months, 3) == naive_buyers(world)
    assert told(base, rhythm_counts, 2) == naive_counts(world)


def test_what_was_bought_and_taken_back_leaves_no_row(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer)
    with building(base) as writer:
        add_sales(writer, anna, date(2026, 1, 31), date(2026, 2, 1), date(2026, 4, 1))
        add_refund(writer, None, date(2026, 2, 1), 0)
    assert told(base, buyer_months, 3) == {(24312, 0, 24312): 1, (24313, 24312, 24312): 1, (24315, 24313, 24312): 1}
    with building(base) as undoing:
        undo(undoing, writer.operation_id)
    assert set(map(tuple, sums(base).values())) == {()}


def test_a_purchase_changed_more_than_once_counts_as_it_is_at_the_end(base: Base) -> None:
    with building(base) as writer:
        anna, boris = add_contact(writer, "Anna"), add_contact(writer, "Boris")
        add_sale(writer, anna, date(2026, 1, 1), 700)
    with building(base) as writer:
        for values in ({"amount": 900}, {"contact_id": boris}, {"purchased_on": date(2026, 3, 1)}):
            writer.connection.execute(update(purchases).values(values))
        add_sale(writer, anna, date(2026, 2, 2), 300)
        writer.connection.execute(delete(purchases).where(purchases.c.amount == 300))
    assert told(base, month_totals, 2) == {(24314, True): (1, 0, 900, 0)}
    assert sums(base) == rebuilt_sums(base)
