"""Whether what is kept twice agrees: rollups with events, the journal with the rows, counters with ids."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, and_, exists, func, inspect, or_, select, union

from crmcli.base.checks.finding import MEND, RESTORE, Finding, fail, more, ok, warn
from crmcli.base.counters import last_ids
from crmcli.base.rollup import MADE_OF_ROWS
from crmcli.base.search import could_have_trigrams, wrong_count
from crmcli.schema import JOURNALED, changes, contact_rhythm, current_operation, operations, stages
from crmcli.schema.journal import UNDO, UPGRADE
from crmcli.schema.rhythm import rhythm_of
from crmcli.schema.search import contact_search


def rollups(connection: Connection) -> Finding:
    """Whether what is kept ready is what a rebuild gives."""
    if count := _differing(connection, contact_rhythm, rhythm_of(), ["contact_id"]):
        return fail(f"contacts whose rollup differs from a rebuild: {count}", MEND)
    for table, rows in MADE_OF_ROWS.items():
        columns = [column.name for column in rows.selected_columns]
        if count := _differing(connection, table, rows, columns):
            return fail(f"rows of {table.name} that differ from a rebuild: {count}", MEND)
    return ok("as a rebuild gives them")


def search(connection: Connection) -> Finding:
    """Whether each contact is found by the name, phones and e-mails it has."""
    if not inspect(connection).has_table(contact_search.name):
        return fail("what contacts are searched by is gone", MEND)
    if count := wrong_count(connection):
        return fail(f"contacts that cannot be found by what they have now: {count}", MEND)
    if could_have_trigrams(connection):
        return warn("every name is read for a part of one, though the server has pg_trgm", MEND)
    return ok("each contact is found by what it has")


def journal(connection: Connection) -> Finding:
    """Whether the journal tells how every row came to be, and of no other row."""
    wrong = [*_operation_errors(connection)]
    wrong += [told for table in JOURNALED for told in _journal_errors(connection, table)]
    if wrong:
        return fail(f"{wrong[0]}{more(wrong)}", RESTORE)
    return ok(
        f"{connection.execute(select(func.count()).select_from(changes)).scalar_one()} changes agree with the rows"
    )


def ids(connection: Connection) -> Finding:
    """Whether no id that was ever given can be given again."""
    counters = last_ids(connection)
    journaled = select(changes.c.table_name, func.max(changes.c.row_id)).group_by(changes.c.table_name)
    given = {row[0]: row[1] for row in connection.execute(journaled)}
    behind = []
    for table in (*JOURNALED, operations, changes):
        last = connection.execute(select(func.max(table.c.id))).scalar() or 0
        if max(last, given.get(table.name) or 0) > (counters.get(table.name, 0)):
            behind.append(table.name)
    if behind:
        return fail(f"the next ids of {', '.join(behind)} were given before", RESTORE)
    return ok("no id is given twice")


def open_operation(connection: Connection) -> Finding:
    """Whether no operation was left open, in whose name anybody could write."""
    if connection.dialect.name == "sqlite" and connection.execute(select(current_operation)).first():
        return fail("an operation was left open: other programs' writes would be taken for its own", MEND)
    return ok("no operation was left open")


CHECKS = (rollups, search, journal, ids, open_operation)


def _differing(connection: Connection, table: Table, rows: Any, told: list[str]) -> int:
    """How many rows, told apart by these columns, one of both has and the other has not."""
    made_anew = rows.cte("made_anew").prefix_with("MATERIALIZED")  # else made for every row
    names = [column.name for column in rows.selected_columns]
    rebuilt, kept = (select(*(one.c[name] for name in names)) for one in (made_anew, table))
    either = [one.except_(other).subquery() for one, other in ((rebuilt, kept), (kept, rebuilt))]
    differing = union(*(select(*(side.c[name] for name in told)) for side in either)).subquery()
    return int(connection.execute(select(func.count()).select_from(differing)).scalar_one())


def _operation_errors(connection: Connection) -> Iterator[str]:
    """What operations say that cannot be: one that changed nothing is not kept; an undo comes later, and is one."""
    o, undoing = operations.c, operations.alias("undoing")
    empty = ~exists().where(changes.c.operation_id == o.id) & (o.command != UPGRADE)
    taken_back = exists().where(undoing.c.id == o.undone_by, undoing.c.id > o.id, undoing.c.command == UNDO)
    for wrong, told in (
        (empty, "without any change"),
        (o.undone_by.is_not(None) & ~taken_back, "taken back by what is no undo"),
    ):
        if count := connection.execute(select(func.count()).select_from(operations).where(wrong)).scalar_one():
            yield f"operations: {count} {told}"


def _journal_errors(connection: Connection, table: Table) -> Iterator[str]:
    for count, told in (
        (connection.execute(_untold(table)).scalar_one(), "without the journal"),
        (connection.execute(_misled(table)).scalar_one(), "not as the last change says"),
    ):
        if count:
            yield f"{table.name}: {count} {told}"


def _untold(table: Table) -> Any:
    """How many rows have no insert in the journal. A new base's stages are older than the journal."""
    told = and_(changes.c.table_name == table.name, changes.c.action == "insert")
    lost = select(func.count()).select_from(table).where(~exists().where(told, changes.c.row_id == table.c.id))
    if table is stages:
        first = select(func.min(changes.c.row_id)).where(told).scalar_subquery()
        lost = lost.where(table.c.id > first)
    return lost


def _misled(table: Table) -> Any:
    """How many rows are gone though not deleted last, or are there though deleted last."""
    last = (
        select(func.max(changes.c.id).label("id")).where(changes.c.table_name == table.name).group_by(changes.c.row_id)
    ).subquery()
    joined = last.join(changes, changes.c.id == last.c.id).outerjoin(table, table.c.id == changes.c.row_id)
    deleted = changes.c.action == "delete"
    wrong = or_(and_(table.c.id.is_(None), ~deleted), and_(table.c.id.is_not(None), deleted))
    return select(func.count()).select_from(joined).where(wrong)
