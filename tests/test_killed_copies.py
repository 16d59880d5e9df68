"""A copy killed at any moment is no base, or a whole one; the same command finishes it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from crmcli.base.location import Location, SqliteLocation
from crmcli.base.opening import Base, open_base
from crmcli.base.postgres import postgres_engine
from crmcli.base.unfinished import UNFINISHED
from crmcli.errors import CrmError
from tests.conftest import Run, place_text
from tests.forked import Process
from tests.killing import (
    Kills,
    assert_sound,
    await_server,
    digest_of,
    killed,
    killed_after,
    seconds_of,
    started,
)

ROWS = 6_000
across = pytest.mark.parametrize(
    ("base", "target"), [("sqlite", "to_postgres"), ("postgres", "to_sqlite")], indirect=True
)


@across
@killed(6, 100)
def test_a_copy_killed_at_any_moment_is_finished_by_those_after_it(
    base: Base, target: Location, kills: Kills, crm: Run, tmp_path: Path
) -> None:
    rows = "".join(f"{row % 28 + 1:02}.03.2026;C{row};+7 916 001 {row:04};{row},50\n" for row in range(ROWS))
    (tmp_path / "sheet.csv").write_text(f"Дата;Клиент;Телефон;Сумма\n{rows}", encoding="utf-8")
    assert crm("import", tmp_path / "sheet.csv", "--yes").code == 0
    digest = digest_of(base)
    whole = seconds_of(copying(base, target))
    clear(target)
    for moment in kills.moments(whole):
        acknowledged = killed_after(copying(base, target), moment)
        found = digest_at(base, target)
        assert found == digest or (found is None and not acknowledged), moment
        if found:
            clear(target)
    seconds_of(copying(base, target))
    assert digest_at(base, target) == digest
    assert_sound(opened(target))
    assert digest_of(base) == digest


def copying(base: Base, target: Location) -> Process:
    return started(base, "base", "copy", place_text(base.location), place_text(target))


def digest_at(base: Base, target: Location) -> str | None:
    """What the next command finds in the copy; None where it takes it for no base."""
    await_server(base)
    try:
        found = open_base(target)
    except CrmError as refused:
        return None if str(refused) == UNFINISHED else str(refused)
    return digest_of(found) if found else None


def opened(target: Location) -> Base:
    found = open_base(target)
    assert found
    return found


def clear(target: Location) -> None:
    """Takes the copy away."""
    if isinstance(target, SqliteLocation):
        target.path.unlink()
        return
    with postgres_engine(target).connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text(f"DROP SCHEMA {target.schema} CASCADE"))
