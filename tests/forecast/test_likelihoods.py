"""Likelihoods and gradients over grouped histories are those of the papers, customer by customer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.forecast.amounts import AmountModel, Amounts
from crmcli.forecast.arrays import Histories, grouped
from crmcli.forecast.purchases import alive, log_likelihood
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast import naive
from tests.forecast.naive import History


@st.composite
def histories_of_one(draw: st.DrawFn) -> History:
    x, age = draw(st.integers(0, 60)), draw(st.integers(0, 1500))
    return (x, draw(st.integers(min(x, age), age)) if x else 0, age)


MANY = st.lists(histories_of_one(), min_size=1, max_size=12)
SHAPES = st.floats(0.05, 20)
MODELS = st.builds(PurchaseModel, st.sampled_from((BG, MBG)), SHAPES, st.floats(1, 300), SHAPES, SHAPES)
AMOUNTS = st.lists(st.tuples(st.integers(1, 40), st.floats(1, 1e6)), min_size=1, max_size=12)
AMOUNT_MODELS = st.builds(AmountModel, SHAPES, SHAPES, st.floats(1, 1e5))


def arrays(many: list[History]) -> Histories:
    return grouped(*np.array(many, dtype=np.int64).T)


@given(MANY, MODELS)
def test_the_likelihood_is_the_sum_of_that_of_each_customer(many: list[History], model: PurchaseModel) -> None:
    found, _ = log_likelihood(arrays(many), model)
    assert found == pytest.approx(sum(naive.likelihood_of(model, one) for one in many), rel=1e-9, abs=1e-9)


@given(MANY, MODELS)
def test_the_gradient_is_the_slope_of_the_likelihood(many: list[History], model: PurchaseModel) -> None:
    _, found = log_likelihood(arrays(many), model)
    for place, name in enumerate(("r", "alpha", "a", "b")):
        at, step = getattr(model, name), 1e-5 * getattr(model, name)
        higher, lower = (log_likelihood(arrays(many), replace(model, **{name: at + s}))[0] for s in (step, -step))
        assert found[place] == pytest.approx((higher - lower) / (2 * step), rel=1e-4, abs=1e-3 / at), name


@given(MANY, MODELS)
def test_alive_is_the_part_of_the_likelihood_of_those_who_have_not_left(
    many: list[History], model: PurchaseModel
) -> None:
    found = alive(model, *np.array(many, dtype=np.int64).T)
    wanted = [naive.alive_of(model, one) for one in many]
    assert found == pytest.approx(wanted, rel=1e-9)
    told = [model.alive(x + 1, t_x, age) for x, t_x, age in many]
    unknown = model.name == BG  # of who has bought once
    for one, alive_one, (x, _, _) in zip(told, wanted, many, strict=True):
        assert one == (None if unknown and x == 0 else pytest.approx(alive_one, rel=1e-9))


def test_equal_histories_are_counted_once() -> None:
    histories = arrays([(2, 30, 60), (0, 0, 60), (2, 30, 60), (2, 30, 61)])
    assert (len(histories.x), histories.customers) == (3, 4)
    assert [(histories.x[g], histories.t_x[g], histories.age[g]) for g in histories.group] == [
        (2, 30, 60), (0, 0, 60), (2, 30, 60), (2, 30, 61),
    ]  # fmt: skip


@given(AMOUNTS, AMOUNT_MODELS)
def test_the_likelihood_of_amounts_is_the_sum_of_that_of_each_customer(
    many: list[tuple[int, float]], model: AmountModel
) -> None:
    found, _ = Amounts(*_amounts(many)).log_likelihood(model)
    wanted = sum(naive.amount_likelihood_of(model, days, revenue) for days, revenue in many)
    assert found == pytest.approx(wanted, rel=1e-7, abs=1e-6)


@settings(max_examples=60)
@given(AMOUNTS, AMOUNT_MODELS)
def test_the_gradient_of_amounts_is_the_slope_of_their_likelihood(
    many: list[tuple[int, float]], model: AmountModel
) -> None:
    amounts = Amounts(*_amounts(many))
    _, found = amounts.log_likelihood(model)
    for place, name in enumerate(("p", "q", "v")):
        at, step = getattr(model, name), 1e-5 * getattr(model, name)
        higher, lower = (amounts.log_likelihood(replace(model, **{name: at + s}))[0] for s in (step, -step))
        assert found[place] == pytest.approx((higher - lower) / (2 * step), rel=1e-4, abs=1e-2 / at), name


def _amounts(many: list[tuple[int, float]]) -> tuple[np.typing.NDArray[np.int64], np.typing.NDArray[np.float64]]:
    return np.array([days for days, _ in many]), np.array([revenue for _, revenue in many])
