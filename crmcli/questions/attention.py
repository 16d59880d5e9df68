"""Where touches go: who gets many for little money, who gets none for much, which leads wait.

The rules, by the touches of the last YEAR days and the yearly value (`contact_states`) of the customers on the lists:
overserved: among the quarter with most touches, more than the norm, and among the quarter that is worth least;
untouched: no touch, and worth something, among the quarter that is worth most. Ties go by id. waiting: a lead who wrote
or called, or has an open deal, with no touch for more than `silent_days` days; not one who refused, nor one with
the next contact planned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, Select, Subquery, and_, case, func, literal, or_, select

from crmcli.questions.contacts import external_ref, joined_points
from crmcli.questions.costs import NOTHING_KNOWN, ServiceCosts
from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.schema import channels, contacts, deals, employees, purchases, stages, touches
from crmcli.schema.functions import days_between, greatest_of, total

FINDINGS = ("waiting", "untouched", "overserved")
YEAR = 365


@dataclass(frozen=True, slots=True)
class Attention:
    """The norms: touches a year; leads wait after `silent_days` days without one; `among`: these contacts alone."""

    at: AsOf
    customer_norm: int = 4
    lead_norm: int = 6
    silent_days: int = 14
    costs: ServiceCosts = NOTHING_KNOWN
    finding: str | None = None
    among: Select[Any] | None = None


def attention_list(asked: Attention) -> Select[Any]:
    """A row a contact that gets too much or too little: leads who wait first, the most valuable of each first.

    Archived contacts and those in the trash are left out. touches: of the last YEAR days; worth: the yearly value, of
    a lead the amount of his open deal.
    """
    people, deal, last = _people(asked), _open_deals(asked), _last_touches(asked)
    p = people.c
    heard_on = greatest_of(last.c.happened_on, deal.c.opened_on, type_=Date)
    silent = days_between(literal(asked.at.day), heard_on)
    found = _finding(asked, people, deal, last, silent)
    rows = (
        select(
            contacts.c.id.label("contact_id"),
            contacts.c.name,
            external_ref().label("external_ref"),
            joined_points("phone").label("phones"),
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            found.label("finding"),
            p.touches,
            case((p.is_lead == 1, asked.lead_norm), else_=asked.customer_norm).label("norm"),
            p.cost_of_service,
            case((p.is_lead == 1, deal.c.amount), else_=p.value).label("worth"),
            last.c.happened_on.label("last_touch_on"),
            last.c.kind.label("last_touch"),
            last.c.direction.label("last_direction"),
            last.c.touches.label("touches_ever"),
            case((p.is_lead == 1, deal.c.stage)).label("stage"),
            case((found == "waiting", silent)).label("silent_days"),
        )
        .join(people, p.contact_id == contacts.c.id)
        .outerjoin(deal, deal.c.contact_id == contacts.c.id)
        .outerjoin(last, last.c.contact_id == contacts.c.id)
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .subquery("found")
    )
    rank = case(*((rows.c.finding == name, place) for place, name in enumerate(FINDINGS)))
    wanted = rows.c.finding.is_not(None) if asked.finding is None else rows.c.finding == asked.finding
    return select(rows).where(wanted).order_by(rank, rows.c.worth.desc().nulls_last(), rows.c.contact_id)


def attention_sums(asked: Attention) -> Select[Any]:
    """A row for customers (is_lead 0) and one for leads: contacts, touches, cost_of_service, revenue (sales less
    refunds) of the last YEAR days; below_norm and without_touch: how many of the contacts.
    """
    people = _people(asked)
    c = people.c
    norm = case((c.is_lead == 1, asked.lead_norm), else_=asked.customer_norm)
    sums: list[Any] = [
        c.is_lead,
        func.count().label("contacts"),
        *(total(c[name]).label(name) for name in ("touches", "cost_of_service", "revenue")),
        func.count(case((c.touches < norm, 1))).label("below_norm"),
        func.count(case((c.touches == 0, 1))).label("without_touch"),
    ]
    return select(*sums).group_by(c.is_lead).order_by(c.is_lead)


def attention_rows(sums: Iterable[Mapping[str, Any]], asked: Attention) -> list[dict[str, Any]]:
    """A row for customers and one for leads, from `attention_sums`: touches_per_year in thousandths of a touch for each
    contact, money_per_touch minor units of revenue for each touch, null where there was none.
    """
    by_kind: dict[int, Mapping[str, Any]] = {row["is_lead"]: row for row in sums}
    nothing = dict.fromkeys(("contacts", "touches", "cost_of_service", "revenue", "below_norm", "without_touch"), 0)
    return [
        _row(name, by_kind.get(is_lead, nothing), norm)
        for is_lead, name, norm in ((0, "customer", asked.customer_norm), (1, "lead", asked.lead_norm))
    ]


def why(row: Mapping[str, Any]) -> str:
    """Why a contact is on the list, in words."""
    if row["finding"] == "overserved":
        return f"{row['touches']} touches in a year (norm {row['norm']}), and worth less than most"
    if row["finding"] == "untouched":
        return "worth more than most, and not touched for a year"
    days = "1 day" if row["silent_days"] == 1 else f"{row['silent_days']} days"
    if row["last_direction"] == "in":
        return f"asked by {row['last_touch']} and not answered, silence for {days}"
    deal = f"deal at {row['stage']}, " if row["stage"] else "asked, "
    times = {None: "never touched", 1: "touched once"}.get(row["touches_ever"], "touched")
    return f"{deal}{times}, silence for {days}"


def _row(name: str, sums: Mapping[str, Any], norm: int) -> dict[str, Any]:
    people, touched = sums["contacts"], sums["touches"]
    return {
        "kind": name,
        "contacts": people,
        "touches": touched,
        "touches_per_year": _half_up(touched * 1000, people) if people else None,
        "norm": norm,
        "below_norm": sums["below_norm"],
        "without_touch": sums["without_touch"],
        "cost_of_service": sums["cost_of_service"],
        "revenue": sums["revenue"],
        "money_per_touch": _half_up(sums["revenue"], touched) if touched else None,
    }


def _people(asked: Attention) -> Subquery:
    """A row a contact on the lists: is_lead, value, and touches, cost_of_service, revenue of the last YEAR days."""
    states, touched, bought = contact_states(asked.at), _touched(asked), _bought(asked)
    statement = (
        select(
            states.c.contact_id,
            case((states.c.state == "lead", 1), else_=0).label("is_lead"),
            func.coalesce(states.c.value, 0).label("value"),
            func.coalesce(touched.c.touches, 0).label("touches"),
            func.coalesce(touched.c.cost, 0).label("cost_of_service"),
            func.coalesce(bought.c.revenue, 0).label("revenue"),
        )
        .outerjoin(touched, touched.c.contact_id == states.c.contact_id)
        .outerjoin(bought, bought.c.contact_id == states.c.contact_id)
        .where(~states.c.archived)
    )
    if asked.among is not None:
        statement = statement.where(states.c.contact_id.in_(asked.among))
    people = statement.subquery("attended")
    c = people.c
    quarters = {
        "most_touched": (c.touches.desc(), c.contact_id),
        "least_worth": (c.value, c.contact_id),
        "most_worth": (c.value.desc(), c.contact_id),
    }
    return select(
        people,
        *(
            func.ntile(4, type_=Integer).over(partition_by=c.is_lead, order_by=order).label(name)
            for name, order in quarters.items()
        ),
    ).subquery("people")


def _finding(asked: Attention, people: Subquery, deal: Subquery, last: Subquery, silent: Any) -> ColumnElement[str]:
    p = people.c
    planned = contacts.c.next_contact_on >= asked.at.day
    waits = and_(
        p.is_lead == 1,
        or_(last.c.asked > 0, deal.c.contact_id.is_not(None)),
        silent > asked.silent_days,
        func.coalesce(last.c.outcome, "") != "refused",
        ~func.coalesce(planned, literal(False)),
    )
    untouched = and_(p.is_lead == 0, p.touches == 0, p.value > 0, p.most_worth == 1)
    overserved = and_(p.is_lead == 0, p.touches > asked.customer_norm, p.most_touched == 1, p.least_worth == 1)
    return case((waits, "waiting"), (untouched, "untouched"), (overserved, "overserved"))


def _touched(asked: Attention) -> Subquery:
    c = touches.c
    counted = select(c.contact_id, func.count().label("touches"), total(asked.costs.of_touch()).label("cost"))
    return counted.where(*_last_year(asked, c.happened_on)).group_by(c.contact_id).subquery("touched")


def _bought(asked: Attention) -> Subquery:
    c = purchases.c
    brought = total(case((c.kind == "sale", c.amount), else_=-c.amount)).label("revenue")
    within = (c.contact_id.is_not(None), *_last_year(asked, c.purchased_on))
    return select(c.contact_id, brought).where(*within).group_by(c.contact_id).subquery("bought")


def _last_touches(asked: Attention) -> Subquery:
    """By contact: the last touch, of one day that logged last; touches: how many ever; asked: of these inbound."""
    c = touches.c
    ranked = (
        select(
            c.contact_id,
            c.kind,
            c.direction,
            c.outcome,
            c.happened_on,
            func.row_number()
            .over(partition_by=c.contact_id, order_by=(c.happened_on.desc(), c.id.desc()))
            .label("number"),
            func.count().over(partition_by=c.contact_id).label("touches"),
            func.count(case((c.direction == "in", 1))).over(partition_by=c.contact_id).label("asked"),
        )
        .where(c.happened_on <= asked.at.day)
        .subquery()
    )
    return select(ranked).where(ranked.c.number == 1).subquery("last")


def _open_deals(asked: Attention) -> Subquery:
    """By contact: the furthest deal that was open on the day, the latest of several."""
    c, day = deals.c, asked.at.day
    order = (stages.c.position.desc(), c.id.desc())
    ranked = (
        select(
            c.contact_id,
            c.amount,
            c.opened_on,
            stages.c.name.label("stage"),
            func.row_number().over(partition_by=c.contact_id, order_by=order).label("number"),
        )
        .join(stages, stages.c.id == c.stage_id)
        .where(c.contact_id.is_not(None), c.opened_on <= day, or_(c.closed_on.is_(None), c.closed_on > day))
        .subquery()
    )
    return select(ranked).where(ranked.c.number == 1).subquery("open_deals")


def _last_year(asked: Attention, on: Any) -> list[ColumnElement[bool]]:
    return [on <= asked.at.day, on > asked.at.day - timedelta(days=YEAR)]


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)
