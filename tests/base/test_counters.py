"""Counters of ids, read and set."""

import pytest
from sqlalchemy import delete

from crmcli.base.counters import last_ids, set_last_ids
from crmcli.base.opening import Base
from crmcli.base.writing import reading, writing
from crmcli.schema import contacts
from tests.base.rows import add_contact


def test_the_last_id_is_the_last_one_given_even_where_its_row_is_gone(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        ids = [add_contact(writer), add_contact(writer)]
        writer.connection.execute(delete(contacts).where(contacts.c.id == ids[-1]))
    with reading(base) as connection:
        found = last_ids(connection)
    assert (found["contacts"], found["stages"], found.get("deals", 0)) == (2, 8, 0)


@pytest.mark.parametrize("last", [3, 2**40])
def test_a_table_goes_on_after_the_last_id_that_was_set(base: Base, last: int) -> None:
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        set_last_ids(connection, {"contacts": last, "operations": 5})
        assert {name: last_ids(connection)[name] for name in ("contacts", "operations")} == {
            "contacts": last,
            "operations": 5,
        }
    with writing(base, "test", "me") as writer:
        assert (add_contact(writer), writer.operation_id) == (last + 1, 6)
