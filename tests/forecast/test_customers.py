"""What is known of customers on the whole."""

import numpy as np
import pytest

from crmcli.forecast.customers import Customers


@pytest.mark.parametrize(
    ("buyers", "silence", "quiet"),
    [(200, 0, False), (200, 7, False), (200, 8, True), (40, 8, False), (40, 60, True), (4, 30, False)],
)
def test_a_base_went_quiet_where_more_than_a_week_should_have_brought_ten_purchases(
    buyers: int, silence: int, quiet: bool
) -> None:
    """Each has bought twice within 300 days, up to a day so long ago."""
    ones = np.ones(buyers, dtype=np.int64)
    known = Customers(np.arange(buyers), 2 * ones, 300 * ones, (300 + silence) * ones, 100 * ones, ones)
    assert (known.silence, known.went_quiet) == (silence, quiet)


def test_nobody_went_quiet_where_nobody_bought() -> None:
    assert not Customers(*(np.zeros(0, dtype=np.int64),) * 6).went_quiet
