"""The formulas of the papers, customer by customer with log gamma: what the arrays are compared with."""

from math import exp, lgamma, log

from crmcli.forecast.amounts import AmountModel
from crmcli.values.purchase_model import BG, PurchaseModel

History = tuple[int, int, int]
"""x, t_x and the age of one customer."""


def log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def likelihood_of(model: PurchaseModel, history: History) -> float:
    """The log-likelihood of one customer: of those who are alive, and of those who left after the last purchase."""
    return log(sum(_ways(model, history)))


def alive_of(model: PurchaseModel, history: History) -> float:
    """The part of the likelihood that is of those who are alive."""
    ways = _ways(model, history)
    return ways[0] / sum(ways)


def _ways(model: PurchaseModel, history: History) -> list[float]:
    x, t_x, age = history
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    stayed = x if model.name == BG else x + 1
    bought = lgamma(r + x) - lgamma(r) + r * log(alpha)
    alive = exp(log_beta(a, b + stayed) - log_beta(a, b) + bought - (r + x) * log(alpha + age))
    if stayed == 0:
        return [alive]
    left = exp(log_beta(a + 1, b + stayed - 1) - log_beta(a, b) + bought - (r + x) * log(alpha + t_x))
    return [alive, left]


def amount_likelihood_of(model: AmountModel, days: int, revenue: float) -> float:
    """The log-likelihood of one customer's mean amount."""
    p, q, v, mean = model.p, model.q, model.v, revenue / days
    normal = lgamma(p * days + q) - lgamma(p * days) - lgamma(q)
    return (
        normal + q * log(v) + (p * days - 1) * log(mean) + p * days * log(days) - (p * days + q) * log(v + days * mean)
    )
