"""Channel by channel: what winning and keeping a customer costs, and how long he takes to return what he cost.

Payback as the textbooks have it: the time until the margin that a customer brings, here after goods and service,
makes up for the cost of acquiring him.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Date, Select, Subquery, case, func, select, union_all

from crmcli.questions.profit import Profit, accounts, grouped
from crmcli.schema import channels, contacts, purchases, touches
from crmcli.schema.functions import days_between, total

GROUPS = ("channel", "segment", "all")
Row = Mapping[str, Any]


def paybacks(asked: Profit, segments: Subquery | None = None) -> Select[Any]:
    """Rows of group, days, customers: so many customers won in the period took so many days to pay back.

    group: as in `profit_sums`. days is null for those who have not by the last day. Paid back: the first day, not
    before the first purchase, on which all that the customer has brought since the beginning covers goods, touches and
    his acquisition cost. Those whose channel has no acquisition cost are left out.
    """
    account, running = accounts(asked), _running(asked, _priced())
    source, group = grouped(account, segments)
    returned = (
        select(account.c.contact_id, func.min(running.c.day, type_=Date).label("day"))
        .join(running, running.c.contact_id == account.c.contact_id)
        .where(running.c.day >= account.c.won_on, running.c.brought >= account.c.acquisition_cost)
        .group_by(account.c.contact_id)
        .subquery("returned")
    )
    days = days_between(returned.c.day, account.c.won_on)
    return (
        select(group.label("group"), days.label("days"), func.count().label("customers"))
        .select_from(source)
        .outerjoin(returned, returned.c.contact_id == account.c.contact_id)
        .where(account.c.is_won == 1, account.c.acquisition_cost.is_not(None))
        .group_by(group, days)
    )


def profit_groups(sums: Iterable[Row], paid: Iterable[Row], by: str, *, service_known: bool) -> list[dict[str, Any]]:
    """A row a channel or segment, those without one last, or one row of all, from `profit_sums` and `paybacks`.

    Amounts are minor units. losing_share: of the customers. winning_cost: what was spent for each customer won:
    acquisition, and touches up to the first purchase, those with leads who bought nothing too. keeping_cost: what a
    customer's touches after that cost in a year (365 days). payback_days: the lower median of those who have paid back;
    payback_months: the same in thousandths of a month of 365/12 days, to a tenth. Null where nothing is known.
    """
    groups: dict[str | None, list[Row]] = defaultdict(list)
    waits: dict[str | None, list[tuple[int | None, int]]] = defaultdict(list)
    for row in sums:
        groups[None if by == "all" else row["group"]].append(row)
    for row in paid:
        waits[None if by == "all" else row["group"]].append((row["days"], row["customers"]))
    if by == "all" and not groups:
        groups[None] = []
    ordered = sorted(groups, key=lambda name: (name is None, name or ""))
    return [_group(name, groups[name], waits[name], service_known=service_known) for name in ordered]


_SUMMED = (
    "customers", "won", "revenue", "refunds", "cost_of_goods", "cost_of_service", "acquisition_cost", "profit",
    "losing", "lost", "cost_of_leads", "winning", "keeping", "customer_days", "purchases_without_cost",
    "customers_without_acquisition_cost",
)  # fmt: skip


def _group(
    name: str | None, rows: Sequence[Row], waits: Sequence[tuple[int | None, int]], *, service_known: bool
) -> dict[str, Any]:
    sums = {key: sum(row[key] for row in rows) for key in _SUMMED}
    priced = sums["won"] - sums["customers_without_acquisition_cost"]
    known = service_known or priced > 0
    spent, days = sums["acquisition_cost"] + sums.pop("winning"), sums.pop("customer_days")
    keeping = sums.pop("keeping")
    returned = sorted((wait, count) for wait, count in waits if wait is not None)
    median = _lower_median(returned)
    return {
        "group": name,
        **sums,
        "losing_share": round(sums["losing"] / sums["customers"], 4) if sums["customers"] else None,
        "winning_cost": _half_up(spent, sums["won"]) if known and sums["won"] else None,
        "keeping_cost": _half_up(keeping * 365, days) if service_known and days else None,
        "paid_back": sum(count for _, count in returned),
        "not_paid_back": sum(count for wait, count in waits if wait is None),
        "payback_days": median,
        "payback_months": None if median is None else _half_up(median * 120, 365) * 100,
    }


def _priced() -> Select[Any]:
    """The ids of the contacts whose channel has an acquisition cost: only they have something to pay back."""
    paid = contacts.join(channels, channels.c.id == contacts.c.channel_id)
    return select(contacts.c.id).select_from(paid).where(channels.c.acquisition_cost.is_not(None))


def _running(asked: Profit, those: Select[Any]) -> Subquery:
    """By contact and day with purchases or touches: what he had brought by then, goods and touches taken off."""
    bought, touched = purchases.c, touches.c
    margin = case(
        (bought.kind == "sale", bought.amount - func.coalesce(bought.cost, 0)),
        else_=func.coalesce(bought.cost, 0) - bought.amount,
    )
    flows = union_all(
        select(bought.contact_id, bought.purchased_on.label("day"), margin.label("amount")).where(
            bought.contact_id.in_(those), bought.purchased_on <= asked.until
        ),
        select(touched.contact_id, touched.happened_on, -asked.costs.of_touch()).where(
            touched.contact_id.in_(those), touched.happened_on <= asked.until
        ),
    ).subquery("flows")
    c = flows.c
    daily = select(c.contact_id, c.day, total(c.amount).label("amount")).group_by(c.contact_id, c.day).subquery("daily")
    brought = func.sum(daily.c.amount).over(partition_by=daily.c.contact_id, order_by=daily.c.day)
    return select(daily.c.contact_id, daily.c.day, brought.label("brought")).subquery("running")


def _lower_median(counted: Sequence[tuple[int, int]]) -> int | None:
    middle, seen = (sum(count for _, count in counted) - 1) // 2, 0
    for days, count in counted:
        seen += count
        if seen > middle:
            return days
    return None


def _half_up(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)
