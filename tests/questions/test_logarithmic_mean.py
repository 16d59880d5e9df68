"""A change of revenue, split into its three parts."""

from fractions import Fraction
from itertools import product
from math import log
from random import Random

import pytest

from crmcli.questions.logarithmic_mean import Factors, contributions, half_up

NOTHING = Factors()


def test_a_change_in_one_factor_alone_is_all_from_that_one() -> None:
    before = Factors(100, 200, 1_000_00)
    assert contributions(Factors(130, 260, 1_300_00), before) == (300_00, 0, 0)
    assert contributions(Factors(100, 200, 900_00), before) == (0, -100_00, 0)
    assert contributions(Factors(100, 300, 1_500_00), before) == (0, 0, 500_00)


def test_the_parts_are_those_of_the_formula() -> None:
    """L(121, 100) = 21 / ln 1.21; each of the two factors grew by a tenth: ln 1.1 of ln 1.21, a half."""
    assert contributions(Factors(11, 11, 121_00), Factors(10, 10, 100_00)) == (10_50, 10_50, 0)
    mean = (90_00 - 40_00) / log(90 / 40)
    parts = contributions(Factors(6, 9, 90_00), Factors(5, 8, 40_00))
    expected = [mean * log(6 / 5), mean * log((90 / 9) / (40 / 8)), mean * log((9 / 6) / (8 / 5))]
    assert max(abs(part - exact) for part, exact in zip(parts, expected, strict=True)) <= 1


def test_the_parts_add_up_to_the_change_to_the_last_unit() -> None:
    random = Random(7)
    for size in (10, 10**4, 10**15, 10**22):
        for _ in range(200):
            now, before = (_factors(random, size) for _ in range(2))
            assert sum(contributions(now, before)) == now.revenue - before.revenue


def test_parts_are_within_a_unit_of_the_exact_ones() -> None:
    random = Random(8)
    for _ in range(200):
        now, before = (_factors(random, 10**6) for _ in range(2))
        if now.revenue and before.revenue and now.revenue != before.revenue:
            mean = float(now.revenue - before.revenue) / log(now.revenue / before.revenue)
            assert abs(contributions(now, before)[0] - mean * log(now.buyers / before.buyers)) < 1.001


def test_turned_round_the_parts_change_their_sign() -> None:
    random = Random(9)
    for _ in range(100):
        now, before = (_factors(random, 10**6) for _ in range(2))
        there, back = contributions(now, before), contributions(before, now)
        assert max(abs(a + b) for a, b in zip(there, back, strict=True)) <= 1


def test_equal_revenues_made_of_other_factors_have_parts_that_cancel() -> None:
    parts = contributions(Factors(20, 20, 100_00), Factors(10, 10, 100_00))
    assert parts == (6931, -6931, 0)
    assert contributions(Factors(10, 20, 100_00), Factors(10, 20, 100_00)) == (0, 0, 0)


def test_what_nobody_bought_before_came_from_the_buyers() -> None:
    assert contributions(Factors(3, 7, 50_00), NOTHING) == (50_00, 0, 0)
    assert contributions(NOTHING, Factors(3, 7, 50_00)) == (-50_00, 0, 0)
    assert contributions(NOTHING, NOTHING) == (0, 0, 0)


def test_what_was_given_away_before_came_from_the_mean_sale() -> None:
    gifts = Factors(5, 9, 0)
    assert contributions(Factors(3, 7, 50_00), gifts) == (0, 50_00, 0)
    assert contributions(gifts, Factors(3, 7, 50_00)) == (0, -50_00, 0)
    assert contributions(gifts, NOTHING) == contributions(NOTHING, gifts) == contributions(gifts, gifts) == (0, 0, 0)


@pytest.mark.parametrize("tiny", [Fraction(1, 10**30), Fraction(1, 10**60)])
def test_the_parts_of_a_zero_are_the_limit_of_those_of_less_and_less(tiny: Fraction) -> None:
    """What came from the factor that vanishes tends to the whole change, if slowly: with 1 / ln of what is left."""
    now = Factors(3, 7, 5_000_000)
    nearly_nobody = Factors(3 * tiny, 7 * tiny, 5_000_000 * tiny)
    assert contributions(now, nearly_nobody) == contributions(now, NOTHING)
    nearly_free = Factors(5, 9, tiny)
    share = contributions(now, nearly_free)[1] / 5_000_000
    assert 0.98 < share < 1.02


def test_the_largest_remainders_are_rounded_up() -> None:
    """Each of three equal factors brought a third of one unit: the first has it."""
    parts = contributions(Factors(8, 64, 512), Factors(8, 64, 511))
    assert parts == (0, 1, 0)
    eight = contributions(Factors(2, 4, 8), Factors(1, 1, 1))  # 7 units, 2 1/3 each
    assert eight == (3, 2, 2)


def test_fractions_of_buyers_and_units_are_split_alike() -> None:
    parts = contributions(Factors(Fraction(21, 2), Fraction(21, 2), Fraction(2101, 2)), Factors(10, 10, 1000))
    assert sum(parts) == 51


def test_a_mean_is_rounded_half_up() -> None:
    assert Factors(2, 2, 5).mean_sale == 3
    assert Factors(2, 3, 5).mean_sale == 2
    assert Factors(30_000, 30_001, 5).sales_per_buyer == 1.0
    assert Factors(3, 5, 5).sales_per_buyer == 1.6667
    assert Factors(20_000, 20_001, 5).sales_per_buyer == 1.0001
    assert (NOTHING.mean_sale, NOTHING.sales_per_buyer) == (None, None)
    assert [half_up(Fraction(n, 2)) for n in (-3, -1, 1, 3)] == [-1, 0, 1, 2]


def test_any_small_factors_have_parts_that_add_up() -> None:
    made = [Factors(n, n * s, r) for n, s, r in product((0, 1, 3), (1, 2), (0, 1, 2, 7)) if n or not r]
    for now, before in product(made, made):
        assert sum(contributions(now, before)) == now.revenue - before.revenue


def _factors(random: Random, size: int) -> Factors:
    buyers = random.randint(1, 1000)
    return Factors(buyers, buyers + random.randint(0, 5000), random.choice((0, *[random.randint(1, size)] * 9)))
