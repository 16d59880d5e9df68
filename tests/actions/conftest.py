"""One operation of a test on its base, and what the base holds then."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from crmcli.base.opening import Base
from crmcli.base.writing import Writer, reading, writing
from crmcli.schema import METADATA

Table = list[tuple[Any, ...]]
Snapshot = dict[str, Table]
_BOOKS = {"operations", "changes", "current_operation"}


@pytest.fixture
def writer(base: Base) -> Iterator[Writer]:
    """An open operation on each engine in turn; a test that needs what is stored at the end makes its own."""
    with writing(base, "test", "tester") as opened:
        yield opened


@pytest.fixture
def snapshot(base: Base) -> Callable[[], Snapshot]:
    """All that the base holds but its own books: table -> rows."""

    def take() -> Snapshot:
        tables = [table for table in METADATA.sorted_tables if table.name not in _BOOKS]
        with reading(base) as connection:
            return {t.name: sorted(map(tuple, connection.execute(t.select())), key=repr) for t in tables}

    return take
