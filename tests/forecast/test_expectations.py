"""What the models expect: by simulation of customers who are alive, and by integrals."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import roots_sh_jacobi

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel, expected_amount, mean_square_rate
from crmcli.forecast.arrays import Floats, grouped
from crmcli.forecast.customers import Customers
from crmcli.forecast.prediction import by_pace
from crmcli.values.purchase_model import BG, MBG, PurchaseModel

MODELS = st.builds(
    PurchaseModel,
    st.sampled_from((BG, MBG)),
    r=st.floats(0.1, 8),
    alpha=st.floats(5, 300),
    a=st.floats(0.3, 4) | st.just(1.0),
    b=st.floats(0.3, 8),
)


def one(number: int) -> np.typing.NDArray[np.int64]:
    return np.array([number])


def over_p(model: PurchaseModel, x: int, of: Callable[[Floats], Floats]) -> float:
    """The mean of a function of the chance of leaving, of a customer who is alive after x purchases: a quadrature."""
    stay = model.b + x + model.first_chances
    nodes, weights = roots_sh_jacobi(200, model.a + stay - 1, model.a)
    return float(weights @ of(nodes) / weights.sum())


@settings(max_examples=25, deadline=None)
@given(MODELS, st.integers(0, 30), st.integers(0, 900), st.sampled_from((1, 30, 365, 1100)))
def test_expected_purchases_are_the_integral_over_who_he_may_be(
    model: PurchaseModel, x: int, age: int, days: int
) -> None:
    since, rate = model.alpha + age, model.r + x
    wanted = over_p(model, x, lambda p: -np.expm1(-rate * np.log1p(p * days / since)) / p)
    found = purchases.expected_if_alive(model, one(x), one(age), days)[0]
    assert found == pytest.approx(wanted, rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(MODELS, st.integers(0, 30), st.integers(0, 900), st.sampled_from((30, 365)))
def test_who_stays_is_the_integral_over_who_he_may_be(model: PurchaseModel, x: int, age: int, days: int) -> None:
    since, rate = model.alpha + age, model.r + x
    wanted = over_p(model, x, lambda p: (1 + p * days / since) ** -rate)
    assert purchases.stays_if_alive(model, one(x), one(age), days)[0] == pytest.approx(wanted, rel=1e-4)


def lived(model: PurchaseModel, x: int, age: int, days: int, customers: int = 200_000) -> tuple[float, float, float]:
    """Mean, mean square and share that stays, of customers who are alive and go on as the model has it."""
    random = np.random.default_rng(4)
    rate = random.gamma(model.r + x, 1 / (model.alpha + age), customers)
    leaves = random.beta(model.a, model.b + x + model.first_chances, customers)
    bought, now, here = np.zeros(customers), np.zeros(customers), np.arange(customers)
    stays = np.ones(customers, dtype=bool)
    while len(here):
        now[here] += random.exponential(1 / rate[here])
        here = here[now[here] <= days]
        bought[here] += 1
        left = random.random(len(here)) < leaves[here]
        stays[here[left]] = False
        here = here[~left]
    return float(bought.mean()), float((bought**2).mean()), float(stays.mean())


@pytest.mark.parametrize("name", [BG, MBG])
@pytest.mark.parametrize(("x", "age"), [(0, 10), (3, 200), (20, 700)])
def test_customers_who_go_on_as_the_model_has_it_do_what_it_expects(name: str, x: int, age: int) -> None:
    model = PurchaseModel(name, r=0.9, alpha=50, a=0.8, b=2.5)
    mean, square, stays = lived(model, x, age, 365)
    assert purchases.expected_if_alive(model, one(x), one(age), 365)[0] == pytest.approx(mean, rel=0.02)
    assert purchases.stays_if_alive(model, one(x), one(age), 365)[0] == pytest.approx(stays, rel=0.02)
    history = grouped(one(x), one(age // 2 if x else 0), one(age))
    alive = purchases.alive(model, history.x, history.t_x, history.age)[0]
    assert purchases.mean_square(model, history, 365)[0] == pytest.approx(square * alive, rel=0.05)


def test_the_next_purchase_is_due_when_as_many_have_bought_as_not() -> None:
    model = PurchaseModel(BG, r=0.9, alpha=50, a=0.8, b=2.5)
    random = np.random.default_rng(5)
    waits = random.exponential(1 / random.gamma(model.r + 3, 1 / (model.alpha + 200), 200_000))
    assert purchases.days_to_next(model, one(3), one(200))[0] == pytest.approx(np.median(waits), rel=0.02)


def test_a_history_never_seen_is_expected_nothing_wrong_of() -> None:
    model = PurchaseModel(MBG, r=0.02, alpha=0.01, a=1 + 1e-12, b=900)
    x, age = np.array([0, 0, 5_000]), np.array([0, 300_000, 5_001])
    for days in (1, 3650):
        found = purchases.expected_if_alive(model, x, age, days)
        assert np.isfinite(found).all()
        assert (found >= 0).all()


def test_an_amount_is_the_mean_of_what_the_customer_may_be() -> None:
    model, random = AmountModel(p=6, q=4, v=1500), np.random.default_rng(6)
    days, revenue = np.array([3]), np.array([4200.0])
    rate = random.gamma(model.p * 3 + model.q, 1 / (model.v + 4200), 400_000)
    assert expected_amount(model, days, revenue)[0] == pytest.approx((model.p / rate).mean(), rel=0.01)
    assert mean_square_rate(model, days, revenue)[0] == pytest.approx((1 / rate**2).mean(), rel=0.01)


def test_a_years_pace_is_that_of_coming_back_since_ones_own_first_purchase() -> None:
    ages, year_days = np.array([730, 100, 10, 0]), np.array([4, 3, 1, 1])
    known = Customers(*(np.ones(4, dtype=np.int64),) * 3, ages, np.full(4, 50), year_days)
    assert by_pace(known, 365).purchases == pytest.approx([4, 365 * 2 / 100, 0, 0])
