"""Imports killed at any moment, run out of disk, or run at once: all rows of a file are in the base then, or none."""

import os
import random
import resource
import select
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlalchemy import select as statement

from crmcli.actions.importing import Store
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.schema import contact_points, contact_rhythm, contacts, external_refs, operations, purchases
from tests.conftest import Run
from tests.forked import Process
from tests.killing import Kills, assert_sound, killed, killed_after, reopened, seconds_of, started

ROWS = 2_000
COUNTED = (contacts, contact_points, purchases, external_refs, contact_rhythm, operations)
NOTHING = (0, 0, 0, 0, 0, 0)
ALL = (ROWS, ROWS, ROWS, ROWS, ROWS, 1)

Importing = Callable[[int], Process]


@pytest.fixture
def importing(base: Base, tmp_path: Path) -> Importing:
    """Starts an import of the file of that number: its customers and orders are in no other."""

    def start(number: int) -> Process:
        path = tmp_path / f"{number}.csv"
        rows = (
            f"{row % 28 + 1:02}.03.2026;Клиент {number}-{row};+7 916 {number:03} {row:04};{number}-{row};{row},50\n"
            for row in range(ROWS)
        )
        path.write_text("Дата;Клиент;Телефон;Номер заказа;Сумма\n" + "".join(rows), encoding="utf-8")
        return started(base, "import", path, "--yes")

    return start


def counts(base: Base) -> tuple[int, ...]:
    """Rows of each table, seen as the next command sees them."""
    with reading(reopened(base)) as connection:
        return tuple(connection.scalar(statement(func.count()).select_from(table)) or 0 for table in COUNTED)


def added(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(more - less for less, more in zip(before, after, strict=True))


def child_of(process: Process) -> int | None:
    """The process that reads the file; None once it has ended."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0]) if children else None


def awaited_child(process: Process) -> int:
    while process.poll() is None:
        if child := child_of(process):
            return child
    raise AssertionError(process.communicate())


def left_to_run(process: Process, seconds: float) -> bool:
    """Whether it is still there after that time."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return True
    return False


@killed(3, 200)
def test_an_import_killed_at_any_moment_stores_all_or_nothing(base: Base, importing: Importing, kills: Kills) -> None:
    whole = seconds_of(importing(0))
    before = counts(base)
    assert before == ALL
    for number, moment in enumerate(kills.moments(whole), 1):
        acknowledged = killed_after(importing(number), moment)
        after = counts(base)
        assert added(before, after) in ({ALL} if acknowledged else {NOTHING, ALL}), moment
        assert_sound(base)
        before = after
    seconds_of(importing(kills.count))
    whole_again = counts(base)
    assert added(before, whole_again) in {NOTHING, ALL}
    seconds_of(importing(kills.count))
    assert counts(base) == whole_again
    assert_sound(base)


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kills", [2, pytest.param(50, marks=pytest.mark.long)])
def test_an_import_whose_reading_is_killed_stores_all_or_nothing(base: Base, importing: Importing, kills: int) -> None:
    chance = random.Random(kills)
    before = counts(base)
    for number in range(kills):
        process = importing(number)
        child = awaited_child(process)
        left_to_run(process, chance.uniform(0, 0.5))
        if child_of(process) == child:
            os.kill(child, signal.SIGKILL)
        _, said = process.communicate()
        after = counts(base)
        if process.returncode == 0:
            assert added(before, after) == ALL
        else:
            assert (process.returncode, said.count("\n"), after) == (1, 1, before), said
        before = after
    assert_sound(base)


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
def test_the_process_that_reads_ends_with_the_one_that_is_killed(base: Base, importing: Importing) -> None:
    process = importing(1)
    child = os.pidfd_open(awaited_child(process))
    process.kill()
    assert select.select([child], [], [], 20)[0] == [child]
    os.close(child)
    process.communicate()
    assert counts(base) in {NOTHING, ALL}


@pytest.mark.parametrize("base", ["sqlite"], indirect=True)
@pytest.mark.parametrize("room", [500_000, 900_000])
def test_a_full_disk_stores_nothing_and_says_so(base: Base, importing: Importing, room: int) -> None:
    before, bytes_before = counts(base), Path(str(base.location)).read_bytes()
    process = importing(1)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
    _, said = process.communicate()
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert "nothing was stored" in said
    assert counts(base) == before
    assert Path(str(base.location)).read_bytes() == bytes_before
    seconds_of(importing(1))
    assert counts(base) == ALL
    assert_sound(base)


def test_too_little_memory_stores_nothing_and_says_so(
    base: Base, crm: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(store: Store) -> None:
        assert store.report.sheets["people"].created == 1
        raise MemoryError

    (tmp_path / "people.csv").write_text("Имя;Телефон\nАнна;89160000001\n", encoding="utf-8")
    monkeypatch.setattr(Store, "finish", fail)
    ran = crm("import", tmp_path / "people.csv", "--yes")
    assert (ran.code, ran.out, counts(base)) == (1, "", NOTHING)
    assert ran.err == "crmcli: there is not enough memory for this; nothing was changed\n"


def test_imports_at_once_of_one_file_and_of_another_store_each_row_once(base: Base, importing: Importing) -> None:
    processes = [importing(number) for number in (1, 2)]
    processes.append(importing(2))
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 3
    assert counts(base) == tuple(2 * count for count in ALL)
    assert_sound(base)
