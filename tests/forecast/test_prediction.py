"""What is told of each customer."""

import numpy as np
import pytest

from crmcli.forecast import purchases
from crmcli.forecast.prediction import by_models
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast.simulated import known_customers


@pytest.mark.parametrize("name", [BG, MBG])
def test_the_next_purchase_is_due_of_those_alone_who_have_more_likely_not_left(name: str) -> None:
    model = PurchaseModel(name, r=0.9, alpha=45, a=0.7, b=2.0)
    known = known_customers(model, 500, seed=3)
    x = known.purchase_days - 1
    alive = purchases.alive(model, x, known.recency, known.age)
    next_in = by_models(model, None, known, 90).next_in
    assert 50 < (alive < 0.5).sum() < 450
    assert np.isnan(next_in[alive < 0.5]).all()
    here, since = alive >= 0.5, model.alpha + known.age
    not_yet = (since / (since + next_in))[here] ** (model.r + x[here])
    assert not_yet == pytest.approx(0.5)
