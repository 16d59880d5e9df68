"""The model that the base keeps, and the probability that a customer has not left, as a column."""

import json
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, case, func, literal, select

from crmcli.schema import fits
from crmcli.schema.functions import days_between
from crmcli.values.purchase_model import BG, LARGEST, MBG, KeptFit, NoFit, PurchaseModel

_ABSURD = 1e100
"""No parameter is as large: whoever wrote it."""


def kept_fit() -> Select[Any]:
    """The row of the model that the base keeps: as_of, model; none where nobody has asked for a forecast."""
    return select(fits.c.as_of, fits.c.model).order_by(fits.c.id.desc()).limit(1)


def read_fit(row: Any) -> KeptFit | NoFit | None:
    """The model in a row of `kept_fit`, or that there was none; None where it is no model that can be reckoned with."""
    try:
        told = json.loads(row.model)
    except ValueError:
        return None
    if told == {}:
        return NoFit(row.as_of)
    if not isinstance(told, dict) or told.get("name") not in (BG, MBG):
        return None
    values: list[Any] = [told.get(name) for name in ("r", "alpha", "a", "b")]
    if not all(isinstance(value, float | int) and 0 < value < _ABSURD for value in values):
        return None
    return KeptFit(PurchaseModel(told["name"], *values), row.as_of, told.get("confirmed") is True)


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
