"""One operation of a test on its base, and what the base holds then."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Table, select

from crmcli.base.opening import Base
from crmcli.base.rollup import MADE_OF_ROWS
from crmcli.base.writing import Writer, reading, writing
from crmcli.schema import METADATA

Snapshot = dict[str, list[tuple[Any, ...]]]
_BOOKS = {"operations", "changes", "current_operation"}


@pytest.fixture
def writer(base: Base) -> Iterator[Writer]:
    """An open operation on each engine in turn; a test that needs what is stored at the end makes its own."""
    with writing(base, "test", "tester") as opened:
        yield opened


@pytest.fixture
def snapshot(base: Base) -> Callable[[], Snapshot]:
    """All that the base holds but its own books: table -> rows. Sums without their ids, which say when a row came."""

    def take() -> Snapshot:
        tables = [table for table in METADATA.sorted_tables if table.name not in _BOOKS]
        with reading(base) as connection:
            return {t.name: sorted(map(tuple, connection.execute(select(*_telling(t)))), key=repr) for t in tables}

    return take


def _telling(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if table not in MADE_OF_ROWS or not column.primary_key]
