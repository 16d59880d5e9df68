"""The funnel as what fell into a period: calls, meetings, interested, proposals, contracts, payments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from crmcli.questions.funnel import Funnel, group_column, within
from crmcli.schema import (
    channels,
    contacts,
    deals,
    employees,
    not_deleted,
    products,
    purchase_lines,
    purchases,
    stage_moves,
    stages,
    touches,
)
from crmcli.schema.functions import total

Row = Mapping[str, Any]


def touches_counted(asked: Funnel) -> Select[Any]:
    """Rows of group, kind (of touch), count: the touches of the period."""
    c = touches.c
    source = touches.outerjoin(contacts, contacts.c.id == c.contact_id).outerjoin(deals, deals.c.id == c.deal_id)
    group = group_column(asked.by, c.happened_on)
    statement = select(group.label("group"), c.kind, func.count().label("count")).select_from(
        _named(source, c.employee_id, contacts.c.channel_id)
    )
    return statement.where(not_deleted(), *within(asked, c.happened_on)).group_by(group, c.kind)


def moves_counted(asked: Funnel) -> Select[Any]:
    """Rows of group, position, count, amount: the moves into each stage in the period."""
    c = stage_moves.c
    source = stage_moves.join(stages, stages.c.id == c.stage_id).join(deals, deals.c.id == c.deal_id)
    source = source.outerjoin(contacts, contacts.c.id == deals.c.contact_id)
    group = group_column(asked.by, c.moved_on)
    channel_id = func.coalesce(deals.c.channel_id, contacts.c.channel_id)
    statement = select(
        group.label("group"), stages.c.position, func.count().label("count"), total(deals.c.amount).label("amount")
    ).select_from(_named(source, deals.c.owner_id, channel_id))
    return statement.where(not_deleted(), *within(asked, c.moved_on)).group_by(group, stages.c.position)


def sales_counted(asked: Funnel) -> Select[Any]:
    """Rows of group, count, amount: the sales of the period; by product, the amount of its lines.

    Sales to contacts in the trash are among them: the money came in.
    """
    c = purchases.c
    source: Any = purchases.outerjoin(contacts, contacts.c.id == c.contact_id)
    source = source.outerjoin(deals, deals.c.id == c.deal_id)
    amount: Any = c.amount
    product_id: Any = deals.c.product_id
    if asked.by == "product":
        source = source.outerjoin(purchase_lines, purchase_lines.c.purchase_id == c.id)
        amount = func.coalesce(purchase_lines.c.amount, c.amount)
        product_id = func.coalesce(purchase_lines.c.product_id, deals.c.product_id)
    group = group_column(asked.by, c.purchased_on)
    channel_id = func.coalesce(c.channel_id, contacts.c.channel_id)
    statement = select(group.label("group"), func.count(c.id.distinct()).label("count"), total(amount).label("amount"))
    statement = statement.select_from(_named(source, c.owner_id, channel_id, product_id))
    return statement.where(c.kind == "sale", *within(asked, c.purchased_on)).group_by(group)


def activity_rows(
    steps: Sequence[Row], touched: Iterable[Row], moved: Iterable[Row], sold: Iterable[Row]
) -> list[dict[str, Any]]:
    """A row a group and stage: count and amount (minor units; null for touches).

    There is no conversion: what falls into one period is not the same deals at every step.

    A stage entered by a kind of touch counts those touches, the won stage sales, the others moves into them.
    """
    by_touch = {(row["group"], row["kind"]): (row["count"], None) for row in touched}
    by_move = {(row["group"], row["position"]): (row["count"], row["amount"]) for row in moved}
    by_sale = {row["group"]: (row["count"], row["amount"]) for row in sold}
    groups = {group for group, _ in (*by_touch, *by_move)} | set(by_sale) or {None}
    rows: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for group in sorted(groups, key=lambda name: (name is None, name or "")):
        for step in steps:
            found: Any = by_move.get((group, step["position"]), (0, 0))
            if step["kind"] == "won":
                found = by_sale.get(group, (0, 0))
            elif step["entered_by"]:
                found = by_touch.get((group, step["entered_by"]), (0, None))
            rows[group].append(_activity_row(group, step, found))
    return [row for group in rows for row in rows[group]]


def _activity_row(group: str | None, step: Row, found: tuple[int, int | None]) -> dict[str, Any]:
    count, amount = found
    return {
        "group": group,
        "stage": step["name"],
        "position": step["position"],
        "kind": step["kind"],
        "count": count,
        "amount": amount,
    }


def _named(source: Any, employee_id: Any, channel_id: Any, product_id: Any = deals.c.product_id) -> Any:
    return (
        source.outerjoin(employees, employees.c.id == employee_id)
        .outerjoin(channels, channels.c.id == channel_id)
        .outerjoin(products, products.c.id == product_id)
    )
