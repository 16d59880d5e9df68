"""What is kept twice and does not agree is found, on both engines."""

import shlex

import pytest

from crmcli.base.opening import Base
from tests.base.checks.conftest import Examined
from tests.base.rows import add_contact, rebuilt_rhythm, rhythm
from tests.base.spoiling import spoil
from tests.builders import building
from tests.commands.conftest import on_sqlite
from tests.conftest import Run


def test_a_sound_base_is_all_ok(examined: Examined) -> None:
    assert examined() == {}


def test_an_empty_base_is_all_ok(base: Base, crm: Run) -> None:
    ran = crm("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert "fail" not in ran.out
    assert "warn" not in ran.out


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE contact_rhythm SET touch_count = 9 WHERE contact_id = 1",
        "UPDATE contact_rhythm SET due_on = NULL WHERE contact_id = 1",
        "DELETE FROM contact_rhythm WHERE contact_id = 1",
    ],
)
def test_a_rollup_that_differs_from_a_rebuild_fails_and_is_mended(wrong: str, shop: Base, examined: Examined) -> None:
    spoil(shop, wrong)
    expected = {
        "state": "fail",
        "found": "contacts whose rollup differs from a rebuild: 1",
        "fix": "crmcli doctor --fix",
    }
    assert examined() == {"rollups": expected}
    assert examined("--fix") == {}
    assert rhythm(shop) == rebuilt_rhythm(shop)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("INSERT INTO channels (name, search_key) VALUES ('X', 'x')", "channels: 1 without the journal"),
        (
            "INSERT INTO stages (name, search_key, position, kind) VALUES ('X', 'x', 9, 'open')",
            "stages: 1 without the journal",
        ),
        ("DELETE FROM channels WHERE id = 2", "channels: 1 not as the last change says"),
        (
            "INSERT INTO changes (operation_id, table_name, row_id, action) VALUES (1, 'channels', 1, 'delete')",
            "channels: 1 not as the last change says",
        ),
        ("DELETE FROM changes WHERE table_name = 'touches'", "touches: 1 without the journal"),
        (
            "DELETE FROM changes WHERE table_name IN ('channels', 'touches')",
            "channels: 2 without the journal and 1 more",
        ),
        ("DELETE FROM changes WHERE operation_id = 2", "operations: 1 without any change"),
        ("UPDATE operations SET undone_by = 2 WHERE id = 1", "operations: 1 taken back by what is no undo"),
    ],
)
def test_rows_of_which_the_journal_tells_otherwise_fail(
    wrong: str, told: str, shop: Base, examined: Examined, crm: Run
) -> None:
    assert crm("stage", "add", "Sample").code == 0
    spoil(shop, wrong)
    found = examined()
    assert list(found) == ["journal"]
    assert found["journal"]["state"] == "fail"
    assert told in found["journal"]["found"]


def test_an_operation_undone_and_done_again_agrees_with_the_journal(examined: Examined, crm: Run) -> None:
    for words in ("contact add Vera", "undo 2 --yes", "undo 3 --yes", "contact merge 1 2 --yes", "undo --yes"):
        assert crm(*words.split()).code == 0, words
    assert examined() == {}


def test_ids_that_would_be_given_again_fail(shop: Base, examined: Examined) -> None:
    if shop.engine.dialect.name == "sqlite":
        spoil(shop, "UPDATE sqlite_sequence SET seq = 1 WHERE name IN ('contacts', 'changes')")
    else:
        spoil(
            shop,
            "SELECT setval(pg_get_serial_sequence('contacts', 'id'), 1)",
            "SELECT setval(pg_get_serial_sequence('changes', 'id'), 1)",
        )
    found = examined()
    assert list(found) == ["ids"]
    assert found["ids"]["found"].startswith("the next ids of contacts, changes were given before")


def test_ids_of_rows_that_are_gone_are_not_given_again_either(shop: Base, examined: Examined, crm: Run) -> None:
    assert crm("channel", "add", "Radio").code == 0
    assert crm("undo", "--yes").code == 0
    if shop.engine.dialect.name == "sqlite":
        spoil(shop, "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'channels'")
    else:
        spoil(shop, "SELECT setval(pg_get_serial_sequence('channels', 'id'), 2)")
    assert list(examined()) == ["ids"]


@on_sqlite
def test_an_operation_that_was_left_open_fails_and_is_closed(shop: Base, examined: Examined) -> None:
    spoil(shop, "INSERT INTO current_operation VALUES (1)")
    assert list(examined()) == ["open_operation"]
    assert examined("--fix") == {}
    with building(shop) as writer:
        add_contact(writer)
    assert examined() == {}


@pytest.mark.parametrize(("name", "default"), [("touched_days", "7"), ("time_zone", "local"), ("cost_call", "''")])
def test_a_setting_that_cannot_be_read_fails_and_is_set_anew(
    name: str, default: str, shop: Base, examined: Examined, crm: Run
) -> None:
    assert crm("config", "set", name, "Europe/Moscow" if name == "time_zone" else "5").code == 0
    spoil(shop, f"UPDATE settings SET value = 'Mars/Phobos' WHERE key = '{name}'")
    found = examined()
    assert list(found) == ["settings"]
    assert found["settings"]["found"].startswith(f"{name} cannot be 'Mars/Phobos'")
    assert found["settings"]["fix"] == f"crmcli config set {name} {default}"
    assert crm(*shlex.split(found["settings"]["fix"])[1:]).code == 0
    assert examined() == {}
