"""The model that the base keeps, and the probability that a customer has not left, as a column."""

import json
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, func, literal, select

from crmcli.schema import fits
from crmcli.schema.functions import days_between
from crmcli.values.purchase_model import LARGEST, KeptFit, PurchaseModel


def kept_fit() -> Select[Any]:
    """The row of the model that the base keeps: as_of, model; none where nobody has asked for a forecast."""
    return select(fits.c.as_of, fits.c.model).order_by(fits.c.id.desc()).limit(1)


def read_fit(row: Any) -> KeptFit:
    """The model in a row of `kept_fit`."""
    told = json.loads(row.model)
    confirmed = told.pop("confirmed", False)
    return KeptFit(PurchaseModel(**told), row.as_of, confirmed)


def alive_of(model: PurchaseModel, rhythm: Any, day: date) -> ColumnElement[float]:
    """The probability that a customer of `rhythm_at` has not left by that day; null of who has bought nothing, and of
    whom the model does not tell.

    For statements that choose or order by it: PurchaseModel.alive, in SQL.
    """
    x = rhythm.c.purchase_days - 1
    stayed = model.b + x + (model.first_chances - 1)
    silence = func.ln(
        (model.alpha + days_between(literal(day), rhythm.c.first_on)) / (model.alpha + rhythm.c.span_days), type_=Float
    )
    log_odds = (model.r + x) * silence - func.ln(stayed / model.a, type_=Float)
    odds = func.exp(case((log_odds > LARGEST, LARGEST), else_=log_odds), type_=Float)
    known = and_(rhythm.c.purchase_days > 0, x + model.first_chances > 0)
    return case((known, 1 / (1 + odds)))
