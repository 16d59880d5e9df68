"""What forecast and worth have in common: the customers of the base, the models fitted to them, and keeping these."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from crmcli.base.failures import as_crm_error
from crmcli.base.keeping import keep_fit
from crmcli.commands.costs import counts
from crmcli.commands.session import current
from crmcli.errors import Busy, CrmError, NotAllowed
from crmcli.output.result import Card, Column
from crmcli.questions import forecast as question
from crmcli.questions.alive import kept_fit, read_fit
from crmcli.questions.forecast import Forecast
from crmcli.values.purchase_model import KeptFit, NoFit

if TYPE_CHECKING:
    from crmcli.forecast.arrays import Whole
    from crmcli.forecast.customers import Customers
    from crmcli.forecast.forecast import Evidence
    from crmcli.forecast.trial import HeldOut


@dataclass(frozen=True, slots=True)
class Known:
    """All customers, those the answer is about (others are left out), and the models, None where there is too little
    to go by or nobody to tell of, which `lacking` tells.

    `doubt`: what is to be said first of any answer, empty where nothing is. `untold`: whether the purchases of
    everybody together tell nothing. `before`: what the base keeps of the forecast before.
    """

    everybody: "Customers"
    customers: "Customers"
    evidence: "Evidence | None"
    lacking: str = ""
    doubt: str = ""
    untold: bool = False
    before: KeptFit | NoFit | None = None

    @property
    def left_out(self) -> int:
        """Customers that are archived, or outside of the segment asked about."""
        return len(self.everybody.ids) - len(self.customers.ids)

    @property
    def remarks(self) -> list[str]:
        """That some are left out, and that some have paid nothing, in a line each; none where none are."""
        left_out, unpaid = self.left_out, len(self.customers.ids) - self.customers.paying
        told = [f"{counts(left_out, 'customer')} left out: archived, or not in the segment."] if left_out else []
        nothing = f"{counts(unpaid, 'customer')} paid nothing so far, or got all back: no value is expected of them."
        return [*told, nothing] if unpaid else told


def refuse_without_numpy() -> None:
    """Says in one line what is to be installed. Raises CrmError."""
    if not (find_spec("numpy") and find_spec("scipy")):
        raise CrmError("forecasts need numpy and scipy: install them with pip install 'crmcli[forecast]'")


def known(connection: Connection, asked: Forecast) -> Known:
    """The customers and the models, from a few statements whatever the number of customers."""
    return replace(_known(connection, asked), before=kept(connection))


def _known(connection: Connection, asked: Forecast) -> Known:
    from crmcli.forecast import forecast, holding_out

    everybody, asked_about = holding_out.read_customers(connection.execute(question.customers(asked)))
    everybody = holding_out.with_year(everybody, connection.execute(question.year_days(asked.day)))
    held_days = forecast.days_held_out(everybody.history, asked.days)
    held = _held_out(connection, everybody, asked.day, held_days)
    customers = _chosen(everybody, asked_about)
    if not len(everybody.ids):
        return Known(everybody, customers, None, "Nobody has bought yet.", untold=True)
    if lacking := forecast.too_little(everybody):
        return Known(everybody, customers, None, f"Too little history: {lacking}.", untold=True)
    if everybody.silence >= (held_days or forecast.HELD_OUT):  # nothing that is said could be tried
        return Known(everybody, customers, None, _quiet(everybody, asked.day))
    if not len(customers.ids):
        return Known(everybody, customers, None, _nobody(asked))
    evidence = forecast.gathered(everybody, held, _earlier(connection, everybody, asked.day, held))
    if groundless := forecast.groundless(evidence):
        return Known(everybody, customers, None, f"Too little to go by: {groundless}.", untold=True)
    return Known(everybody, customers, evidence, doubt=_quiet(everybody, asked.day) if everybody.went_quiet else "")


def _held_out(connection: Connection, customers: "Customers", day: date, days: int) -> "HeldOut":
    """The customers of a day as they were so many days before, and what they bought since."""
    from crmcli.forecast.holding_out import held_out

    later = connection.execute(question.later(day, days))
    return held_out(customers, later, connection.execute(question.year_days(day - timedelta(days=days))), days)


def _earlier(connection: Connection, customers: "Customers", day: date, held: "HeldOut") -> "list[HeldOut]":
    """The customers before each of the last stretches, which do not overlap, and what came in it."""
    from crmcli.forecast.spread import stretches

    days, count = stretches(customers.history, len(customers.ids))
    found: list[HeldOut] = []
    for number in range(count):
        if number == 0 and held.days == days:
            found.append(held)
            continue
        known = found[-1].known if found else customers
        found.append(_held_out(connection, known, day - number * timedelta(days=days), days))
    return found


def _quiet(everybody: "Customers", day: date) -> str:
    last = day - timedelta(days=everybody.silence)
    return f"Nobody has bought since {last}: are the latest sales stored? --as-of {last} looks from then."


def _nobody(asked: Forecast) -> str:
    if asked.among is None:
        return "All who have bought are archived."
    return "Nobody in the segment has bought, or all who have are archived."


def _chosen(everybody: "Customers", asked_about: "Whole") -> "Customers":
    return everybody.those(asked_about.astype(bool))


def no_answer(asked: Forecast, reason: str) -> Card:
    """What programs are told where there is no answer."""
    return Card((Column("as_of", kind="date"), Column("reason")), {"as_of": asked.day, "reason": reason})


def kept(connection: Connection) -> KeptFit | NoFit | None:
    """The model that the base keeps, or that the last forecast found none."""
    row = connection.execute(kept_fit()).first()
    return None if row is None else read_fit(row)


def keep(known: Known, day: date) -> list[str]:
    """Keeps what was found in the place of what was before. What is to be said where it could not.

    Of a day in the past nothing is kept where a later day's is; one of a day to come is a mistake, and replaced. A fit
    that a trial of another length confirmed before stays confirmed.
    """
    found, before = _found(known, day), known.before
    if found is None or found == before or (before and day < before.as_of <= current().today):
        return []
    if isinstance(found, KeptFit) and before == replace(found, confirmed=True):
        return []
    try:
        keep_fit(current().existing_base, found)
    except Exception as error:
        if isinstance(told := as_crm_error(error), Busy | NotAllowed):
            return [f"The fit is not kept: {told}."]
        raise
    return []


def _found(known: Known, day: date) -> KeptFit | NoFit | None:
    """What is to be kept; nothing where the base might tell more: of others, or once its latest sales are stored."""
    if (evidence := known.evidence) is None:
        return NoFit(day) if known.untold and known.before else None
    return KeptFit(evidence.fit.model, day, evidence.confirmed and not known.doubt) if evidence.fit else NoFit(day)
