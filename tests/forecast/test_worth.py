"""What customers will bring in money of today: beside the same summed up day by day and customer by customer."""

from dataclasses import replace

import numpy as np
import pytest

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.arrays import Floats
from crmcli.forecast.customers import YEAR, Customers
from crmcli.forecast.fitting import Fit
from crmcli.forecast.total import Bounded, bounded
from crmcli.forecast.worth import Terms, worths
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast.simulated import known_customers

MODELS = [PurchaseModel(name, r=0.9, alpha=45, a=0.7, b=2.0) for name in (BG, MBG)]
AMOUNTS = Fit(AmountModel(p=6.25, q=3.74, v=400), 0.0, np.diag([0.01, 0.01, 0.01]))
TERMS = Terms(days=730, yearly_rate=0.2, margin=0.5)


def sure(model: PurchaseModel) -> Fit[PurchaseModel]:
    """A fit that leaves nothing open."""
    return Fit(model, 0.0, np.zeros((4, 4)))


def day_by_day(model: PurchaseModel, customers: Customers, terms: Terms) -> Floats:
    """By customer: what each day brings, less what the time to its middle takes off."""
    histories = customers.histories
    days = np.arange(terms.days + 1)
    curve = np.array([purchases.expected(model, histories, day)[histories.group] for day in days])
    left = (1 / (1 + terms.yearly_rate)) ** ((days[1:] - 0.5) / YEAR)
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


def left_day_by_day(model: PurchaseModel, customers: Customers, days: int) -> Floats:
    """The share of those who live that lives on each of the days to come."""
    histories = customers.histories
    x, age, group = histories.x, histories.age, histories.group
    alive = purchases.alive(model, x, histories.t_x, age)[group]
    stays = [purchases.stays_if_alive(model, x, age, day)[group] for day in range(days + 1)]
    return np.array([float(alive @ one) for one in stays]) / float(alive.sum())


@pytest.mark.parametrize("years", [2, 5])
@pytest.mark.parametrize(
    "model", [MODELS[1], PurchaseModel(MBG, r=2, alpha=3, a=1.5, b=1)], ids=["some leave", "most leave at once"]
)
def test_five_points_more_stay_of_those_who_are_left_and_never_bring_more_than_if_all_stayed(
    model: PurchaseModel, years: int
) -> None:
    """Day by day: of a year's leavers so few more stay that five points more are left at its end."""
    customers, days = known_customers(model, 60, seed=5), 365 * years
    _, whole = worths(sure(model), None, customers, np.zeros(60, dtype=np.int64), Terms(days, 0.2, 0.5))
    left, better = left_day_by_day(model, customers, days), [1.0]
    for year in range(years):
        part = left[365 * year : 365 * year + 366] / left[365 * year]
        begin, slower = better[-1], np.log(min(part[-1] + 0.05, 1)) / np.log(part[-1])
        better += [begin * share**slower for share in part[1:]]
        assert better[-1] == pytest.approx(begin * min(part[-1] + 0.05, 1))
    assert better == sorted(better, reverse=True)
    histories, middle = customers.histories, np.arange(days) + 0.5
    curve = np.array([purchases.expected(model, histories, day)[histories.group] for day in range(days + 1)])
    brings = np.diff(curve, axis=0) @ customers.mean_amounts * 0.5 / 1.2 ** (middle / YEAR)
    assert whole.five_points == pytest.approx(float(brings @ (np.array(better) / left)[1:] - brings.sum()), rel=0.03)
    assert 0 < whole.five_points < float(brings @ (1 / left[1:]) - brings.sum())


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
    assert widths[0] == 0 < widths[1] < widths[2] < widths[3]
    assert widths[3] == pytest.approx(4 * 0.3, rel=0.25)


def by_hand(low: float, high: float, step: float, deviation: float) -> float:
    """The variance of a worth that a parameter moves between these, where its log is known so well."""
    return (deviation * (high - low) / (2 * step)) ** 2


def test_an_open_parameter_of_purchases_or_amounts_widens_the_bounds_by_how_much_it_moves_the_worth() -> None:
    customers, group, step = known_customers(MODELS[1], 120, seed=5), np.zeros(120, dtype=np.int64), 0.01

    def worth(alpha: float = 45, v: float = 400, of_purchases: float = 0.0, of_amounts: float = 0.0) -> Bounded:
        fit = Fit(replace(MODELS[1], alpha=alpha), 0.0, np.diag([0, of_purchases**2, 0, 0]))
        amounts = Fit(replace(AMOUNTS.model, v=v), 0.0, np.diag([0, 0, of_amounts**2]))
        return worths(fit, amounts, customers, group, TERMS)[1].worth

    up, down = np.exp(step), np.exp(-step)
    of_purchases = by_hand(worth(alpha=45 * down).mean, worth(alpha=45 * up).mean, step, 0.4)
    of_amounts = by_hand(worth(v=400 * down).mean, worth(v=400 * up).mean, step, 0.3)
    for found, variance in (
        (worth(of_purchases=0.4), of_purchases),
        (worth(of_amounts=0.3), of_amounts),
        (worth(of_purchases=0.4, of_amounts=0.3), of_purchases + of_amounts),
    ):
        wanted = bounded(found.mean, variance)
        assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), rel=1e-3)


def test_no_rate_takes_nothing_off() -> None:
    model = MODELS[0]
    customers = known_customers(model, 50, seed=6)
    whole = worths(sure(model), None, customers, np.zeros(50, dtype=np.int64), Terms(365, 0.0, 1.0))[1]
    expected = purchases.expected(model, customers.histories, 365)[customers.histories.group]
    assert whole.worth.mean == pytest.approx(float(expected @ customers.mean_amounts), rel=1e-4)
