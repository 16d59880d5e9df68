"""The bounds of what the base will bring."""

import numpy as np
import pytest

from crmcli.forecast.total import Bounded, bounded


def test_the_bounds_hold_nineteen_of_twenty_draws_of_that_mean_and_variance() -> None:
    found = bounded(100, 400)
    draws = np.random.default_rng(1).gamma(25, 4, 100_000)
    assert np.mean((draws > found.low) & (draws < found.high)) == pytest.approx(0.95, abs=0.005)


def test_the_less_is_known_the_wider_they_are() -> None:
    found = [bounded(1000, (1000 * off) ** 2) for off in (0.1, 0.5, 1, 2, 3, 4, 5, 12, 30, 1e6)]
    assert all(one.low <= 1000 <= one.high for one in found)
    assert [one.high for one in found] == sorted(one.high for one in found)
    assert [one.low for one in found] == sorted((one.low for one in found), reverse=True)


def test_what_is_surely_nothing_is_nothing() -> None:
    assert bounded(0, 0) == Bounded(0.0, 0.0, 0.0)
