"""Copying a base from one place to another, between engines, too: all that it keeps, row for row.

The copy is no base until it has been compared with the original. Whatever is there of it already is not sent again: the
rows of a table go in the order of their keys, so that the last one there tells where to go on.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from shlex import quote

from sqlalchemy import Connection, Engine, Table, func, select

from crmcli.base.counters import last_ids, set_last_ids
from crmcli.base.digest import EVERYTHING
from crmcli.base.lines import Block, lines_of, store_lines
from crmcli.base.loading import INDEXES, make_index, make_whole
from crmcli.base.location import Location, PostgresLocation
from crmcli.base.mark import base_mark
from crmcli.base.migrating import HEAD, is_older, revision_of
from crmcli.base.opening import has_content
from crmcli.base.place import keep_as_base, place_for
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import sqlite_engine
from crmcli.base.unfinished import set_version
from crmcli.errors import CrmError
from crmcli.schema import changes, operations

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Tells what is done, and of how many; called with every some done."""

BLOCKS = 20
"""Of so many blocks of lines all are stored or none: what a kill may cost."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows of each table of the copy, and how many of all were there from an attempt before."""

    counts: dict[str, int]
    kept_count: int


class _Sum:
    """Rows of a table, and a digest of them."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        self.count, self._digest, self._advance = 0, sha256(), advance

    def add(self, block: Block) -> bytes:
        """The lines of the block, once they are added."""
        lines, count = block
        self._digest.update(lines)
        self.count += count
        self._advance(count)
        return lines

    @property
    def told(self) -> tuple[int, str]:
        """What is the same for the same rows."""
        return self.count, self._digest.hexdigest()


def copy(source: Location, target: Location, progress: Progress) -> Copied:
    """Copies the base at `source`, which stays as it is, to `target`, where nothing is or an unfinished copy of it.

    CrmError where there is no base, an older one, or one at `target`; Busy where others keep it locked.
    """
    with _original(source) as reading, place_for(target, _state(reading)) as writing:
        counts = {table.name: _count(reading, table) for table in EVERYTHING}
        kept = _count_all(writing)
        with progress("Copying", sum(counts.values())) as advance:
            sent = {table: _sent(reading, writing, table, _Sum(advance)) for table in EVERYTHING}
        with progress("Comparing", sum(counts.values())) as advance:
            for table, expected in sent.items():
                _compare(writing, table, expected, _Sum(advance))
        with progress("Making indexes", len(INDEXES)) as advance:
            _index(writing, advance)
        _make_base(writing, last_ids(reading))
    return Copied(counts, kept)


@contextmanager
def _original(location: Location) -> Iterator[Connection]:
    """A connection that sees one state of the base, and leaves its files as they are."""
    engine = _engine(location)
    if engine is None:
        raise CrmError(f"there is no base at {location}")
    with engine.connect() as connection, connection.begin():
        revision = revision_of(connection)
        if revision is None:
            raise CrmError(f"there is no base at {location}")
        if is_older(revision):
            named = "URL" if isinstance(location, PostgresLocation) else quote(str(location))
            raise CrmError(
                f"{location} was made by an older crmcli (revision {revision}); crmcli config list --base {named} "
                "upgrades it. Nothing was copied"
            )
        yield connection


def _engine(location: Location) -> Engine | None:
    if isinstance(location, PostgresLocation):
        return postgres_engine(location)
    return sqlite_engine(location.path, leave_log=True) if has_content(location.path) else None


def _state(connection: Connection) -> str:
    """24 hexadecimal digits that are others once an operation has changed the base, or the program its tables."""
    last = connection.execute(select(operations).order_by(operations.c.id.desc()).limit(1)).first()
    change = connection.execute(select(func.max(changes.c.id))).scalar()
    told = (HEAD, base_mark(connection), tuple(last or ()), change)
    return sha256(repr(told).encode()).hexdigest()[:24]


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _count_all(connection: Connection) -> int:
    with connection.begin():
        return sum(_count(connection, table) for table in EVERYTHING)


def _sent(reading: Connection, writing: Connection, table: Table, known: _Sum) -> tuple[int, str]:
    """Sends the rows of a table that are not there yet; what the table is to hold then."""
    with writing.begin():
        last = writing.execute(select(func.max(*table.primary_key.columns))).scalar() or 0
    with closing(lines_of(reading, table, until=last)) as blocks:
        for block in blocks:
            known.add(block)
    with closing(lines_of(reading, table, after=last)) as blocks:
        while some := list(islice(blocks, BLOCKS)):
            with writing.begin():
                store_lines(writing, table, map(known.add, some))
    return known.told


def _compare(connection: Connection, table: Table, expected: tuple[int, str], found: _Sum) -> None:
    with connection.begin(), closing(lines_of(connection, table)) as blocks:
        for block in blocks:
            found.add(block)
    if found.told != expected:
        raise CrmError(
            f"the {table.name} of the copy are not those of the base ({found.count} of {expected[0]}): "
            "nothing was kept of it. crmcli doctor says whether the base is sound"
        )


def _index(connection: Connection, advance: Callable[[int], None]) -> None:
    for index in INDEXES:
        with connection.begin():
            make_index(connection, index)
        advance(1)


def _make_base(connection: Connection, last: Mapping[str, int]) -> None:
    """Makes a base of a copy that holds every row: from now on every command works with it."""
    keep_as_base(connection)
    with connection.begin():
        make_whole(connection)
        set_last_ids(connection, last)
        set_version(connection, HEAD)
