"""Commands killed while they make a base, or upgrade an older one: that is done whole, or not at all."""

from typing import Any

import pytest
from sqlalchemy import select

from crmcli.base.backup import backup_folder, backups_in, verify
from crmcli.base.checks import examined
from crmcli.base.creating import PARTS
from crmcli.base.location import SqliteLocation
from crmcli.base.migrating import HEAD, revision_of
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.schema import contacts
from tests.forked import Process
from tests.killing import Kills, await_server, killed, killed_after, seconds_of, started
from tests.migrations.older import clear, content, make_older, revisions

BUILT = {"integrity", "revision", "tables", "triggers", "foreign_keys"}
"""What doctor calls that an upgrade has a part in."""

pytestmark = pytest.mark.usefixtures("postgres_programs")


def adding(base: Base) -> Process:
    """A command that needs a base of this revision, and stores something in it."""
    return started(base, "contact", "add", "Boris")


def found_revision(base: Base) -> str | None:
    await_server(base)
    if isinstance(base.location, SqliteLocation) and not base.location.path.exists():
        return None
    with base.engine.connect() as connection:
        return revision_of(connection)


def names(base: Base) -> list[str]:
    with reading(base) as connection:
        return list(connection.execute(select(contacts.c.name).order_by(contacts.c.id)).scalars())


def failing(base: Base) -> set[str]:
    """The checks of doctor that fail."""
    return {name for name, one in examined(base.location) if one.state == "fail"}


def kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> Any:
    """The rows of before that are there after, too."""
    return {name: [row for row in rows if row in after[name]] for name, rows in before.items()}


@killed(2, 100)
def test_a_first_command_killed_at_any_moment_leaves_a_whole_base_or_none(base: Base, kills: Kills) -> None:
    clear(base)
    whole = seconds_of(adding(base))
    for moment in kills.moments(whole):
        clear(base)
        acknowledged = killed_after(adding(base), moment)
        revision = found_revision(base)
        assert revision in ({HEAD} if acknowledged else {HEAD, None})
        stored = names(base) if revision else []
        assert stored in ([["Boris"]] if acknowledged else [["Boris"], []])
        if isinstance(base.location, SqliteLocation):
            assert (revision is None) == (stored == [])
        seconds_of(adding(base))
        assert names(base) == [*stored, "Boris"]
        assert failing(base) == set()
        assert_nothing_unfinished(base)


@pytest.mark.parametrize("revision", revisions()[:-1])
@killed(2, 100)
def test_an_upgrade_killed_at_any_moment_is_whole_or_not_begun(base: Base, revision: str, kills: Kills) -> None:
    make_older(base, revision)
    before = content(base)
    whole = seconds_of(adding(base))
    flaws = failing(base)  # the journal, to which the older rows are unknown
    assert flaws.isdisjoint(BUILT)
    for moment in kills.moments(whole):
        make_older(base, revision)
        acknowledged = killed_after(adding(base), moment)
        now, after = found_revision(base), content(base)
        assert now in ({HEAD} if acknowledged else {HEAD, revision})
        assert kept(before, after) == before
        assert len(after["contacts"]) in ({2} if acknowledged else {1, 2})
        if now == revision:
            assert after == before
        seconds_of(adding(base))
        assert kept(before, content(base)) == before
        assert len(names(base)) == len(after["contacts"]) + 1
        assert failing(base) == flaws
        assert_nothing_unfinished(base)


def assert_nothing_unfinished(base: Base) -> None:
    """What killed commands left is swept by the next; what bears the name of a backup is one."""
    folder = backup_folder(base.location)
    backups, unreadable = backups_in(folder)
    assert unreadable == {}
    assert [verify(one.path) for one in backups[-1:]] == backups[-1:]
    if isinstance(base.location, SqliteLocation):
        left = [*base.location.path.parent.glob(PARTS), *folder.glob(".*.part*")]
        assert left == []
