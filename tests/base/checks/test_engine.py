"""Damage that the engine finds in its own files, and references that lead nowhere."""

from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from crmcli.base.opening import Base
from tests.base.checks.conftest import Examined
from tests.base.spoiling import spoil
from tests.commands.conftest import on_sqlite


def test_a_reference_that_leads_nowhere_fails(shop: Base, examined: Examined) -> None:
    spoil(shop, "UPDATE contacts SET channel_id = 99, owner_id = 99 WHERE id = 2")
    found = examined()
    assert list(found) == ["foreign_keys"]
    assert found["foreign_keys"]["state"] == "fail"
    assert " and 1 more" in found["foreign_keys"]["found"]


@on_sqlite
def test_an_index_that_lacks_a_row_fails(path: Path, examined: Examined) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    root, size = (
        connection.execute(query).fetchone()[0]
        for query in (
            "SELECT rootpage FROM sqlite_schema WHERE name = 'ix_touches_contact_id_happened_on'",
            "PRAGMA page_size",
        )
    )
    connection.close()
    data = bytearray(path.read_bytes())
    at = (root - 1) * size
    data[at + 3 : at + 5] = (0).to_bytes(2, "big")  # an index without entries
    path.write_bytes(data)
    found = examined()
    assert found["integrity"]["state"] == "fail"
    assert found["integrity"]["found"].endswith(
        f"; the content was not checked; there is no sound backup of it in {path.parent / 'base-backups'}"
    )
    assert found["integrity"]["fix"] == ""


@on_sqlite
def test_a_value_that_must_not_be_missing_fails(shop: Base, examined: Examined) -> None:
    spoil(
        shop,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'actor TEXT NOT NULL', 'actor TEXT') WHERE name = 'operations'",
        "PRAGMA writable_schema = RESET",
        "UPDATE operations SET actor = NULL",
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'actor TEXT', 'actor TEXT NOT NULL') WHERE name = 'operations'",
    )
    found = examined()
    assert list(found) == ["integrity"]
    assert found["integrity"]["found"].startswith("NULL value in operations.actor; the content was not checked")


@pytest.mark.parametrize("base", ["postgres"], indirect=True)
def test_an_index_that_the_server_does_not_trust_fails(shop: Base, examined: Examined) -> None:
    spoil(shop, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_touches_deal_id'::regclass")
    found = examined()
    assert found["integrity"]["found"].startswith("index ix_touches_deal_id is not valid; ")


@pytest.mark.parametrize("base", ["postgres"], indirect=True)
def test_a_row_that_lacks_what_it_must_have_fails(shop: Base, examined: Examined) -> None:
    spoil(shop, "ALTER TABLE operations ALTER actor DROP NOT NULL", "UPDATE operations SET actor = NULL")
    assert examined()["integrity"]["found"].startswith("operations: 1 without what must be there; ")


@on_sqlite
def test_a_sqlite_that_damages_bases_fails(examined: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 2))
    found = examined()
    assert list(found) == ["sqlite"]
    assert found["sqlite"]["found"].startswith("SQLite 3.51.2 can damage")
    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 51, 3))
    assert examined() == {}
