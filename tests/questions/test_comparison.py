"""Which periods are shown, and what each is compared with."""

from datetime import date

from crmcli.questions.comparison import YEAR_AGO, Comparison
from crmcli.values.periods import Period

HALF_YEAR = Period(date(2026, 1, 1), date(2026, 6, 30))


def told(asked: Comparison) -> list[tuple[str, str]]:
    return [(one.name, str(one.before)) for one in asked.shown]


def test_each_part_is_compared_with_the_one_before_or_a_year_ago() -> None:
    assert told(Comparison(HALF_YEAR, "quarter")) == [
        ("2026-Q1", "2025-10-01..2025-12-31"), ("2026-Q2", "2026-01-01..2026-03-31"),
    ]  # fmt: skip
    assert told(Comparison(HALF_YEAR, "quarter", YEAR_AGO))[1] == ("2026-Q2", "2025-04-01..2025-06-30")
    cut = Comparison(Period(date(2025, 1, 1), date(2026, 7, 1)), "year")
    assert told(cut) == [("2025", "2024-01-01..2024-12-31"), ("2026", "2025-01-01..2025-07-01")]


def test_a_whole_and_groups_are_compared_with_the_period_before_a_year_ago_or_any_other() -> None:
    for by in (None, "owner"):
        assert told(Comparison(HALF_YEAR, by)) == [("2026-01-01..2026-06-30", "2025-07-01..2025-12-31")]
        assert told(Comparison(HALF_YEAR, by, YEAR_AGO))[0][1] == "2025-01-01..2025-06-30"
        assert told(Comparison(HALF_YEAR, by, Period(date(2020, 1, 1), date(2020, 1, 9))))[0][1].endswith("01-09")
    assert [Comparison(HALF_YEAR, by).grouped for by in (None, "month", "owner")] == [False, False, True]
