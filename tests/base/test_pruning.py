"""Which backups stay: the newest of each of the last days, weeks and months."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crmcli.base.backup import Backup
from crmcli.base.manifest import Manifest
from crmcli.base.pruning import read_keep, worth_keeping
from crmcli.errors import Wrong

LAST = datetime.fromisoformat("2026-11-22T08:00:00")  # a Sunday


def backup(made_at: datetime) -> Backup:
    return Backup(
        Path(f"{made_at:%Y%m%dT%H%M}.backup"), Manifest(made_at, "", "a.db", "sqlite", "1", "", {}, "", 0, "")
    )


def kept(keep: str, *made_at: datetime) -> list[str]:
    return [
        f"{one.manifest.made_at:%Y-%m-%d %H}"
        for one in worth_keeping([backup(moment) for moment in made_at], read_keep(keep))
    ]


def test_of_a_backup_every_hour_the_last_of_each_day_week_and_month_stays() -> None:
    hours = [LAST - timedelta(hours=hour) for hour in range(24 * 100)]
    assert kept("3d", *hours) == ["2026-11-20 23", "2026-11-21 23", "2026-11-22 08"]
    assert kept("3w", *hours) == ["2026-11-08 23", "2026-11-15 23", "2026-11-22 08"]
    assert kept("3m", *hours) == ["2026-09-30 23", "2026-10-31 23", "2026-11-22 08"]
    assert kept("2d,2w,2m", *hours) == ["2026-10-31 23", "2026-11-15 23", "2026-11-21 23", "2026-11-22 08"]


def test_days_without_a_backup_do_not_count() -> None:
    days = [LAST - timedelta(days=10 * place) for place in range(5)]
    assert kept("3d", *days) == ["2026-11-02 08", "2026-11-12 08", "2026-11-22 08"]


def test_the_first_days_of_january_are_of_the_old_years_last_week() -> None:
    days = [datetime.fromisoformat(day) for day in ("2025-12-29", "2025-12-31", "2026-01-02", "2026-01-05")]
    assert kept("9w", *days) == ["2026-01-02 00", "2026-01-05 00"]


def test_the_newest_stays_whatever_is_to_be_kept() -> None:
    assert kept("0d", LAST) == ["2026-11-22 08"]
    assert kept("0d,0w,0m", LAST, LAST - timedelta(days=1)) == ["2026-11-22 08"]
    assert kept("7d") == []


def test_a_year_and_a_half_of_mornings_leaves_days_weeks_and_months() -> None:
    mornings = [LAST - timedelta(days=day) for day in range(550)]
    assert kept("7d,4w,12m", *mornings) == [
        *(f"{day} 08" for day in ("2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31")),
        *(f"{day} 08" for day in ("2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31")),
        *(f"2026-11-{day:02} 08" for day in (1, 8, 15, 16, 17, 18, 19, 20, 21, 22)),
    ]


@pytest.mark.parametrize("text", ["", "7", "d", "7d,", "7d,8d", "7y", "-1d", "7 d", "99999d", "٧d", "7d;4w", "all"])
def test_what_is_to_be_kept_is_read_strictly(text: str) -> None:
    with pytest.raises(Wrong, match="7d,4w,12m"):
        read_keep(text)


def test_what_is_to_be_kept_is_read() -> None:
    assert read_keep("7d,4w,12m") == {"d": 7, "w": 4, "m": 12}
    assert read_keep("0d, 1m") == {"d": 0, "m": 1}
