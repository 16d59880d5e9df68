"""Keeping the last fitted model with the base: no row of the owner's changes, so the journal has nothing to tell."""

import json
from dataclasses import asdict

from sqlalchemy import delete, insert

from crmcli.base.opening import Base
from crmcli.base.writing import take_turn
from crmcli.schema import fits
from crmcli.values.purchase_model import KeptFit, NoFit

PATIENCE = 1.0
"""Seconds to wait for a busy base: who asks for a forecast is a reader, and gets it without its being kept as well."""


def keep_fit(base: Base, fit: KeptFit | NoFit) -> None:
    """Keeps this fit, or that there is none, in the place of the one before. Raises Busy after PATIENCE seconds."""
    options = {"crm_write": True, "crm_patience": PATIENCE}
    with base.engine.connect().execution_options(**options) as connection, connection.begin():
        take_turn(connection)
        connection.execute(delete(fits))
        told = {**asdict(fit.model), "confirmed": fit.confirmed} if isinstance(fit, KeptFit) else {}
        connection.execute(insert(fits).values(as_of=fit.as_of, model=json.dumps(told)))
