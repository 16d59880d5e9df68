"""The same question has the same rows on both engines, to the type of every value and the order of the keys."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import Executable, select

from crmcli.base.opening import Base
from crmcli.questions import (
    activity,
    attention,
    contacts,
    events,
    forecast,
    funnel,
    loyalty,
    names,
    payback,
    profit,
    retention,
    revenue,
    rfm,
)
from crmcli.questions.costs import ServiceCosts
from crmcli.questions.reactivate import Reactivation, to_reactivate, touched_count
from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.questions.settings import stored_settings
from crmcli.values.periods import Period
from crmcli.values.purchase_model import MBG, PurchaseModel
from tests.builders import rows_of
from tests.questions.world import TODAY, World, a_world, store

PLAIN = {int, str, bool, date, time, dict, type(None)}
NOW, EARLIER = AsOf(TODAY), AsOf(date(2025, 2, 2))
PRICED = profit.Profit(TODAY, date(2025, 1, 1), ServiceCosts({"call": 1_500}, 100))
MODEL = PurchaseModel(MBG, r=0.6, alpha=40.5, a=0.8, b=1.9)
ALL_EVENTS = events.EventFilter()
PERIODS = (Period(date(2024, 2, 29), date(2025, 6, 30)), Period(date(2025, 6, 30), TODAY))
REVENUE_BY: dict[str, revenue.Grouping | None] = {"nothing": None, **revenue.GROUPINGS}


def _by(group: str | None) -> dict[str, Executable]:
    asked = funnel.Funnel(date(2024, 3, 1), date(2025, 12, 31), group)
    questions = (
        funnel.deal_outcomes,
        funnel.stage_stays,
        activity.touches_counted,
        activity.moves_counted,
        activity.sales_counted,
    )
    return {f"{question.__name__} by {group}": question(asked) for question in questions}


QUESTIONS: dict[str, Executable] = (
    {
        "states": select(contact_states(NOW)),
        "states earlier": select(contact_states(EARLIER)),
        "reactivate": to_reactivate(Reactivation(NOW)),
        "reactivate earlier": to_reactivate(Reactivation(EARLIER, min_value=1, states=("lead", "active", "due"))),
        "reactivate by risk": to_reactivate(Reactivation(NOW, include_touched=True, by_risk=MODEL)),
        "touched": touched_count(Reactivation(NOW)),
        "contacts": contacts.contact_list(NOW, contacts.ContactFilter()),
        "contacts searched": contacts.contact_list(NOW, contacts.ContactFilter(text="Contact 1", has_phone=False)),
        "contact": contacts.contact_record(NOW, 103),
        "meant": contacts.contacts_meant_by("contact 1", "RU"),
        "touches": events.touch_list(ALL_EVENTS),
        "deals": events.deal_list(ALL_EVENTS),
        "purchases": events.purchase_list(ALL_EVENTS),
        "moves": events.moves_of(502),
        "employees": names.all_employees(),
        "channels": names.all_channels(),
        "products": names.all_products(),
        "stages": names.all_stages(),
        "settings": stored_settings(),
        "profits": profit.customer_profits(PRICED),
        "profit sums": profit.profit_sums(PRICED),
        "paybacks": payback.paybacks(PRICED),
        "attention": attention.attention_list(attention.Attention(NOW, customer_norm=0)),
        "attention sums": attention.attention_sums(attention.Attention(NOW, costs=PRICED.costs)),
        "loyalty": loyalty.answers(loyalty.Loyalty(NOW, "owner")),
        "rfm": rfm.people(rfm.Rfm(TODAY)),
        "cohorts": retention.active_counted(retention.Retention(TODAY, "quarter")),
        "comebacks": retention.comebacks(retention.Retention(TODAY)),
        "yearly": retention.yearly(retention.Retention(TODAY)),
        "unpaid": retention.unpaid(retention.Retention(TODAY), {20: 10**6, 21: 5000}),
        "unpaid in all": retention.unpaid_total(retention.Retention(TODAY), {20: 10**6}),
        "forecast": forecast.customers(forecast.Forecast(TODAY)),
        "year days": forecast.year_days(TODAY),
        "later": forecast.later(TODAY, 90),
        "named": forecast.named(None),
        "margins": forecast.margins(TODAY),
        "first purchase": revenue.first_purchase_day(),
    }
    | {f"revenue by {name}": revenue.revenue_counted(revenue.Revenue(PERIODS, by)) for name, by in REVENUE_BY.items()}
    | {name: question for group in (None, *funnel.GROUPS) for name, question in _by(group).items()}
)
ORDERED = {
    "profits", "attention", "reactivate", "reactivate earlier", "reactivate by risk", "forecast", "recent", "contacts",
    "touches", "deals", "purchases", "moves", "employees", "channels", "products", "stages", "rfm", "unpaid",
}  # fmt: skip


@pytest.fixture
def bases(sqlite_base: Base, postgres_base: Base) -> tuple[Base, Base]:
    """The same world on both engines."""
    world: World = a_world(91, contacts=50)
    for base in (sqlite_base, postgres_base):
        store(world, base)
    return sqlite_base, postgres_base


def test_both_engines_give_the_same_plain_rows(bases: tuple[Base, Base]) -> None:
    for name, question in QUESTIONS.items():
        on_sqlite, on_postgres = ([_exact(row) for row in rows_of(base, question)] for base in bases)
        if name not in ORDERED:
            on_sqlite, on_postgres = sorted(on_sqlite, key=str), sorted(on_postgres, key=str)
        assert (name, on_sqlite) == (name, on_postgres)
        assert {kind for row in on_sqlite for _, kind, _ in row} <= PLAIN


def _exact(row: dict[str, Any]) -> list[tuple[str, type, Any]]:
    """Keys in their order, with the type of each value: True is not 1 here."""
    return [(key, type(value), value) for key, value in row.items()]
