"""Many processes that add touches to one base at the same time: each touch is stored, once."""

import pytest
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.schema import operations, touches
from tests.base.processes import in_processes
from tests.builders import add_contact, building
from tests.conftest import location_text
from tests.killing import assert_sound

TOUCHING = """
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from crmcli import app
location, name, count = words
def add(number):
    with redirect_stdout(TextIOWrapper(BytesIO(), "utf-8")):
        return app.main(["touch", "add", str(number % 4 + 1), "call", "--text", f"{name}-{number}", "--base", location])
start()
print(*(add(number) for number in range(int(count))))
"""


@pytest.mark.parametrize(("many", "touched"), [(6, 10), pytest.param(16, 100, marks=pytest.mark.long)])
def test_touches_of_many_processes_at_once_are_all_stored_once(base: Base, many: int, touched: int) -> None:
    with building(base) as writer:
        for name in ("Anna", "Boris", "Vera", "Gleb"):
            add_contact(writer, name)
    told = in_processes(TOUCHING, [[location_text(base), number, touched] for number in range(many)], seconds=900)
    assert [line.split() for line in told] == [["0"] * touched] * many
    with reading(base) as connection:
        found = sorted(connection.execute(select(touches.c.text)).scalars())
        count = len(connection.execute(select(operations.c.id)).all())
    assert found == sorted(f"{number}-{touch}" for number in range(many) for touch in range(touched))
    assert count == 1 + many * touched
    assert_sound(base)
