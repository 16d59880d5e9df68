"""What other factors would bring."""

from fractions import Fraction
from math import floor
from random import Random

import pytest

from crmcli.questions.logarithmic_mean import Factors
from crmcli.questions.what_if import Plan, lever_rows, planned

PRESENT = Factors(100, 250, 1_000_000)


def percent(buyers: str = "0", check: str = "0", repeat: str = "0") -> Plan:
    return Plan(*(Fraction(number) / 100 for number in (buyers, check, repeat)))


def test_the_plan_stands_beside_the_present() -> None:
    assert planned(PRESENT, percent("5", "3", "-2")) == {
        "revenue": 1_000_000,
        "new_revenue": 1_059_870,  # 1.05 x 1.03 x 0.98
        "change": 59_870,
        "buyers": 100,
        "new_buyers": 105.0,
        "mean_sale": 4_000,
        "new_mean_sale": 4_120,
        "sales_per_buyer": 2.5,
        "new_sales_per_buyer": 2.45,
    }


def test_each_lever_says_what_it_brings() -> None:
    rows = lever_rows(PRESENT, percent("5", "3", "-2"))
    assert [row["lever"] for row in rows] == ["buyers", "check", "repeat"]
    assert [row["brings_alone"] for row in rows] == [50_000, 30_000, -20_000]
    assert [row["brings_per_percent"] for row in rows] == [10_094, 10_290, 10_815]
    assert sum(row["brings_together"] for row in rows) == 59_870


def test_one_percent_of_any_lever_brings_the_same_where_none_moves() -> None:
    rows = lever_rows(PRESENT, Plan())
    assert [row["brings_per_percent"] for row in rows] == [10_000] * 3
    assert {row["brings_alone"] for row in rows} | {row["brings_together"] for row in rows} == {0}


def test_the_lever_that_moves_alone_brings_all_of_the_change() -> None:
    for place, plan in enumerate((percent("7"), percent("0", "7"), percent("0", "0", "7"))):
        brings = [row["brings_together"] for row in lever_rows(PRESENT, plan)]
        assert brings == [70_000 if number == place else 0 for number in range(3)]


@pytest.mark.parametrize("seed", range(3))
def test_amounts_are_exact_and_parts_add_up(seed: int) -> None:
    random = Random(seed)
    for _ in range(100):
        buyers = random.randint(1, 500)
        present = Factors(buyers, buyers + random.randint(0, 900), random.randint(0, 10**16))
        plan = Plan(*(Fraction(random.randint(-10_000, 20_000), 10_000) for _ in range(3)))
        exact = present.revenue * (1 + plan.buyers) * (1 + plan.check) * (1 + plan.repeat)
        shown, rows = planned(present, plan), lever_rows(present, plan)
        assert shown["new_revenue"] == floor(exact + Fraction(1, 2))
        assert shown["change"] == shown["new_revenue"] - present.revenue
        assert sum(row["brings_together"] for row in rows) == shown["change"]


def test_without_any_buyers_or_revenue_nothing_is_left() -> None:
    none_left = planned(PRESENT, percent("-100"))
    assert (none_left["new_revenue"], none_left["new_mean_sale"], none_left["new_sales_per_buyer"]) == (0, None, None)
    rows = lever_rows(PRESENT, percent("-100", "10"))
    assert [row["brings_together"] for row in rows] == [-1_000_000, 0, 0]
    assert [row["brings_together"] for row in lever_rows(PRESENT, percent("0", "-100"))] == [0, -1_000_000, 0]
    assert planned(Factors(), percent("5"))["new_revenue"] == 0
    assert {row["brings_per_percent"] for row in lever_rows(Factors(), percent("5"))} == {0}
