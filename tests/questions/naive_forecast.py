"""What forecasts go by, counted contact by contact."""

from datetime import date, timedelta

from tests.builders import Row
from tests.questions.world import World


def sales_of(world: World, contact_id: int, until: date) -> list[Row]:
    """His sales up to a day."""
    return [
        p
        for p in world.purchases
        if p["contact_id"] == contact_id and p["kind"] == "sale" and p["purchased_on"] <= until
    ]


def refunds_of(world: World, contact_id: int, after: date, until: date) -> int:
    """What he got back after one day, up to another."""
    given = [p for p in world.purchases if p["contact_id"] == contact_id and p["kind"] == "refund"]
    return sum(p["amount"] for p in given if after < p["purchased_on"] <= until)


def customers(world: World, day: date) -> list[Row]:
    """A row a customer not in the trash, by id."""
    rows = []
    for contact in sorted(world.present, key=lambda one: one["id"]):
        sales = sales_of(world, contact["id"], day)
        days = {sale["purchased_on"] for sale in sales}
        if days:
            rows.append({
                "contact_id": contact["id"],
                "purchase_days": len(days),
                "span_days": (max(days) - min(days)).days,
                "age_days": (day - min(days)).days,
                "net": sum(sale["amount"] for sale in sales) - refunds_of(world, contact["id"], date.min, day),
                "asked_about": int(contact["archived_at"] is None),
            })  # fmt: skip
    return rows


def known(world: World, day: date, held_out_days: int) -> list[Row]:
    """What was known of those who had bought by the cut, and what they have bought since."""
    cut = day - timedelta(days=held_out_days)
    rows = []
    for row in customers(world, cut):
        sales = sales_of(world, row["contact_id"], day)
        days = {sale["purchased_on"] for sale in sales}
        rows.append({
            **{key: row[key] for key in ("contact_id", "purchase_days", "span_days", "age_days", "net")},
            "year_days": sum(1 for on in days if cut - timedelta(days=365) < on <= cut),
            "later_days": sum(1 for on in days if on > cut),
            "later_net": sum(sale["amount"] for sale in sales if sale["purchased_on"] > cut)
            - refunds_of(world, row["contact_id"], cut, day),
        })  # fmt: skip
    return rows


def year_days(world: World, day: date) -> list[int]:
    """On how many days of the last year each customer bought."""
    return [
        len(
            {s["purchased_on"] for s in sales_of(world, row["contact_id"], day) if (day - s["purchased_on"]).days < 365}
        )
        for row in customers(world, day)
    ]
