"""Customers who buy and leave just as the models have it, the same for the same seed."""

import numpy as np

from crmcli.forecast.amounts import AmountModel
from crmcli.forecast.arrays import Floats, Histories, Whole, grouped
from crmcli.forecast.customers import Customers
from crmcli.values.purchase_model import PurchaseModel


def buyers(model: PurchaseModel, customers: int, seed: int, days: int = 1_000) -> Histories:
    """The histories of so many customers who first bought on any of so many days; whole days, at most one a day."""
    random = np.random.default_rng(seed)
    age = random.integers(0, days, customers)
    rate, leaves = random.gamma(model.r, 1 / model.alpha, customers), random.beta(model.a, model.b, customers)
    x, t_x, now = (np.zeros(customers, dtype=kind) for kind in (np.int64, float, float))
    here = np.flatnonzero(random.random(customers) >= (leaves if model.first_chances else 0))
    while len(here):
        now[here] += random.exponential(1 / rate[here])
        here = here[now[here] <= age[here]]
        x[here] += 1
        t_x[here] = now[here]
        here = here[random.random(len(here)) >= leaves[here]]
    return grouped(x, np.rint(t_x).astype(np.int64), age)


def spenders(model: AmountModel, customers: int, seed: int) -> tuple[Whole, Floats]:
    """Purchase days, and the revenue of all of them."""
    random = np.random.default_rng(seed)
    days = random.geometric(0.3, customers)
    return days, random.gamma(model.p * days, model.v / random.gamma(model.q, size=customers))


def buying_days(model: PurchaseModel, customers: int, seed: int) -> list[list[int]]:
    """How many days ago each of so many customers bought: first and last as the model has it, the others between."""
    histories, random = buyers(model, customers, seed), np.random.default_rng(seed)
    found = []
    for one in histories.group:
        x, t_x, age = int(histories.x[one]), int(histories.t_x[one]), int(histories.age[one])
        between = random.choice(np.arange(1, t_x), min(x - 1, t_x - 1), replace=False).tolist() if x > 1 < t_x else []
        found.append(sorted({age, *(age - day for day in between), age - t_x}))
    return found


def known_customers(model: PurchaseModel, customers: int, seed: int) -> Customers:
    """Customers of these histories; a purchase day is worth 100, and no more than two of them were in the last year."""
    histories = buyers(model, customers, seed)
    x, t_x, age = (getattr(histories, name)[histories.group] for name in ("x", "t_x", "age"))
    return Customers(np.arange(customers), x + 1, t_x, age, (x + 1) * 100, np.minimum(x + 1, 2))
