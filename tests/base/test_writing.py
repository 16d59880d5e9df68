"""The one way to write, alone and with others at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from crmcli.actions.employee import hand_over
from crmcli.base import patience
from crmcli.base.bulk import defer_references
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_or_create
from crmcli.base.writing import reading, writing
from crmcli.schema import (
    changes,
    channels,
    contact_rhythm,
    contacts,
    current_operation,
    employees,
    operations,
    purchases,
    settings,
)
from tests.base.processes import in_processes, started
from tests.base.rows import add_contact, content, count, rebuilt_rhythm, rhythm
from tests.conftest import Run, location_text

EVERYTHING = (operations, changes, contacts, contact_rhythm, purchases, channels)


def open_operations(base: Base) -> int:
    """How many operations are said to be under way."""
    return count(base, current_operation) if base.engine.dialect.name == "sqlite" else 0


def test_an_operation_says_who_did_what_when_and_with_which_command(base: Base) -> None:
    with writing(base, "contact add", "Анна") as writer:
        add_contact(writer)
        writer.summary = "added Anna"
    with reading(base) as connection:
        row = connection.execute(select(operations)).one()
    assert (row.id, row.actor, row.command) == (writer.operation_id, "Анна", "contact add")
    assert (row.summary, row.at, row.undone_by) == ("added Anna", writer.now, None)
    assert writer.kept
    assert open_operations(base) == 0


def test_nothing_is_stored_when_the_body_raises(base: Base) -> None:
    def stop_within() -> None:
        with writing(base, "test", "me") as writer:
            add_contact(writer)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop_within()
    assert all(rows == [] for rows in content(base, EVERYTHING).values())
    assert open_operations(base) == 0


def test_nothing_is_stored_when_a_reference_turns_out_broken_at_the_end(base: Base) -> None:
    def refer_to_nobody() -> None:
        with writing(base, "test", "me") as writer:
            defer_references(writer.connection)
            add_contact(writer, owner_id=99)

    with pytest.raises(IntegrityError):
        refer_to_nobody()
    assert all(rows == [] for rows in content(base, EVERYTHING).values())
    with writing(base, "test", "me") as writer:
        add_contact(writer)
    assert count(base, contacts) == 1


def test_an_operation_that_changes_nothing_leaves_no_trace(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        writer.connection.execute(update(contacts).values(name="x"))
        writer.summary = "did nothing"
    assert content(base, EVERYTHING)["operations"] == []
    assert not writer.kept
    assert open_operations(base) == 0


def test_a_dry_run_sees_what_it_did_and_keeps_nothing(base: Base) -> None:
    with writing(base, "test", "me", keep=False) as writer:
        add_contact(writer)
        assert writer.connection.execute(select(func.count()).select_from(contacts)).scalar_one() == 1
    assert all(rows == [] for rows in content(base, EVERYTHING).values())
    assert not writer.kept


def test_a_reader_sees_one_state_throughout(base: Base) -> None:
    counted = select(func.count()).select_from(contacts)
    with reading(base) as connection:
        before = connection.execute(counted).scalar_one()
        with writing(base, "test", "me") as writer:
            add_contact(writer)
        assert connection.execute(counted).scalar_one() == before == 0
    assert count(base, contacts) == 1


def test_a_writer_does_not_wait_for_readers(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    with reading(base) as connection:
        connection.execute(select(contacts)).all()
        with writing(base, "test", "me") as writer:
            add_contact(writer)
    assert count(base, contacts) == 1


def test_a_reader_does_not_wait_for_a_writer(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    with writing(base, "test", "me") as writer:
        add_contact(writer)
        assert count(base, contacts) == 0


def test_a_file_that_another_writes_to_for_too_long_is_busy(
    sqlite_base: Base, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.01)
    with writing(sqlite_base, "test", "me") as writer:
        add_contact(writer)
        ran = program("contact", "add", "Boris", "--base", sqlite_base.location)
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == "crmcli: the base is busy: another command is writing to it. Try again in a moment\n"
    assert program("contact", "add", "Boris", "--base", sqlite_base.location).code == 0


def test_a_contact_that_another_holds_for_too_long_is_busy(
    postgres_base: Base, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.01)
    url = location_text(postgres_base)
    assert program("contact", "add", "Anna", "--base", url).code == 0
    with writing(postgres_base, "test", "me") as writer:
        writer.connection.execute(update(contacts).values(city="Омск"))
        ran = program("purchase", "add", 1, 100, "--base", url)
    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("crmcli: the base is busy")


def test_a_writer_waits_for_one_who_is_quick(base: Base) -> None:
    with ThreadPoolExecutor(1) as threads:
        with writing(base, "test", "me") as writer:
            writer.connection.execute(insert(settings).values(key="a", value="1"))
            waiting = threads.submit(_set, base, "b")
        waiting.result(30)
    assert count(base, settings) == 2


def test_eight_processes_that_sell_to_one_contact_at_once_all_succeed(base: Base, program: Run) -> None:
    url = location_text(base)
    assert program("contact", "add", "Anna", "--base", url).code == 0
    in_processes(
        """
        from crmcli import app
        start()
        for day in words[2:]:
            code = app.main(["purchase", "add", "1", words[1], "--on", day, "--base", words[0]])
            assert code == 0, code
        """,
        [[url, 100 + number, f"2026-01-{number + 1:02}", f"2026-02-{number + 1:02}"] for number in range(8)],
    )
    assert count(base, purchases) == 16
    [row] = rhythm(base)
    assert row[1:3] == (16, 16)
    assert row[5] == 2 * sum(100_00 + 100 * number for number in range(8))
    assert [row] == rebuilt_rhythm(base)
    assert open_operations(base) == 0


def test_two_runs_of_the_program_that_sell_to_one_contact_at_once_both_succeed(base: Base, program: Run) -> None:
    url = location_text(base)
    assert program("contact", "add", "Anna", "--base", url).code == 0
    run = "import os; start(); os.execv(sys.executable, [sys.executable, '-m', 'crmcli', *words])"
    day = "2026-01-01"
    said = in_processes(run, [["purchase", "add", "1", amount, "--on", day, "--base", url] for amount in (5, 7)])
    assert all("Recorded sale" in out for out in said)
    assert [row[1:3] for row in rhythm(base)] == [(1, 2)]
    assert rhythm(base) == rebuilt_rhythm(base)


def test_handovers_both_ways_at_once_wait_for_each_other(postgres_base: Base) -> None:
    with writing(postgres_base, "test", "me") as writer:
        people = [{"id": number, "name": f"E{number}", "search_key": f"e{number}"} for number in (1, 2)]
        writer.connection.execute(insert(employees), people)
        for number in range(40):
            add_contact(writer, f"C{number}", owner_id=number % 2 + 1)
        writer.connection.execute(
            update(contacts).where(contacts.c.id <= 10).values(city="x")
        )  # moved within the table
    together = Barrier(4)

    def hand(from_id: int, to_id: int) -> None:
        for _ in range(5):
            together.wait(30)
            with writing(postgres_base, "employee handover", "me") as one:
                hand_over(one, from_id, to_id)

    _at_once([(hand, 1, 2), (hand, 2, 1), (hand, 1, 2), (hand, 2, 1)])
    assert count(postgres_base, contacts) == 40


def test_two_runs_of_the_program_that_import_one_file_at_once_store_it_once(
    base: Base, program: Run, tmp_path: Path
) -> None:
    sheet, url = tmp_path / "customers.csv", location_text(base)
    sheet.write_text("name;phone;channel\n" + "".join(f"Customer {n};+7912{n:07};Site\n" for n in range(50)), "utf-8")
    run = "import os; start(); os.execv(sys.executable, [sys.executable, '-m', 'crmcli', *words])"
    in_processes(run, [["import", sheet, "--yes", "--base", url]] * 2)
    assert (count(base, contacts), count(base, channels)) == (50, 1)


def test_the_writers_of_a_base_follow_one_another(postgres_base: Base) -> None:
    """What the second one is about to add, the first may have added meanwhile."""
    together = Barrier(3)

    def add_unless_there() -> None:
        together.wait(30)
        with writing(postgres_base, "import", "me") as one:
            if not one.connection.execute(select(channels.c.id)).first():
                one.connection.execute(insert(channels).values(name="Site", search_key="site"))

    _at_once([(add_unless_there,)] * 3)
    assert count(postgres_base, channels) == 1


def test_a_process_killed_in_the_middle_of_an_import_leaves_the_base_as_it_was(base: Base) -> None:
    program = """
    from crmcli.base.bulk import insert_rows
    from crmcli.base.location import read_location
    from crmcli.base.opening import open_or_create
    from crmcli.base.writing import writing
    from crmcli.schema import channels
    with writing(open_or_create(read_location(words[0])), "import", "me") as writer:
        rows = ((f"c{n}" * 99, f"c{n}") for n in range(20_000))
        insert_rows(writer.connection, channels, ("name", "search_key"), rows)
        start()
    """
    process = started(program, location_text(base))
    process.kill()
    process.communicate(timeout=30)
    assert count(base, channels) == count(base, operations) == count(base, changes) == open_operations(base) == 0
    _set(base, "a")
    assert count(base, settings) == 1
    if base.engine.dialect.name == "sqlite":
        with base.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def test_a_process_killed_while_it_makes_the_base_leaves_none(tmp_path: Path, program: Run) -> None:
    making = """
    from crmcli.base import migrating
    from crmcli.base.location import read_location
    from crmcli.base.opening import open_or_create
    migrating.create_triggers = lambda connection: start()
    open_or_create(read_location(words[0]))
    """
    path = tmp_path / "new.db"
    process = started(making, path)
    process.kill()
    process.communicate(timeout=30)
    assert not path.exists()
    assert "there is no base" in program("contact", "list", "--base", path).err
    assert program("contact", "add", "Anna", "--base", path).code == 0


def test_the_rollup_sees_what_another_writer_stored_while_this_one_waited(postgres_base: Base) -> None:
    with writing(postgres_base, "test", "me") as writer:
        anna = add_contact(writer)
    together = Barrier(2)

    def sell(day: int) -> None:
        together.wait(30)
        with writing(postgres_base, "purchase add", "me") as one:
            row = {"contact_id": anna, "purchased_on": date(2026, 1, day), "kind": "sale", "amount": 100}
            one.connection.execute(insert(purchases).values(row))

    _at_once([(sell, 1), (sell, 2)])
    assert rhythm(postgres_base) == rebuilt_rhythm(postgres_base)
    assert rhythm(postgres_base)[0][1] == 2


def test_a_contact_that_goes_takes_its_rollup_along(base: Base) -> None:
    with writing(base, "test", "me") as writer:
        add_contact(writer)
    with writing(base, "test", "me") as writer:
        writer.connection.execute(delete(contacts))
    assert rhythm(base) == []


def _set(base: Base, key: str) -> None:
    with writing(base, "config set", "me") as writer:
        writer.connection.execute(insert(settings).values(key=key, value="1"))


def _at_once(calls: list[Any]) -> None:
    with ThreadPoolExecutor(len(calls)) as threads:
        for future in [threads.submit(*call) for call in calls]:
            future.result(60)


def test_a_base_made_by_a_writer_is_open_to_the_next(tmp_path: Path) -> None:
    location = SqliteLocation(tmp_path / "a.db")
    _set(open_or_create(location), "a")
    _set(open_or_create(location), "b")
    assert count(open_or_create(location), settings) == 2
