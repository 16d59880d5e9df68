"""The best customers: what part of the revenue they bring, and how they differ from the typical one.

Revenue is all sales up to the day; refunds and sales without a customer stand apart. The classes are those of ABC
analysis with its usual limits: who brings the first 80 % of the revenue, the next 15 %, the rest.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
from crmcli.values.text import search_key

MEASURES = ("purchases", "mean_sale", "period_days", "revenue")
TRAITS = ("channel", "city", "owner", "first_product")
PROFILED = {"typical": ("A", "B", "C"), "best": ("A",)}
"""The groups that a profile tells of, and their classes."""
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


def customers(asked: Best) -> Select[Any]:
    """A row a customer: his class, then MEASURES and TRAITS. Archived and deleted customers are left out.

    period_days is that of those who have bought on several days; first_product what was bought first, of one receipt
    its first line.
    """
    ranked = _ranked(asked)
    return (
        select(
            ranked.c["class"],
            *(ranked.c[name] for name in MEASURES),
            channels.c.name.label("channel"),
            contacts.c.city,
            employees.c.name.label("owner"),
            _first_product(asked).label("first_product"),
        )
        .join(contacts, contacts.c.id == ranked.c.contact_id)
        .outerjoin(employees, employees.c.id == contacts.c.owner_id)
        .outerjoin(channels, channels.c.id == contacts.c.channel_id)
        .where(not_deleted(), contacts.c.archived_at.is_(None))
    )


def profiles(rows: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
    """A row a group of PROFILED that has anybody, from the rows of `customers`: what they have in common.

    MEASURES are the lower medians of what is known, null where nothing is. Of TRAITS it is the most frequent value, of
    several the first by name, whatever the case; `_share` is how many of the customers have it.
    """
    counted: dict[str, list[Counter[Any]]] = defaultdict(lambda: [Counter() for _ in (*MEASURES, *TRAITS)])
    people: Counter[str] = Counter()
    for of_class, *values in rows:
        people[of_class] += 1
        for counter, value in zip(counted[of_class], values, strict=True):
            counter[value] += 1
    groups = ((name, [one for one in classes if one in people]) for name, classes in PROFILED.items())
    return [
        _profile(name, sum(people[one] for one in classes), [counted[one] for one in classes])
        for name, classes in groups
        if classes
    ]


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
        .where(sold, purchases.c.contact_id.in_(select(contacts.c.id).where(~not_deleted())))
        .group_by(purchases.c.contact_id)
    )
    if asked.among is not None:
        present = present.where(states.c.contact_id.in_(asked.among))
        deleted = deleted.where(purchases.c.contact_id.in_(asked.among))
    return union_all(present, deleted).subquery()


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


def _profile(group: str, number: int, classes: Sequence[Sequence[Counter[Any]]]) -> dict[str, Any]:
    columns: list[Counter[Any]] = [sum(same, Counter()) for same in zip(*classes, strict=True)]
    row: dict[str, Any] = {"group": group, "customers": number}
    for name, column in zip((*MEASURES, *TRAITS), columns, strict=True):
        if name in MEASURES:
            row[name] = _lower_median(column)
        else:
            value, count = _most(column)
            row |= {name: value, f"{name}_share": count and part(count, number)}
    return row


def _lower_median(counted: Counter[Any]) -> int | None:
    known = sorted(value for value in counted.elements() if value is not None)
    return known[(len(known) - 1) // 2] if known else None


def _most(counted: Counter[Any]) -> tuple[str | None, int | None]:
    """The most frequent text, as it is written most often, and how often it is there; None where there is none."""
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    for text, count in counted.items():
        if text and (key := search_key(text)):
            spelled[key][text] += count
    best = [
        (-spellings.total(), *min((-count, text) for text, count in spellings.items()))
        for spellings in spelled.values()
    ]
    if not best:
        return None, None
    count, _, text = min(best, key=lambda one: (one[0], one[2]))
    return text, -count
