"""What the coming days will bring of each customer: by the models, and by two forecasts that know no models."""

from dataclasses import dataclass

import numpy as np

from crmcli.forecast import purchases
from crmcli.forecast.amounts import AmountModel, expected_amount
from crmcli.forecast.arrays import Floats, by_pair
from crmcli.forecast.customers import YEAR, Customers
from crmcli.values.purchase_model import PurchaseModel

PACE, ALIKE = "last year's pace", "everybody alike"


@dataclass(frozen=True, slots=True)
class Prediction:
    """By customer: purchase days, their value in minor units, and in how many days the next one is due.

    Due: as likely as not he has bought again by then. Not a number where he will not, or has more likely left.
    """

    purchases: Floats
    value: Floats
    next_in: Floats


def by_models(model: PurchaseModel, amounts: AmountModel | None, customers: Customers, days: int) -> Prediction:
    """What the models expect; without one of amounts a purchase day brings what the customer's brought so far."""
    histories = customers.histories
    expected = purchases.expected(model, histories, days)[histories.group]
    x, age, place = by_pair(histories.x, histories.age)
    wait = purchases.days_to_next(model, x, age)[place]
    likely = purchases.alive(model, histories.x, histories.t_x, histories.age) >= 0.5
    next_in = np.where(likely, wait, np.nan)[histories.group]
    return Prediction(expected, expected * amounts_of(amounts, customers), next_in)


def amounts_of(amounts: AmountModel | None, customers: Customers) -> Floats:
    """What a purchase day of each customer is worth."""
    if amounts is None:
        return customers.mean_amounts
    return expected_amount(amounts, customers.purchase_days, customers.revenue)


def by_pace(customers: Customers, days: int) -> Prediction:
    """Everybody comes back as often as in the last year, or as since his first purchase, which is not counted."""
    again = customers.year_days - (customers.age < YEAR)
    rate = again / np.clip(customers.age, 1, YEAR)
    return _steady(rate, customers.mean_amounts, days)


def by_mean(customers: Customers, days: int) -> Prediction:
    """Everybody comes back as often as customers do on the whole, and brings what they bring."""
    rate = (customers.purchase_days - 1).sum() / max(int(customers.age.sum()), 1)
    amount = customers.revenue.sum() / max(int(customers.purchase_days.sum()), 1)
    return _steady(np.full(len(customers.ids), rate), np.full(len(customers.ids), amount), days)


def _steady(rate: Floats, amounts: Floats, days: int) -> Prediction:
    next_in = np.full(len(rate), np.nan)
    np.divide(np.log(2), rate, out=next_in, where=rate > 0)
    return Prediction(rate * days, rate * days * amounts, next_in)


NAIVE = {PACE: by_pace, ALIKE: by_mean}
