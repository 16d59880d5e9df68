"""The best customers: what part of the revenue they bring, and how they differ from the typical one.

Revenue is all sales up to the day; refunds and sales without a customer stand apart. The classes are those of ABC
analysis with its usual limits: who brings the first 80 % of the revenue, the next 15 %, the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from crmcli.questions.contacts import external_ref
from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.schema import (
    channels,
    contacts,
    employees,
    not_deleted,
    products,
    purchase_lines,
    purchases,
)
from crmcli.schema.functions import total

TRAITS = ("channel", "city", "owner", "first_product")
BEST_PART = 5
"""The best fifth is what the sentence tells of."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Best:
    """The day, and the ids of the contacts that count, all without them."""

    at: AsOf
    among: Select[Any] | None = None


def best_customers(asked: Best) -> Select[Any]:
    """A row a customer, the best first, then by id: amounts in minor units, `before` what all better ones bring.

    Archived and deleted customers have their rank among all, but no row.
    """
    ranked = _ranked(asked)
    return (
        select(
            ranked.c.rank,
            ranked.c.contact_id,
            contacts.c.name,
            external_ref().label("external_ref"),
            contacts.c.city,
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            ranked.c.state,
            ranked.c.last_on.label("last_purchase_on"),
            ranked.c.purchases,
            ranked.c.mean_sale,
            ranked.c.refunds,
            ranked.c.revenue,
            ranked.c.before,
            ranked.c.all_revenue,
            ranked.c["class"],
        )
        .join(contacts, contacts.c.id == ranked.c.contact_id)
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .where(not_deleted(), contacts.c.archived_at.is_(None))
        .order_by(ranked.c.rank)
    )


def classes(asked: Best) -> Select[Any]:
    """Rows of class, customers, revenue, and of the best fifth of all customers best_customers and best_revenue.

    Everybody who has bought counts, archived and deleted customers too; `unlisted` of them are such.
    """
    ranked = _ranked(asked)
    is_best = ranked.c.rank <= (ranked.c.customers + BEST_PART - 1) // BEST_PART
    unlisted = or_(~not_deleted(), contacts.c.archived_at.is_not(None))
    return (
        select(
            ranked.c["class"],
            func.count().label("customers"),
            total(ranked.c.revenue).label("revenue"),
            total(case((is_best, 1))).label("best_customers"),
            total(case((is_best, ranked.c.revenue))).label("best_revenue"),
            total(case((unlisted, 1))).label("unlisted"),
        )
        .join(contacts, contacts.c.id == ranked.c.contact_id)
        .group_by(ranked.c["class"])
        .order_by(ranked.c["class"])
    )


def unattributed(asked: Best) -> Select[Any]:
    """The revenue of sales without a customer, minor units; 0 where some contacts alone are asked about."""
    bare = and_(purchases.c.contact_id.is_(None), purchases.c.kind == "sale", purchases.c.purchased_on <= asked.at.day)
    return select(total(purchases.c.amount)).where(bare, literal(asked.among is None))


def medians(asked: Best, only: str | None = None) -> Select[Any]:
    """One row of the customers of a class, of all without one: how many, and the lower medians of what they have.

    revenue and mean_sale in minor units, purchases, and period_days of those who have bought on several days; null
    where there is none. Archived and deleted customers are left out.
    """
    people = _people(asked, only)
    count = select(func.count()).select_from(people).scalar_subquery()
    names = ("purchases", "mean_sale", "period_days", "revenue")
    return select(count.label("customers"), *(_median(people, name).label(name) for name in names))


def traits(asked: Best, only: str | None = None) -> Any:
    """Rows of trait, value, customers: how many of the same customers have each channel, city, owner, first product."""
    people = _people(asked, only)
    return union_all(*(_counted(people, name) for name in TRAITS))


def profile_row(group: str, middle: Row, counted: Iterable[Row]) -> dict[str, Any]:
    """What a group of customers has in common: its medians, and of each trait the most frequent value.

    Of several as frequent it is the first by name; `_share` is how many of the customers have it, null where nobody
    has any.
    """
    row: dict[str, Any] = {"group": group, **middle}
    rows = list(counted)
    for name in TRAITS:
        found = [one for one in rows if one["trait"] == name]
        most = min(found, key=lambda one: (-one["customers"], one["value"]), default=None)
        row[name] = most and most["value"]
        row[f"{name}_share"] = most and part(most["customers"], middle["customers"])
    return row


