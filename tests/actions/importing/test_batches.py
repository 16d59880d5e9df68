"""A file goes into the base in batches; where one ends and the next begins makes no difference."""

from typing import Any

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.schema import deals, touches
from crmcli.values.records import Record
from tests.actions.importing.conftest import (
    Store,
    contact_named,
    counts,
    deal,
    names,
    person,
    phone,
    points_of,
    sale,
    sales_by_name,
    touch,
)
from tests.builders import rows_of

ANNA_S, IVAN_S = phone("8 916 000-00-01"), phone("8 916 000-00-02")


def shop() -> list[Record]:
    """Contacts who meet again later, twins among sales, and a referrer who comes last."""
    return [
        person("Анна", ANNA_S, key="1", city="Омск"),
        person("Анна", ANNA_S, birthday=None, tax_id="55", referred_by="Зоя"),
        person("Иван", IVAN_S, company="ООО Юг", owner="Ольга"),
        person("Пётр", company="ООО Юг", owner="Ольга"),
        sale(person(key="1"), 100),
        sale(person("Анна"), 100),
        sale(person("Анна"), 100, key="A"),
        sale(person("Новый", phone("8 916 000-00-03")), 300),
        deal(person("Иван"), stage="Замер"),
        deal(person("Иван"), stage="Замер"),
        touch(person("Иван"), text="раз"),
        touch(person("Иван"), text="раз"),
        person("Зоя"),
    ]


def facts(base: Base) -> dict[str, Any]:
    return {
        "names": sorted(names(base)),
        "sales": sales_by_name(base),
        "deals": len(rows_of(base, select(deals.c.id))),
        "touches": len(rows_of(base, select(touches.c.id))),
        "points": points_of(base, "Анна"),
        "referred": contact_named(base, "Анна")["referred_by_id"] == contact_named(base, "Зоя")["id"],
        "tax_id": contact_named(base, "Анна")["tax_id"],
    }


@pytest.mark.parametrize("batch", [0, 1, 2, 5])
def test_batches_of_any_size_store_the_same_and_add_nothing_the_second_time(
    base: Base, store: Store, batch: int
) -> None:
    records = shop()
    report = store(*records, batch=batch)
    assert (counts(report), report.contacts_made) == ((12, 1, 0), 6)
    found = facts(base)
    assert found == {
        "names": ["Анна", "Зоя", "Иван", "Новый", "ООО Юг", "Пётр"],
        "sales": {"Анна": [100, 100, 100], "Новый": [300]},
        "deals": 2,
        "touches": 2,
        "points": ["+79160000001"],
        "referred": True,
        "tax_id": "55",
    }
    assert counts(store(*records, batch=batch)) == (0, 13, 0)
    assert facts(base) == found
