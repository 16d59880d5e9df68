"""Values that no command stores are found, with their table, row and column; other commands send to doctor."""

import pytest

from crmcli.base.checks import values
from crmcli.base.opening import Base
from crmcli.base.sqlite import DAMAGED
from crmcli.base.writing import reading, writing
from tests.base.checks.conftest import Examined
from tests.base.rows import add_one_of_each
from tests.base.spoiling import spoil
from tests.commands.conftest import on_sqlite
from tests.conftest import Run

IN_FILES = [
    ("UPDATE contacts SET extra = '{bad' WHERE id = 1", "contacts, row 1: extra", "contact list"),
    ("UPDATE contacts SET extra = 7 WHERE id = 1", "contacts, row 1: extra", "contact show 1"),
    ("UPDATE contacts SET birthday = '2026-99-99' WHERE id = 2", "contacts, row 2: birthday", "contact show 2"),
    ("UPDATE contacts SET birthday = '2026-02-30' WHERE id = 2", "contacts, row 2: birthday", "contact show 2"),
    ("UPDATE contacts SET birthday = '0000-01-01' WHERE id = 2", "contacts, row 2: birthday", "contact show 2"),
    ("UPDATE contacts SET created_at = 'zzz' WHERE id = 2", "contacts, row 2: created_at", ""),
    (
        "UPDATE contacts SET created_at = '2026-01-01 24:00:00' WHERE id = 2",
        "contacts, row 2: created_at",
        "",
    ),
    ("UPDATE touches SET happened_at = '9:30'", "touches, row 1: happened_at", "contact show 1"),
    ("UPDATE purchases SET amount = 'abc' WHERE id = 2", "purchases, row 2: amount", "purchase list"),
    ("UPDATE purchases SET amount = 1.5 WHERE id = 2", "purchases, row 2: amount", ""),
    ("UPDATE employees SET active = 'maybe'", "employees, row 1: active", ""),
    ("UPDATE contacts SET name = x'00' WHERE id = 1", "contacts, row 1: name", ""),
    ("UPDATE operations SET at = 'once'", "operations, row 1: at", "history"),
]
ANYWHERE = [
    ("UPDATE contacts SET extra = '[1]' WHERE id = 1", "contacts, row 1: extra"),
    ("UPDATE changes SET before = 'garbage' WHERE id = 2", "changes, row 2: before"),
    ("UPDATE changes SET before = '[]' WHERE id = 2", "changes, row 2: before"),
    ("UPDATE changes SET action = 'upsert' WHERE id = 2", "changes, row 2: action"),
    ("UPDATE changes SET table_name = 'nothing' WHERE id = 2", "changes, row 2: table_name"),
    ("UPDATE purchases SET amount = 9223372036854775807 WHERE id = 1", "purchases, row 1: amount"),
]


@on_sqlite
@pytest.mark.parametrize(("wrong", "told"), [(wrong, told) for wrong, told, _ in IN_FILES])
def test_a_value_that_is_not_of_its_columns_kind_fails(wrong: str, told: str, shop: Base, examined: Examined) -> None:
    spoil(shop, wrong)
    found = examined()
    assert found["values"]["state"] == "fail"
    assert found["values"]["found"].startswith(f"{told} cannot be read")


@on_sqlite
@pytest.mark.parametrize(("wrong", "words"), [(wrong, words) for wrong, _, words in IN_FILES if words])
def test_a_command_that_meets_such_a_value_sends_to_doctor(wrong: str, words: str, shop: Base, crm: Run) -> None:
    spoil(shop, wrong)
    ran = crm(*words.split())
    assert (ran.code, ran.err) == (1, f"crmcli: {DAMAGED}\n")


@pytest.mark.parametrize(("wrong", "told"), ANYWHERE)
def test_what_both_engines_would_keep_fails(wrong: str, told: str, shop: Base, examined: Examined) -> None:
    spoil(shop, wrong)
    assert examined()["values"]["found"].startswith(f"{told} cannot be read")


def test_what_an_image_cannot_be_is_told_by_history(shop: Base, crm: Run) -> None:
    assert crm("contact", "edit", "1", "--city", "Kazan").code == 0
    spoil(shop, "UPDATE changes SET before = 'garbage' WHERE before IS NOT NULL")
    ran = crm("history", "1")
    assert (ran.code, ran.err) == (1, f"crmcli: {DAMAGED}\n")


def test_amounts_too_large_to_be_added_up_send_to_a_restore(shop: Base, examined: Examined) -> None:
    spoil(shop, "UPDATE purchases SET amount = 9223372036854775807")
    found = examined()
    assert "could not be checked: the base has amounts that are too large to be added up" in found["rollups"]["found"]
    assert "crmcli doctor" not in found["rollups"]["found"]


def test_the_first_of_many_is_told_and_the_others_are_counted(shop: Base, examined: Examined) -> None:
    spoil(shop, "UPDATE purchases SET amount = 9223372036854775807", "UPDATE changes SET action = 'x' WHERE id = 1")
    told = examined()["values"]["found"]
    assert told.startswith(
        "purchases, row 1: amount cannot be read as what it should be, as in 1 more rows and 1 more;"
    )


def test_all_that_the_program_stores_is_right(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        add_one_of_each(writer)
    with reading(base) as connection:
        assert values(connection).state == "ok"


def test_the_newest_backup_that_is_sound_is_named(
    shop: Base, examined: Examined, crm: Run, postgres_programs: None
) -> None:
    assert crm("backup", "create").code == 0
    spoil(shop, "UPDATE changes SET action = 'x' WHERE id = 1")
    if shop.engine.dialect.name == "sqlite":
        assert crm("backup", "create").code == 0  # this one has the fault, too
    fix = examined()["values"]["fix"]
    assert fix.startswith("crmcli backup restore ")
    assert crm(*fix.split()[1:], "--yes").code == 0
    assert set(examined()) in ({"former_bases"}, {"former_schemas_beside"})