def best_row(row: Row, highest: int) -> dict[str, Any]:
    """The row with shares of all revenue, null where there is none; `bar` is beside the highest revenue."""
    known = {key: value for key, value in row.items() if key not in {"before", "all_revenue"}}
    return {
        **known,
        "share": part(row["revenue"], row["all_revenue"]),
        "cumulative_share": part(row["before"] + row["revenue"], row["all_revenue"]),
        "bar": (part(row["revenue"], highest) or 0),
    }


def part(amount: int, whole: int) -> float | None:
    """The fraction to four places, None where there is nothing to divide by."""
    return round(amount / whole, 4) if whole else None


def _ranked(asked: Best) -> CTE:
    """A row a customer: rank, `before` (what all better ones bring), all_revenue, customers (how many), class.

    Who brings the revenue that crosses a limit is still on its better side, so that an only customer is of class A.
    """
    bought = _bought(asked)
    order = (bought.c.revenue.desc(), bought.c.contact_id)
    so_far = cast(func.sum(bought.c.revenue).over(order_by=order), BigInteger)
    everything = cast(func.sum(bought.c.revenue).over(), BigInteger)
    summed = select(
        bought,
        func.row_number().over(order_by=order).label("rank"),
        (so_far - bought.c.revenue).label("before"),
        everything.label("all_revenue"),
        func.count().over().label("customers"),
        ((2 * bought.c.revenue + bought.c.purchases) // (2 * bought.c.purchases)).label("mean_sale"),
    ).subquery()
    before, whole = summed.c.before, summed.c.all_revenue
    classed = case((before < whole - whole // 5, "A"), (before < whole - whole // 20, "B"), else_="C")
    return select(summed, classed.label("class")).cte()


def _bought(asked: Best) -> Any:
    """A row a contact with a sale up to the day; of the deleted, whom the rhythm leaves out, revenue alone."""
    states = contact_states(asked.at)
    own_period = case((states.c.period_source == "own", states.c.period_days))
    present = select(
        states.c.contact_id,
        states.c.revenue,
        states.c.refunds,
        states.c.sale_count.label("purchases"),
        states.c.last_on,
        own_period.label("period_days"),
        states.c.state,
    ).where(states.c.sale_count > 0)
    sold = and_(purchases.c.kind == "sale", purchases.c.purchased_on <= asked.at.day)
    deleted = (
        select(
            purchases.c.contact_id,
            total(purchases.c.amount),
            cast(null(), BigInteger),
            func.count(),
            cast(null(), Date),
            cast(null(), Integer),
            cast(null(), Text),
        )
        .join(contacts, contacts.c.id == purchases.c.contact_id)
        .where(sold, ~not_deleted())
        .group_by(purchases.c.contact_id)
    )
    if asked.among is not None:
        present = present.where(states.c.contact_id.in_(asked.among))
        deleted = deleted.where(purchases.c.contact_id.in_(asked.among))
    return union_all(present, deleted).subquery()


def _people(asked: Best, only: str | None) -> CTE:
    ranked = _ranked(asked)
    statement = (
        select(
            ranked.c.revenue,
            ranked.c.purchases,
            ranked.c.mean_sale,
            ranked.c.period_days,
            contacts.c.city,
            employees.c.name.label("owner"),
            channels.c.name.label("channel"),
            _first_product(asked).label("first_product"),
        )
        .join(contacts, contacts.c.id == ranked.c.contact_id)
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .where(not_deleted(), contacts.c.archived_at.is_(None))
    )
    return (statement if only is None else statement.where(ranked.c["class"] == only)).cte()


def _first_product(asked: Best) -> Any:
    """The product that the contact bought first; of one receipt the first line's."""
    first = (
        select(products.c.name)
        .select_from(purchases.join(purchase_lines).join(products))
        .where(
            purchases.c.contact_id == contacts.c.id,
            purchases.c.kind == "sale",
            purchases.c.purchased_on <= asked.at.day,
        )
        .order_by(purchases.c.purchased_on, purchases.c.id, purchase_lines.c.id)
        .limit(1)
    )
    return first.correlate(contacts).scalar_subquery()


def _median(people: CTE, name: str) -> Any:
    """The lower median of what is known; null where nothing is."""
    column = people.c[name]
    middle = (select(func.count(column)).scalar_subquery() - 1) // 2
    return select(column).where(column.is_not(None)).order_by(column).limit(1).offset(middle).scalar_subquery()


def _counted(people: CTE, name: str) -> Select[Any]:
    column = people.c[name]
    counted = select(literal(name).label("trait"), column.label("value"), func.count().label("customers"))
    return counted.where(column.is_not(None), column != "").group_by(column)
