"""When each contact buys: the rollup as of a date, and what state that puts the contact in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from crmcli.schema import contact_rhythm
from crmcli.schema.functions import days_between
from crmcli.schema.rhythm import rhythm_of

STATES = ("lead", "active", "due", "dormant")


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day a question is asked about, and the factors of a customer's own period that make him due and dormant."""

    day: date
    due_factor: Decimal = Decimal(1)
    dormant_factor: Decimal = Decimal(3)


def rhythm_at(day: date) -> CTE:
    """The columns of `contact_rhythm` as of a day, a row a contact that is not in the trash."""
    return _rhythm(day).cte()


def _rhythm(day: date, ids: Any = None) -> CompoundSelect[Any]:
    """A stored row answers any day from its last event on; contacts with later events are computed from their rows.

    Of `ids` alone where they are given: an engine does not find for itself that few are asked for.
    """
    # Nearly every row is met: so written that it is no search of an index, which took three times as long.
    is_right = func.coalesce(contact_rhythm.c.last_event_on <= day, true())
    stored = select(contact_rhythm).where(is_right)
    later = select(contact_rhythm.c.contact_id).where(contact_rhythm.c.last_event_on > day)
    if ids is not None:
        stored, later = (rows.where(contact_rhythm.c.contact_id.in_(ids)) for rows in (stored, later))
    computed = rhythm_of(later, day).subquery()
    return union_all(stored, select(*(computed.c[column.name] for column in contact_rhythm.columns)))


def contact_states(at: AsOf, ids: Any = None) -> Subquery:
    """A row a contact: `rhythm_at`'s columns, silent_days, period_days, period_source (own, base), state, and value.

    Of `ids`, a statement or list, alone where they are given.

    due: silent * (d - 1) > span, in integers; dormant: the same with 3 (the factors are settings). A customer with
    one purchase day is measured with the base's lower median period; active where the base has none. `value` is the
    yearly value: revenue * 365 / (sales * period), rounded half up.
    """
    rhythm = _rhythm(at.day, ids).subquery("rhythm")  # not what the median is of: who asks for a few reads these alone
    median = _median_period(rhythm_at(at.day))
    once = and_(rhythm.c.purchase_days == 1, median.is_not(None))
    own = rhythm.c.purchase_days >= 2
    silent = days_between(literal(at.day), rhythm.c.last_on)
    gaps, span = case((own, rhythm.c.purchase_days - 1), else_=1), case((own, rhythm.c.span_days), else_=median)
    return select(
        rhythm,
        silent.label("silent_days"),
        case((or_(own, once), span // gaps)).label("period_days"),
        case((own, "own"), (once, "base")).label("period_source"),
        _state(at, rhythm, silent, gaps, span).label("state"),
        case((own, rhythm.c.yearly_value), (once, _value_of_one_day(rhythm, median))).label("value"),
    ).subquery("states")


def _median_period(rhythm: CTE) -> Any:
    """The lower median of the own periods, in whole days; null where nobody has bought on two days."""
    repeated = and_(rhythm.c.purchase_days >= 2, ~rhythm.c.archived)
    period = rhythm.c.span_days // case((rhythm.c.purchase_days >= 2, rhythm.c.purchase_days - 1), else_=1)
    middle = (select(func.count()).select_from(rhythm).where(repeated).scalar_subquery() - 1) // 2
    lower = select(period.label("days")).where(repeated).order_by(period).limit(1).offset(middle).cte()
    return select(lower.c.days).scalar_subquery()  # of a table of its own, or it is looked for wherever it is named


def _state(at: AsOf, rhythm: Subquery, silent: Any, gaps: Any, span: Any) -> ColumnElement[str]:
    def silent_for(periods: Decimal) -> ColumnElement[bool]:
        hundredths = int(periods * 100)
        longer: ColumnElement[bool] = silent * gaps * 100 > span * hundredths
        return longer

    return case(
        (rhythm.c.purchase_days == 0, "lead"),
        (silent_for(at.dormant_factor), "dormant"),
        (silent_for(at.due_factor), "due"),
        else_="active",
    )


def _value_of_one_day(rhythm: Subquery, median: Any) -> Any:
    divisor = case((rhythm.c.sale_count > 0, rhythm.c.sale_count), else_=1) * median
    whole, rest = rhythm.c.revenue // divisor, rhythm.c.revenue % divisor
    return whole * 365 + (rest * 730 + divisor) // (2 * divisor)
