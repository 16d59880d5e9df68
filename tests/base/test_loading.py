"""A base that was bare and is whole again is as any base that migrating makes."""

import pytest
from sqlalchemy import text

from crmcli.base.checks import examined
from crmcli.base.loading import INDEXES, make_bare, make_index, make_whole
from crmcli.base.opening import Base, open_base
from crmcli.base.writing import writing
from crmcli.errors import CrmError
from tests.base.rows import add_contact


def bare(base: Base) -> None:
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        make_bare(connection)


def make_whole_again(base: Base) -> None:
    with base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        for index in INDEXES:
            make_index(connection, index)
        make_whole(connection)


def findings(base: Base) -> dict[str, str]:
    return {name: one.state for name, one in examined(base.location)}


def test_a_bare_base_has_no_rows_triggers_or_indexes(base: Base) -> None:
    bare(base)
    found = findings(base)
    assert (found["tables"], found["triggers"]) == ("fail", "fail")
    with base.engine.connect() as connection, connection.begin():
        assert connection.execute(text("SELECT count(*) FROM stages")).scalar() == 0


def test_made_whole_it_is_as_it_was(base: Base) -> None:
    bare(base)
    make_whole_again(base)
    assert set(findings(base).values()) == {"ok"}
    with writing(base, "test", "me") as writer:
        add_contact(writer)
    assert open_base(base.location)


def test_references_that_lead_nowhere_are_refused(base: Base) -> None:
    bare(base)
    with base.engine.connect().execution_options(crm_write=True) as connection:
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            connection.execute(text("INSERT INTO contact_tags (contact_id, tag) VALUES (7, 'vip')"))
    with pytest.raises(Exception, match="contact_tags") as refused:
        make_whole_again(base)
    if base.engine.dialect.name == "sqlite":
        assert isinstance(refused.value, CrmError)
