from datetime import date

import pytest
from sqlalchemy import Column, select

from crmcli.actions.employee import hand_over
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import contacts, deals, purchases, touches
from tests.builders import add_contact, add_deal, add_employee, add_sale, add_touch

ON = date(2026, 1, 5)


def owners(writer: Writer, column: Column[int]) -> list[int | None]:
    return list(writer.connection.execute(select(column).order_by(column.table.c.id)).scalars())


def test_what_is_open_goes_to_the_other_and_the_history_stays(writer: Writer) -> None:
    olga, zoe, lev = (add_employee(writer, name) for name in ("Olga", "Zoe", "Lev"))
    anna = add_contact(writer, "Anna", owner_id=olga)
    add_contact(writer, "Peter", owner_id=olga, archived=True)
    add_contact(writer, "Mary", owner_id=lev)
    add_contact(writer, "Nobody's")
    for stage, owner in (("New lead", olga), ("Contract", olga), ("Paid", olga), ("Lost", olga), ("Call", lev)):
        add_deal(writer, (stage, ON), contact_id=anna, owner_id=owner)
    add_sale(writer, anna, ON, owner_id=olga)
    add_touch(writer, anna, ON, "letter", employee_id=olga)
    assert hand_over(writer, olga, zoe) == (1, 2)
    assert owners(writer, contacts.c.owner_id) == [zoe, olga, lev, None]
    assert owners(writer, deals.c.owner_id) == [zoe, zoe, olga, olga, lev]
    assert owners(writer, purchases.c.owner_id) == [olga]
    assert owners(writer, touches.c.employee_id) == [olga]
    assert hand_over(writer, olga, zoe) == (0, 0)


def test_nobody_hands_over_to_himself(writer: Writer) -> None:
    olga = add_employee(writer, "Olga")
    with pytest.raises(CrmError, match="himself"):
        hand_over(writer, olga, olga)
