"""A sound base with a little of everything, and what doctor says of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_deal, add_employee, add_product, add_sales, add_touch, building
from tests.conftest import Run

States = dict[str, str]
Examined = Callable[..., dict[str, States]]


@pytest.fixture
def shop(base: Base) -> Base:
    """A base with rows in most tables."""
    with building(base) as writer:
        olga = add_employee(writer, "Olga")
        add_channel(writer, "Web")
        add_channel(writer, "Fair")
        add_product(writer, "Tea", price=450_00)
        anna = add_contact(writer, "Анна", phones=["89120000001"], owner_id=olga)
        add_contact(writer, "Ivan", phones=["12-34"])
        add_deal(writer, ("New lead", date(2026, 5, 1)), contact_id=anna)
        add_sales(writer, anna, date(2026, 5, 1), date(2026, 6, 1))
        add_touch(writer, anna, date(2026, 6, 2))
    return base


@pytest.fixture
def path(shop: Base) -> Path:
    """The file of a base that is one."""
    return Path(str(shop.location))


@pytest.fixture
def examined(shop: Base, crm: Run) -> Examined:
    """What doctor finds that is not ok, by check; its exit code tells whether something fails."""

    def run(*words: object) -> dict[str, States]:
        ran = crm("doctor", *words, "--format", "json")
        found = {row.pop("check"): row for row in json.loads(ran.out)}
        assert (ran.code, ran.err) == (int(any(row["state"] == "fail" for row in found.values())), "")
        return {check: row for check, row in found.items() if row["state"] != "ok"}

    return run
