"""Rows that mean each other by keys, whichever comes first."""

from datetime import date

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.schema import contacts, deals, purchases, touches
from tests.actions.importing.conftest import Store, contact_named, deal, names, person, refs_of, sale, touch
from tests.builders import rows_of


@pytest.mark.parametrize("batch", [0, 1])
def test_companies_and_referrers_are_found_by_their_keys_wherever_they_stand(
    base: Base, store: Store, batch: int
) -> None:
    store(
        person("Анна", key="1", company="Юг", company_key="3", referred_by="Олег", referrer_key="2"),
        person("Олег", key="2", company="Юг", company_key="4"),
        person("Юг", key="3", kind="company"),
        person("Юг", key="4", kind="company"),
        batch=batch,
    )
    assert names(base) == ["Анна", "Олег", "Юг", "Юг"]
    anna, oleg = contact_named(base, "Анна"), contact_named(base, "Олег")
    assert (anna["company_id"], anna["referred_by_id"], oleg["company_id"]) == (3, oleg["id"], 4)


def test_those_whose_row_is_not_there_are_known_by_name(base: Base, store: Store) -> None:
    anna = person("Анна", key="1", company="Юг", company_key="3", referred_by="Олег", referrer_key="2")
    store(anna, person("Олег"))
    found = contact_named(base, "Анна")
    assert found["referred_by_id"] == contact_named(base, "Олег")["id"]
    assert (found["company_id"], contact_named(base, "Юг")["kind"]) == (contact_named(base, "Юг")["id"], "company")
    store(person("ООО Юг", key="3", kind="company", city="Омск"))
    assert contact_named(base, "Юг")["city"] == "Омск"


def test_an_archived_contact_arrives_archived(base: Base, store: Store) -> None:
    store(person("Анна", archived_on=date(2026, 1, 2)), person("Олег"))
    found = rows_of(base, select(contacts.c.archived_at).order_by(contacts.c.id))
    assert [row["archived_at"] and row["archived_at"].date() for row in found] == [date(2026, 1, 2), None]


def test_keys_of_other_systems_are_kept_with_their_source_once(base: Base, store: Store) -> None:
    anna = person("Анна", key="1", other_keys=(("shop", "7"), ("", "8")))
    store(anna)
    report = store(anna)
    assert refs_of(base, "contacts") == [("", "1"), ("shop", "7"), ("", "8")]
    assert report.sheets["sheet"].updated == 0
    report = store(person("Анна", key="1", other_keys=(("shop", "9"),)))
    assert (refs_of(base, "contacts")[-1], report.sheets["sheet"].updated) == (("shop", "9"), 1)


@pytest.mark.parametrize("batch", [0, 1])
def test_a_refund_finds_its_sale_and_events_their_deal(base: Base, store: Store, batch: int) -> None:
    anna = person("Анна", key="1")
    store(
        sale(anna, -50_00, key="r", refund_of="s", deal_key="d"),
        touch(anna, deal_key="d", rating=8000),
        sale(anna, 50_00, key="s"),
        deal(anna, key="d"),
        batch=batch,
    )
    (deal_id,) = (row["id"] for row in rows_of(base, select(deals.c.id)))
    refund, sold = rows_of(base, select(purchases).order_by(purchases.c.id))
    assert (refund["refund_of_id"], refund["deal_id"], sold["deal_id"]) == (sold["id"], deal_id, None)
    assert [(row["deal_id"], row["rating"]) for row in rows_of(base, select(touches))] == [(deal_id, 8000)]
