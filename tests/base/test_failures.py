"""What engines complain of, as the user is told it."""

import os
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from crmcli.base.failures import as_crm_error
from crmcli.base.opening import Base
from crmcli.base.sqlite import DAMAGED
from crmcli.base.writing import reading, writing
from crmcli.errors import Busy, CrmError, NotAllowed
from crmcli.schema import channels, contacts, settings
from tests.base.confined import WITHOUT_PRIVILEGES, room_for, run
from tests.base.rows import count
from tests.conftest import Run


def test_a_file_that_may_only_be_read_is_told_so(sqlite_base: Base) -> None:
    path = Path(str(sqlite_base.location))
    path.chmod(0o400)
    ran = run(WITHOUT_PRIVILEGES, "contact", "add", "Anna", "--base", path)
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == "crmcli: the base may not be written: its file or folder is read-only for you\n"
    assert count(sqlite_base, contacts) == 0


def test_a_file_that_may_not_be_read_is_told_so(sqlite_base: Base) -> None:
    path = Path(str(sqlite_base.location))
    path.chmod(0)
    ran = run(WITHOUT_PRIVILEGES, "contact", "list", "--base", path)
    assert (ran.code, ran.err) == (4, f"crmcli: {path} cannot be opened: its file or folder is closed to you\n")


def test_a_closed_folder_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    path = tmp_path / "closed" / "a.db"
    ran = run(WITHOUT_PRIVILEGES, "contact", "add", "Anna", "--base", path)
    assert (ran.code, ran.err) == (4, f"crmcli: {path} cannot be opened: its file or folder is closed to you\n")


def test_a_folder_that_may_not_be_written_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "fixed").mkdir(mode=0o500)
    path = tmp_path / "fixed" / "a.db"
    ran = run(WITHOUT_PRIVILEGES, "contact", "add", "Anna", "--base", path)
    assert (ran.code, ran.err) == (4, f"crmcli: {path} cannot be created: you may not write to that folder\n")


def test_a_disk_without_room_stores_nothing_and_says_so(sqlite_base: Base, tmp_path: Path) -> None:
    sheet = tmp_path / "customers.csv"
    sheet.write_text("name;phone\n" + "".join(f"Customer {n};+7912{n:07}\n" for n in range(3000)), "utf-8")
    ran = run(room_for(400_000), "import", sheet, "--yes", "--base", sqlite_base.location)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("crmcli: the disk failed, or has no room or quota left for you: nothing was stored")
    assert ran.err.count("\n") == 1
    assert count(sqlite_base, contacts) == 0


def test_a_full_disk_is_told_so(sqlite_base: Base) -> None:
    def fill() -> None:
        with writing(sqlite_base, "test", "me") as writer:
            pages = writer.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            writer.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            writer.connection.execute(insert(channels), [{"name": "x" * 999, "search_key": str(n)} for n in range(99)])

    with pytest.raises(DBAPIError) as failed:
        fill()
    assert str(as_crm_error(failed.value)).startswith("the disk is full: nothing was stored")
    assert count(sqlite_base, channels) == 0


def test_a_damaged_file_is_told_so(sqlite_base: Base, program: Run) -> None:
    path = Path(str(sqlite_base.location))
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + os.urandom(len(whole) - 4096))
    ran = program("contact", "list", "--base", path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"crmcli: {DAMAGED}\n"


def test_a_write_that_a_server_forbids_is_told_so(postgres_base: Base) -> None:
    with pytest.raises(DBAPIError) as failed, reading(postgres_base) as connection:
        connection.execute(insert(settings).values(key="a", value="b"))
    assert isinstance(as_crm_error(failed.value), NotAllowed)


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("lock_not_available", Busy),
        ("deadlock_detected", Busy),
        ("serialization_failure", Busy),
        ("unique_violation", Busy),
        ("insufficient_privilege", NotAllowed),
        ("disk_full", CrmError),
    ],
)
def test_a_server_is_understood_whatever_its_language(state: str, kind: type[CrmError], postgres_base: Base) -> None:
    with pytest.raises(DBAPIError) as failed, reading(postgres_base) as connection:
        connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'случилось' USING ERRCODE = '{state}'; END $$"))
    error = as_crm_error(failed.value)
    assert type(error) is kind
    assert "случилось" not in str(error)


def test_what_nobody_foresaw_is_passed_on_in_one_line_without_the_statement(base: Base) -> None:
    with pytest.raises(DBAPIError) as failed, reading(base) as connection:
        connection.execute(text("SELECT *\nFROM nowhere WHERE 'secret' = 'x'"))
    error = as_crm_error(failed.value)
    assert str(error).startswith("the base refused this: ")
    assert "\n" not in str(error)


def test_a_value_is_not_repeated_in_an_error(sqlite_base: Base) -> None:
    with pytest.raises(DBAPIError) as failed, writing(sqlite_base, "test", "me") as writer:
        writer.connection.execute(insert(channels).values(name=None, search_key="secret"))
    assert "secret" not in str(failed.value)


def test_an_error_that_is_no_engines_is_left_to_others() -> None:
    assert as_crm_error(ValueError("locked")) is None
    assert as_crm_error(OSError("readonly")) is None


def test_a_value_that_its_column_cannot_have_is_told_as_damage(sqlite_base: Base, crm: Run) -> None:
    path = Path(str(sqlite_base.location))
    assert crm("contact", "add", "Anna", "--birthday", "1980-01-02", "--base", path).code == 0
    with sqlite_base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.exec_driver_sql("DROP TRIGGER journal_contacts_update")
        connection.exec_driver_sql("UPDATE contacts SET birthday = '1980-31-02'")
    ran = crm("contact", "show", "1", "--base", path)
    assert (ran.code, ran.err) == (1, f"crmcli: {DAMAGED}\n")
