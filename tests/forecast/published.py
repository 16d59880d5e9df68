"""The CDNOW sample, as those who published figures of it read it."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np

from crmcli.forecast.arrays import Floats, Histories, Whole, grouped

START, CALIBRATED = date(1997, 1, 1), date(1997, 9, 30)


def calibration(folder: Path) -> tuple[Histories, Whole, Floats]:
    """The histories of the first 39 weeks, and of who came back: on how many days, and what these brought in cents.

    As published, the first purchase is no part of the amounts.
    """
    bought: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for line in (folder / "cdnow" / "CDNOW_sample.txt").read_text().splitlines():
        customer, _, day, _, dollars = line.split()
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        if on <= CALIBRATED:
            bought[customer][on] += round(float(dollars) * 100)
    days = [sorted(one) for one in bought.values()]
    x = np.array([len(one) - 1 for one in days])
    t_x = np.array([(one[-1] - one[0]).days for one in days])
    age = np.array([(CALIBRATED - one[0]).days for one in days])
    later = [sum(one[day] for day in sorted(one)[1:]) for one in bought.values()]
    back = x > 0
    return grouped(x, t_x, age), x[back], np.array(later, dtype=float)[back]
