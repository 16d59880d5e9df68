"""Keeping the last fitted model with the base: no row of the owner's changes, so the journal has nothing to tell."""

import json
from dataclasses import asdict
from datetime import date

from sqlalchemy import delete, insert

from crmcli.base.opening import Base
from crmcli.base.writing import take_turn
from crmcli.schema import fits
from crmcli.values.purchase_model import PurchaseModel


def keep_fit(base: Base, model: PurchaseModel | None, as_of: date) -> None:
    """Keeps this model in the place of the one before; none without one."""
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        take_turn(connection)
        connection.execute(delete(fits))
        if model is not None:
            connection.execute(insert(fits).values(as_of=as_of, model=json.dumps(asdict(model))))
