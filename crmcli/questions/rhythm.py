"""When each contact buys: the rollup as of a date, and what state that puts the contact in."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from crmcli.schema import contact_rhythm, rhythm_counts
from crmcli.schema.functions import days_between
from crmcli.schema.rhythm import PERIOD, counted, rhythm_of

STATES = ("lead", "active", "due", "dormant")


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day a question is asked about, and the factors of a customer's own period that make him due and dormant.

    `is_stored`: that no contact has events later than the day, and `median` the base's period is known: what
    `whether_stored` says. Statements are shorter with it, and sooner made and planned.
    """

    day: date
    due_factor: Decimal = Decimal(1)
    dormant_factor: Decimal = Decimal(3)
    is_stored: bool = False
    median: int | None = None


def whether_stored(day: date) -> Select[Any]:
    """One row: is_stored, whether every stored row answers the day, and median, the base's period if it is so."""
    later = exists().where(contact_rhythm.c.last_event_on > day)
    told: list[Any] = [(~later).label("is_stored"), median_period(AsOf(day, is_stored=True)).label("median")]
    return select(*told)


def rhythm_at(day: date) -> CTE:
    """The columns of `contact_rhythm` as of a day, a row a contact that is not in the trash."""
    return _rhythm(AsOf(day)).cte()


def stored_rhythm(at: AsOf, ids: Any = None) -> Select[Any]:
    """The stored rows that answer this day: a row does from its last event on."""
    rows = _among(select(contact_rhythm), ids)
    if at.is_stored:
        return rows
    # Nearly every row is met: so written that it is no search of an index, which took three times as long.
    return rows.where(func.coalesce(contact_rhythm.c.last_event_on <= at.day, true()))


def later_ids(day: date) -> Select[Any]:
    """The ids of contacts with later events, whose stored rows do not answer this day."""
    return select(contact_rhythm.c.contact_id).where(contact_rhythm.c.last_event_on > day)


def computed_rhythm(at: AsOf, ids: Any = None) -> list[Select[Any]]:
    """The rows of contacts with later events, from what happened up to the day, where there are any."""
    if at.is_stored:
        return []
    computed = rhythm_of(_among(later_ids(at.day), ids), at.day).subquery()
    return [select(*(computed.c[column.name] for column in contact_rhythm.columns))]


def counts_at(at: AsOf, kind: str) -> Subquery:
    """Rows of number and contacts as of a day, as `rhythm_counts` has them; a number may have several, to be added."""
    kept = select(rhythm_counts.c.number, rhythm_counts.c.contacts).where(rhythm_counts.c.kind == kind)
    came = [counted(rows.subquery(), kind).subquery() for rows in computed_rhythm(at)]
    went = [counted(_later(at.day), kind).subquery() for _ in came]
    changes = [select(one.c.number, one.c.contacts) for one in came]
    changes += [select(one.c.number, -one.c.contacts) for one in went]
    return union_all(kept, *changes).subquery()


def median_period(at: AsOf) -> ColumnElement[int]:
    """The lower median of the own periods, in whole days; null where nobody has bought on two days."""
    counts = counts_at(at, PERIOD)
    contacts = func.sum(counts.c.contacts)
    met = select(counts.c.number, contacts.label("contacts")).group_by(counts.c.number).having(contacts > 0)
    each = met.subquery()
    up_to = func.sum(each.c.contacts).over(order_by=each.c.number)
    running = select(each.c.number, up_to.label("up_to"), func.sum(each.c.contacts).over().label("all")).subquery()
    lower = select(func.min(running.c.number).label("days")).where(running.c.up_to * 2 >= running.c.all).cte()
    # Of a table of its own, or it is looked for wherever it is named.
    return select(lower.c.days).correlate(None).scalar_subquery()


def known_median(at: AsOf) -> ColumnElement[int]:
    """`median_period`, as it is known already or as it is to be found."""
    if not at.is_stored:
        return median_period(at)
    return cast(null() if at.median is None else literal(at.median), Integer)


def _rhythm(at: AsOf, ids: Any = None) -> CompoundSelect[Any]:
    """Of `ids` alone where they are given: an engine does not find for itself that few are asked for."""
    return union_all(stored_rhythm(at, ids), *computed_rhythm(at, ids))


def _among(rows: Select[Any], ids: Any) -> Select[Any]:
    return rows if ids is None else rows.where(contact_rhythm.c.contact_id.in_(ids))


def _later(day: date) -> Subquery:
    """The stored rows that do not answer this day."""
    return select(contact_rhythm).where(contact_rhythm.c.last_event_on > day).subquery()


def contact_states(
    at: AsOf, ids: Any = None, *, rows: Select[Any] | None = None, median: ColumnElement[int] | None = None
) -> Subquery:
    """A row a contact: `rhythm_at`'s columns, silent_days, period_days, period_source (own, base), state, and value.

    due: silent * (d - 1) > span, in integers; dormant: the same with 3 (the factors are settings). A customer with
    one purchase day is measured with the base's lower median period; active where the base has none. `value` is the
    yearly value: revenue * 365 / (sales * period), rounded half up.

    Of `ids`, a statement or list, alone where they are given, or of some `rows` of `rhythm_at`. `median`: the
    `known_median` of the day, for who has several such tables in a statement.
    """
    rhythm = (_rhythm(at, ids) if rows is None else rows).subquery("rhythm")
    median = known_median(at) if median is None else median
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
