"""What tells one base from another."""

from crmcli.base.mark import base_mark, own_id, own_key
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from tests.builders import add_contact, building


def test_a_base_keeps_its_mark_whatever_happens_to_it_later(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Анна")
    with reading(base) as connection:
        before = base_mark(connection)
    with building(base) as writer:
        add_contact(writer, "Борис")
    with reading(base) as connection:
        assert base_mark(connection) == before != ""


def test_a_base_in_which_nothing_happened_has_no_mark(base: Base) -> None:
    with reading(base) as connection:
        assert base_mark(connection) == ""


def test_a_key_leads_back_to_its_row_in_its_own_base_alone() -> None:
    assert own_id("0123abcd", own_key("0123abcd", 12)) == 12
    assert own_id("ffffffff", own_key("0123abcd", 12)) is None
    assert own_id("0123abcd", "12") is None
    assert own_id("", "-12") is None
