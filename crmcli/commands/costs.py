"""What touches cost by the settings, and what is to be said where that is not known."""

from collections.abc import Mapping, Sequence
from typing import Any

from crmcli.commands.session import current
from crmcli.output.result import Column
from crmcli.output.values import for_people
from crmcli.questions.costs import ServiceCosts
from crmcli.schema.touches import TOUCH_KINDS
from crmcli.values.money import to_minor


def service_costs() -> ServiceCosts:
    """What touches cost, as the settings cost_... say, in minor units."""
    known = {kind: cost for kind in TOUCH_KINDS if (cost := _minor(f"cost_{kind}")) is not None}
    return ServiceCosts(known, _minor("cost_minute"))


def without_price(counted: Sequence[Mapping[str, Any]]) -> list[str]:
    """How many touches are left out since their kinds have no cost, and the command that sets it."""
    if not counted:
        return []
    kinds = ", ".join(f"{row['kind']} {row['count']}" for row in counted)
    touches = counts(sum(row["count"] for row in counted), "touch", "touches")
    return [f"{touches} counted as free ({kinds}): crmcli config set cost_{counted[0]['kind']} AMOUNT"]


def money(minor: int) -> str:
    """An amount for people."""
    return for_people(minor, Column("amount", kind="money"), current().look)


def percent(fraction: float) -> str:
    """A fraction for people."""
    return for_people(fraction, Column("rate", kind="rate"), current().look)


def counts(number: int, one: str, many: str = "") -> str:
    """The number with its noun: 1 touch, 2 touches."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _minor(name: str) -> int | None:
    cost = current().setting(name)
    return None if cost is None else to_minor(cost, current().currency_digits)
