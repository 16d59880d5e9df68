"""What customers will bring in money of today: beside the same summed up day by day and customer by customer."""

import numpy as np
import pytest

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.arrays import Floats
from crmcli.forecast.customers import YEAR, Customers
from crmcli.forecast.fitting import Fit
from crmcli.forecast.worth import Terms, worths
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast.simulated import known_customers

MODELS = [PurchaseModel(name, r=0.9, alpha=45, a=0.7, b=2.0) for name in (BG, MBG)]
AMOUNTS = Fit(AmountModel(p=6.25, q=3.74, v=400), 0.0, np.diag([0.01, 0.01, 0.01]))
TERMS = Terms(days=730, yearly_rate=0.2, margin=0.5)


def sure(model: PurchaseModel) -> Fit[PurchaseModel]:
    """A fit that leaves nothing open."""
    return Fit(model, 0.0, np.zeros((4, 4)))


def day_by_day(model: PurchaseModel, customers: Customers, terms: Terms, growth: float = 1.0) -> Floats:
    """By customer: what each day brings, less what the time to its middle takes off; `growth`: more of them a year."""
    histories = customers.histories
    days = np.arange(terms.days + 1)
    curve = np.array([purchases.expected(model, histories, day)[histories.group] for day in days])
    left = (growth / (1 + terms.yearly_rate)) ** ((days[1:] - 0.5) / YEAR)
    return np.asarray(left @ np.diff(curve, axis=0) * customers.mean_amounts * terms.margin)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_worth_is_what_every_day_brings_less_what_its_time_takes_off(model: PurchaseModel) -> None:
    customers = known_customers(model, 120, seed=5)
    group = np.arange(120) % 3
    parts, whole = worths(sure(model), None, customers, group, TERMS)
    wanted = day_by_day(model, customers, TERMS)
    assert [part.worth.mean for part in parts] == pytest.approx(np.bincount(group, weights=wanted).tolist(), rel=1e-4)
    assert whole.worth.mean == pytest.approx(wanted.sum(), rel=1e-4)
    assert (whole.customers, [part.customers for part in parts]) == (120, [40, 40, 40])
    assert whole.worth.low == whole.worth.high == whole.worth.mean


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_who_lives_and_stays_is_the_sum_of_their_chances(model: PurchaseModel) -> None:
    customers = known_customers(model, 120, seed=5)
    (part,), whole = worths(sure(model), None, customers, np.zeros(120, dtype=np.int64), TERMS)
    x, t_x, age = customers.purchase_days - 1, customers.recency, customers.age
    alive = purchases.alive(model, x, t_x, age)
    assert part.living == whole.living == pytest.approx(alive.sum())
    later = alive @ purchases.stays_if_alive(model, x, age, YEAR)
    assert part.stay == whole.stay == pytest.approx(later / alive.sum())


def test_five_points_more_keep_so_many_more_of_each_group_every_year() -> None:
    model = MODELS[1]
    customers = known_customers(model, 120, seed=5)
    (part,), whole = worths(sure(model), None, customers, np.zeros(120, dtype=np.int64), TERMS)
    more = day_by_day(model, customers, TERMS, growth=(part.stay + 0.05) / part.stay).sum() - part.worth.mean
    assert part.five_points == whole.five_points == pytest.approx(more, rel=1e-3)
    assert part.added_points == 0.05


def test_where_fewer_than_five_points_are_left_these_are_added() -> None:
    faithful = PurchaseModel(MBG, r=0.9, alpha=45, a=0.002, b=2.0)
    (part,), _ = worths(
        sure(faithful), None, known_customers(faithful, 120, seed=5), np.zeros(120, dtype=np.int64), TERMS
    )
    assert part.added_points == pytest.approx(1 - part.stay)
    assert 0 < part.added_points < 0.05


def test_what_the_fits_leave_open_and_what_they_were_off_by_is_in_the_bounds() -> None:
    customers, group = known_customers(MODELS[1], 120, seed=5), np.zeros(120, dtype=np.int64)
    vague = Fit(MODELS[1], 0.0, np.diag([0.01] * 4))
    off = Terms(TERMS.days, TERMS.yearly_rate, TERMS.margin, off=0.3)
    widths = []
    for fit, amounts, terms in (
        (sure(MODELS[1]), None, TERMS),
        (vague, None, TERMS),
        (vague, AMOUNTS, TERMS),
        (vague, AMOUNTS, off),
    ):
        worth = worths(fit, amounts, customers, group, terms)[1].worth
        assert worth.low <= worth.mean <= worth.high
        widths.append((worth.high - worth.low) / worth.mean)
    assert widths == sorted(widths)
    assert widths[0] == 0
    assert widths[3] == pytest.approx(4 * 0.3, rel=0.25)


def test_no_rate_takes_nothing_off() -> None:
    model = MODELS[0]
    customers = known_customers(model, 50, seed=6)
    whole = worths(sure(model), None, customers, np.zeros(50, dtype=np.int64), Terms(365, 0.0, 1.0))[1]
    expected = purchases.expected(model, customers.histories, 365)[customers.histories.group]
    assert whole.worth.mean == pytest.approx(float(expected @ customers.mean_amounts), rel=1e-4)
