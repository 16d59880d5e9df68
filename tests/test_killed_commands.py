"""Commands killed at any moment: what was acknowledged is there, what was not is there whole or not at all."""

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.schema import contacts, operations, touches
from tests.base import processes
from tests.builders import add_contact, building
from tests.conftest import Run, location_text
from tests.forked import Process
from tests.held import held
from tests.killing import Kills, assert_sound, data_of, killed, killed_after, reopened, seconds_of, started

pytestmark = pytest.mark.usefixtures("postgres_programs")

ROWS = 3_000
TOUCHING = """
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from itertools import count
from crmcli import app
location, name = words
def add(number):
    with redirect_stdout(TextIOWrapper(BytesIO(), "utf-8")):
        assert app.main(["touch", "add", "1", "call", "--text", f"{name}-{number}", "--base", location]) == 0
add(0)  # all modules are there then
start()
for number in count(1):
    add(number)
    print(f"{name}-{number}", flush=True)
"""
SECONDS = 1.5
"""How long touches are added at most: some dozens of them."""


def last_operation(base: Base) -> int:
    with reading(base) as connection:
        return int(connection.execute(select(func.max(operations.c.id))).scalar_one())


def texts(base: Base) -> list[str]:
    """What the touches say, in the order of their ids."""
    with reading(reopened(base)) as connection:
        return [str(text) for text in connection.execute(select(touches.c.text).order_by(touches.c.id)).scalars()]


@killed(3, 50)
def test_an_undo_killed_at_any_moment_takes_back_all_or_nothing(
    base: Base, kills: Kills, crm: Run, tmp_path: Path
) -> None:
    rows = "".join(f"{row % 28 + 1:02}.03.2026;C{row};+7 916 001 {row:04};{row},50\n" for row in range(ROWS))
    (tmp_path / "sheet.csv").write_text(f"Дата;Клиент;Телефон;Сумма\n{rows}", encoding="utf-8")
    assert crm("import", tmp_path / "sheet.csv", "--yes").code == 0
    other, last = data_of(base), last_operation(base)
    whole = seconds_of(started(base, "undo", last, "--yes"))
    present, last = data_of(base), last_operation(base)
    for moment in kills.moments(whole):  # each takes back what the one before did, as long as that was stored
        acknowledged = killed_after(started(base, "undo", last, "--yes"), moment)
        before, found, now = last, data_of(base), last_operation(base)
        if now != last:
            present, other, last = other, present, now
        assert found == present, moment
        assert last > before or not acknowledged, moment
        assert_sound(base)
    seconds_of(started(base, "undo", last, "--yes"))
    assert data_of(base) == other
    assert_sound(base)


@killed(2, 50)
def test_a_purge_killed_at_any_moment_leaves_the_contact_or_is_finished_by_the_next(
    base: Base, kills: Kills, crm: Run
) -> None:
    ids = [person(crm, number) for number in range(kills.count + 1)]
    whole = seconds_of(purging(base, ids[0], 0))
    for number, moment in enumerate(kills.moments(whole), 1):
        before = data_of(base)
        acknowledged = killed_after(purging(base, ids[number], number), moment)
        after = data_of(base)
        assert after != before or not acknowledged
        assert name_of(base, ids[number]) == (f"Erased {ids[number]}" if after != before else f"Secret-{number}-name")
        seconds_of(purging(base, ids[number], number))
        assert held(base, told_of(number)) == set(), moment
        assert_sound(base)


def told_of(number: int) -> tuple[str, ...]:
    """What only the base knows of that person."""
    return *(f"Secret-{number}-{what}" for what in ("name", "former", "note", "text")), f"79160002{number:03}"


def person(crm: Run, number: int) -> int:
    """A contact of whom rows, images and summaries tell; the id."""
    name, former, note, said, phone = told_of(number)
    for words in (
        ("contact", "add", former, "--phone", f"+{phone}", "--note", note, "--force"),
        ("contact", "edit", former, "--name", name),
        ("touch", "add", name, "call", "--text", said),
    ):
        ran = crm(*words)
        assert ran.code == 0, ran.err
    return number + 1


def purging(base: Base, contact_id: int, number: int) -> Process:
    return started(base, "contact", "purge", contact_id, "--confirm", told_of(number)[0])


def name_of(base: Base, contact_id: int) -> str:
    with reading(base) as connection:
        return str(connection.execute(select(contacts.c.name).where(contacts.c.id == contact_id)).scalar_one())


@killed(2, 100)
def test_every_touch_that_was_acknowledged_before_a_kill_is_there(base: Base, kills: Kills) -> None:
    with building(base) as writer:
        add_contact(writer)
    whole: list[str] = []
    for number, moment in enumerate(kills.moments(SECONDS)):
        process = processes.started(TOUCHING, location_text(base), number)
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        process.kill()
        said, _ = process.communicate()
        acknowledged = [f"{number}-0", *said.splitlines()]
        mine = [f"{number}-{touch}" for touch in range(len(acknowledged) + 1)]
        found = texts(base)
        assert acknowledged == mine[:-1]
        assert found in (whole + mine[:-1], whole + mine), moment
        whole = found
        assert_sound(base)
    assert len(whole) > kills.count
