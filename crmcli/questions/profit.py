"""Who earns and who costs more than he brings: revenue - refunds - goods - service - acquisition.

What is not known (a sale without a cost, a touch without a price, a channel without an acquisition cost) counts as
nothing and is counted, so that it can be said; it is never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)

from crmcli.questions.contacts import external_ref
from crmcli.questions.costs import NOTHING_KNOWN, ServiceCosts
from crmcli.schema import channels, contacts, employees, not_deleted, purchases, touches
from crmcli.schema.functions import days_between, total


@dataclass(frozen=True, slots=True)
class Profit:
    """The period, inclusive, `since` None: from the beginning; what touches cost; `among`: these contacts alone."""

    until: date
    since: date | None = None
    costs: ServiceCosts = NOTHING_KNOWN
    among: Select[Any] | None = None


def customer_profits(asked: Profit, *, losing: bool = False) -> Select[Any]:
    """A row a customer with a purchase or touch in the period, neither archived nor in the trash, by profit.

    The most profitable first; with `losing` those alone who lose money, the worst first. Amounts are minor units.
    A refund gives its cost back, as in `contact_rhythm`: the goods can be sold again. The acquisition cost is that of
    the contact's channel, in the period of the first purchase; null where the channel has none.
    """
    account = accounts(asked)
    statement = (
        select(
            contacts.c.id.label("contact_id"),
            contacts.c.name,
            external_ref().label("external_ref"),
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            account.c.won_on.label("first_purchase_on"),
            *(account.c[name] for name in _TOLD),
        )
        .join(account, account.c.contact_id == contacts.c.id)
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .where(account.c.is_active == 1, contacts.c.archived_at.is_(None), not_deleted())
    )
    if losing:
        return statement.where(account.c.profit < 0).order_by(account.c.profit, contacts.c.id)
    return statement.order_by(account.c.profit.desc(), contacts.c.id)


_TOLD = (
    "sales", "revenue", "refunds", "cost_of_goods", "touches", "cost_of_service", "acquisition_cost", "profit",
    "purchases_without_cost", "touches_without_cost",
)  # fmt: skip


def accounts(asked: Profit) -> Subquery:
    """A row a contact with purchases or touches up to the last day, archived, deleted and erased ones too.

    won_on: the day of the first purchase, sale or refund (a refund is of a sale before this base); null: a lead.
    is_active: 1 for a customer with a purchase or touch in the period. is_won: 1 where won_on is in the period.
    winning: what touches up to won_on cost, all of a lead's. customer_days: days of the period after won_on.
    """
    bought = _bought(asked)
    served = _served(asked, bought)
    b, s = bought.c, served.c
    won = case((_since(asked, b.won_on), 1), else_=0) if asked.since else case((b.won_on.is_not(None), 1), else_=0)
    acquisition = case((won == 1, channels.c.acquisition_cost), else_=0)
    revenue, refunds, goods = (func.coalesce(column, 0) for column in (b.revenue, b.refunds, b.cost_of_goods))
    service = func.coalesce(s.cost_of_service, 0)
    active = and_(b.won_on.is_not(None), or_(b.purchases > 0, s.touches > 0))
    statement = (
        select(
            contacts.c.id.label("contact_id"),
            channels.c.name.label("channel"),
            b.won_on,
            case((active, 1), else_=0).label("is_active"),
            won.label("is_won"),
            *(func.coalesce(b[name], 0).label(name) for name in ("sales", "purchases_without_cost")),
            revenue.label("revenue"),
            refunds.label("refunds"),
            goods.label("cost_of_goods"),
            *(func.coalesce(s[name], 0).label(name) for name in ("touches", "touches_without_cost", "winning")),
            service.label("cost_of_service"),
            acquisition.label("acquisition_cost"),
            (revenue - refunds - goods - service - func.coalesce(acquisition, 0)).label("profit"),
            func.coalesce(_days_as_customer(asked, b.won_on), 0).label("customer_days"),
        )
        .outerjoin(bought, b.contact_id == contacts.c.id)
        .outerjoin(served, s.contact_id == contacts.c.id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .where(or_(b.contact_id.is_not(None), s.contact_id.is_not(None)))
    )
    return _among(asked, statement, contacts.c.id).subquery("accounts")


def profit_sums(asked: Profit, segments: Subquery | None = None) -> Select[Any]:
    """A row a channel of the contacts (null: without one): what `accounts` has, summed. With `segments`, rows of
    segment and contact_id, a row a segment, whose contacts may be in several (null: in none).

    customers: active ones; losing and lost: how many of them lose money, and how much together, as a positive amount;
    keeping: what touches after winning cost; cost_of_leads: what those with leads did, which is part of winning alone.
    """
    account = accounts(asked)
    c, source, group = account.c, *grouped(account, segments)
    customer = c.won_on.is_not(None)
    losing = and_(c.is_active == 1, c.profit < 0)
    sums = {name: c[name] for name in ("sales", "revenue", "refunds", "cost_of_goods", "customer_days")} | {
        "customers": c.is_active,
        "won": c.is_won,
        "cost_of_service": case((customer, c.cost_of_service)),
        "acquisition_cost": c.acquisition_cost,
        "profit": case((customer, c.profit)),
        "losing": case((losing, 1)),
        "lost": case((losing, -c.profit)),
        "cost_of_leads": case((~customer, c.cost_of_service)),
        "winning": c.winning,
        "keeping": c.cost_of_service - c.winning,
        "purchases_without_cost": c.purchases_without_cost,
        "customers_without_acquisition_cost": case((and_(c.is_won == 1, c.acquisition_cost.is_(None)), 1)),
    }
    summed = (total(column).label(name) for name, column in sums.items())
    return select(group.label("group"), *summed).select_from(source).group_by(group)


def grouped(account: Subquery, segments: Subquery | None) -> tuple[FromClause, Any]:
    """The accounts with what they are grouped by: the channel, or the segments."""
    if segments is None:
        return account, account.c.channel
    return account.outerjoin(segments, segments.c.contact_id == account.c.contact_id), segments.c.segment


def touches_without_price(asked: Profit) -> Select[Any]:
    """Rows of kind and count: the touches of the period that have no cost, by kind."""
    statement = select(touches.c.kind, func.count().label("count")).where(
        ~asked.costs.is_priced(), *_in_period(asked, touches.c.happened_on)
    )
    return _among(asked, statement, touches.c.contact_id).group_by(touches.c.kind).order_by(touches.c.kind)


def unattributed(asked: Profit) -> Select[Any]:
    """One row: revenue and refunds of the period without a customer; they stand apart."""
    sale, amount = purchases.c.kind == "sale", purchases.c.amount
    sums: list[Any] = [total(case((sale, amount))).label("revenue"), total(case((~sale, amount))).label("refunds")]
    apart = (purchases.c.contact_id.is_(None), *_in_period(asked, purchases.c.purchased_on))
    return select(*sums).where(*apart)


@dataclass(frozen=True, slots=True)
class WayOut:
    """What would keep a customer from losing money; None: that alone cannot.

    more_sales: so many more like his, of who earns but for his acquisition cost; fewer_touches: so many fewer at their
    mean cost; higher_check: so many minor units more a sale. touches_first: whether that is the smaller change, as a
    part of all his touches and of his mean sale.
    """

    fewer_touches: int | None
    higher_check: int | None
    touches_first: bool
    more_sales: int | None = None


def way_out(row: Mapping[str, Any]) -> WayOut:
    """The way out for a row of `customer_profits` whose profit is negative."""
    deficit, service, sales = -row["profit"], row["cost_of_service"], row["sales"]
    priced = row["touches"] - row["touches_without_cost"]
    fewer = -(-deficit * priced // service) if deficit <= service else None
    higher = -(-deficit // sales) if sales else None
    brought = row["profit"] + (row["acquisition_cost"] or 0)
    more = -(-deficit * sales // brought) if sales and brought > 0 else None
    if fewer is None or higher is None:
        return WayOut(fewer, higher, fewer is not None, more)
    return WayOut(fewer, higher, fewer * row["revenue"] <= higher * sales * row["touches"], more)


def _bought(asked: Profit) -> CTE:
    """By contact: the day of the first purchase up to the last day, and the sums of the period."""
    c = purchases.c
    within: Any = _since(asked, c.purchased_on) if asked.since else true()  # none of them is later than the last day
    sale = c.kind == "sale"
    signed = case((sale, c.cost), else_=-c.cost)
    statement = select(
        c.contact_id,
        func.min(c.purchased_on, type_=Date).label("won_on"),
        func.count(case((within, 1))).label("purchases"),
        func.count(case((and_(within, sale), 1))).label("sales"),
        total(case((and_(within, sale), c.amount))).label("revenue"),
        total(case((and_(within, ~sale), c.amount))).label("refunds"),
        total(case((within, signed))).label("cost_of_goods"),
        func.count(case((and_(within, c.cost.is_(None)), 1))).label("purchases_without_cost"),
    ).where(c.contact_id.is_not(None), c.purchased_on <= asked.until)
    return _among(asked, statement, c.contact_id).group_by(c.contact_id).cte("bought")


def _served(asked: Profit, won: CTE) -> Subquery:
    """By contact: the touches of the period, what they cost, and what those up to the first purchase did."""
    c, cost = touches.c, asked.costs.of_touch()
    statement = (
        select(
            c.contact_id,
            func.count().label("touches"),
            func.count(case((~asked.costs.is_priced(), 1))).label("touches_without_cost"),
            total(cost).label("cost_of_service"),
            total(case((or_(won.c.won_on.is_(None), c.happened_on <= won.c.won_on), cost))).label("winning"),
        )
        .outerjoin(won, won.c.contact_id == c.contact_id)
        .where(*_in_period(asked, c.happened_on))
    )
    return _among(asked, statement, c.contact_id).group_by(c.contact_id).subquery("served")


def _days_as_customer(asked: Profit, won_on: Any) -> Any:
    days = days_between(literal(asked.until), won_on)
    if not asked.since:
        return days
    length = max((asked.until - asked.since).days + 1, 0)
    return case((days < length, days), (won_on.is_not(None), length))


def _since(asked: Profit, on: Any) -> ColumnElement[bool]:
    met: ColumnElement[bool] = on >= asked.since
    return met


def _in_period(asked: Profit, on: Any) -> list[ColumnElement[bool]]:
    return [on <= asked.until, *([_since(asked, on)] if asked.since else [])]


def _among(asked: Profit, statement: Select[Any], contact_id: Any) -> Select[Any]:
    return statement if asked.among is None else statement.where(contact_id.in_(asked.among))
