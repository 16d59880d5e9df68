"""Taking an operation back: its inserts, updates and deletes, as one operation of its own."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Subquery,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from crmcli.actions.setting import currency_of, has_amounts
from crmcli.base.bulk import defer_references
from crmcli.base.triggers import journaled_at_once
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import JOURNALED, changes, contacts, external_refs, operations, purchases
from crmcli.schema.functions import json_value
from crmcli.schema.journal import ERASED, PURGE, UPGRADE


def undo(writer: Writer, operation_id: int) -> None:
    """Restores every row that an operation touched to what it was before.

    CrmError where it was taken back already, is older than the last upgrade of the base, or changed what was erased
    since; where a later operation that still stands touched the same rows, where
    rows of others refer to what it added, or what it needs was removed; or where a name is taken, amounts would
    change their currency, a sale would be refunded beyond its amount, or somebody would belong to a person.
    """
    operation = writer.connection.execute(select(operations).where(operations.c.id == operation_id)).first()
    if operation is None:
        raise CrmError(f"there is no operation {operation_id}")
    if operation.undone_by is not None:
        raise CrmError(f"operation {operation_id} was taken back already, by operation {operation.undone_by}")
    _refuse_where_upgraded(writer, operation)
    _refuse_where_lost(writer, operation_id)
    _refuse_where_erased(writer, operation)
    _refuse_where_built_upon(writer, operation_id)
    currency = currency_of(writer)
    defer_references(writer.connection)
    added_to = _tables(writer, operation_id, changes.c.action == "insert")
    for table in reversed(added_to):
        writer.connection.execute(delete(table).where(table.c.id.in_(_added(table, operation_id))))
    try:
        for table in _tables(writer, operation_id, changes.c.action != "insert"):
            _refuse_where_taken(writer, table, operation_id)
            _restore(writer, table, operation_id)
    except IntegrityError:
        raise CrmError(
            f"operation {operation_id} cannot be taken back: a name that it gave up is another's now"
        ) from None
    if currency_of(writer) != currency and has_amounts(writer):
        raise CrmError(f"operation {operation_id} cannot be taken back: the base has amounts in its currency")
    if not _is_last(writer, operation_id):
        _refuse_where_referred_to(writer, added_to, operation_id)
        _refuse_where_gone(writer, operation_id)
        _refuse_where_refunded(writer, operation_id)
        _refuse_where_no_company(writer, operation_id)
    _mark(writer, operation_id)


def _is_last(writer: Writer, operation_id: int) -> bool:
    """Whether nothing was stored since: then nothing needs what it added, and it needs nothing that is gone."""
    later = select(operations.c.id).where(operations.c.id > operation_id, operations.c.id != writer.operation_id)
    return writer.connection.execute(later.limit(1)).first() is None


def _tables(writer: Writer, operation_id: int, changed: ColumnElement[bool]) -> list[Table]:
    """The tables that an operation changed in some way, parents first."""
    names = select(changes.c.table_name).where(changes.c.operation_id == operation_id, changed).distinct()
    found = set(writer.connection.execute(names).scalars())
    return [table for table in JOURNALED if table.name in found]


def _refuse_where_upgraded(writer: Writer, operation: Any) -> None:
    """What the journal kept before an upgrade may lack what tables have now."""
    latest = select(operations).where(operations.c.command == UPGRADE).order_by(operations.c.id.desc()).limit(1)
    upgrade = writer.connection.execute(latest).first()
    if upgrade is not None and operation.id <= upgrade.id:
        raise CrmError(
            f"operation {operation.id} cannot be taken back: the base was upgraded on {upgrade.at:%Y-%m-%d}, by "
            f"operation {upgrade.id}, and nothing older than that can be"
        )


def _refuse_where_lost(writer: Writer, operation_id: int) -> None:
    """An operation that changed nothing is not kept: where the journal has nothing of one, somebody took it out."""
    if writer.connection.execute(select(changes.c.id).where(changes.c.operation_id == operation_id)).first() is None:
        raise CrmError(
            f"operation {operation_id} cannot be taken back: the journal has lost what it changed; see crmcli doctor"
        )


def _refuse_where_erased(writer: Writer, operation: Any) -> None:
    """Personal data that was erased stays so: neither the erasing nor what it reached is taken back."""
    o, later = operations.c, changes.alias("later")
    purges = select(o.id).where(o.command == PURGE, o.id >= operation.id).limit(1)
    if writer.connection.execute(purges).first() is None:
        return
    reached = (
        select(o.id)
        .join(later, later.c.operation_id == o.id)
        .join(changes, (changes.c.row_id == later.c.row_id) & (changes.c.table_name == later.c.table_name))
        .where(o.command == PURGE, changes.c.operation_id == operation.id, o.id >= operation.id)
    )
    stripped = select(changes.c.id).where(changes.c.operation_id == operation.id, changes.c.before.startswith(ERASED))
    if writer.connection.execute(reached.limit(1)).first() or writer.connection.execute(stripped.limit(1)).first():
        raise CrmError(f"operation {operation.id} cannot be taken back: a contact that it changed was erased for good")


def _refuse_where_built_upon(writer: Writer, operation_id: int) -> None:
    """Operations that were taken back, and what took them back, cancel out where both came later."""
    later, undoing = changes.alias("later"), operations.alias("undoing")
    took_back = exists().where(undoing.c.undone_by == operations.c.id, undoing.c.id > operation_id)
    found = writer.connection.execute(
        select(operations.c.id, operations.c.command)
        .join(later, later.c.operation_id == operations.c.id)
        .join(changes, (changes.c.row_id == later.c.row_id) & (changes.c.table_name == later.c.table_name))
        .where(changes.c.operation_id == operation_id, operations.c.id > operation_id)
        .where(operations.c.undone_by.is_(None), operations.c.id != writer.operation_id, ~took_back)
        .order_by(operations.c.id.desc())
        .limit(1)
    ).first()
    if found:
        raise _refusal(operation_id, found, "changed the same rows later")


def _refuse_where_referred_to(writer: Writer, tables: list[Table], operation_id: int) -> None:
    for table, refers in _references(tables, operation_id):
        if found := _last_to_change(writer, table, select(table.c.id).where(refers)):
            raise _refusal(operation_id, found, f"stored {table.name.replace('_', ' ')} that need what it added")


def _refuse_where_gone(writer: Writer, operation_id: int) -> None:
    """What is brought back may need a row that was removed since: a contact that became part of another."""
    mine, removal = changes.alias("mine"), changes.alias("removal")
    for table in _tables(writer, operation_id, changes.c.action != "insert"):
        for key in table.foreign_keys:
            needed = key.column.table.alias("needed")
            found = writer.connection.execute(
                select(operations.c.id, operations.c.command)
                .join(removal, (removal.c.operation_id == operations.c.id) & (removal.c.action == "delete"))
                .join(table, key.parent == removal.c.row_id)
                .join(mine, (mine.c.row_id == table.c.id) & (mine.c.table_name == table.name))
                .where(mine.c.operation_id == operation_id, operations.c.id > operation_id)
                .where(removal.c.table_name == key.column.table.name, ~exists().where(needed.c.id == key.parent))
                .order_by(operations.c.id.desc())
                .limit(1)
            ).first()
            if found:
                raise _refusal(operation_id, found, "removed what it needs")


def _refuse_where_taken(writer: Writer, table: Table, operation_id: int) -> None:
    """What only one row may have, such as a tag, may be another's now: whose, is told by the operation that gave it."""
    first = _first_changes(table, operation_id)
    unique = [(column,) for column in table.columns if column.unique]
    together = (tuple(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint))
    for columns in {*unique, *together}:
        same = [column == json_value(first.c.before, column.name, type_=column.type) for column in columns]
        taken = (
            select(table.c.id)
            .join(first, and_(first.c.nth == 1, first.c.action != "insert", first.c.row_id != table.c.id, *same))
            .where(table.c.id.not_in(select(first.c.row_id)))
        )
        if found := _last_to_change(writer, table, taken):
            raise _refusal(operation_id, found, f"gave another what it would give back ({_told(columns)})")


def _refuse_where_refunded(writer: Writer, operation_id: int) -> None:
    """Of a sale that a brought back refund is of, the rest may have been refunded since."""
    if purchases not in _tables(writer, operation_id, literal(True)):
        return
    refund, other, sale = purchases.alias("refund"), purchases.alias("other"), purchases.alias("sale")
    mine = _first_changes(purchases, operation_id)
    sums = select(other.c.refund_of_id, func.sum(other.c.amount).label("whole")).group_by(other.c.refund_of_id)
    changed = or_(refund.c.id.in_(select(mine.c.row_id)), sale.c.id.in_(select(mine.c.row_id)))
    refunded = sums.subquery()
    beyond = (
        select(refund.c.refund_of_id)
        .join(sale, sale.c.id == refund.c.refund_of_id)
        .join(refunded, refunded.c.refund_of_id == sale.c.id)
        .where(changed, refunded.c.whole > sale.c.amount)
    )
    rivals = select(other.c.id).where(other.c.refund_of_id.in_(beyond), other.c.id.not_in(select(mine.c.row_id)))
    if found := _last_to_change(writer, purchases, rivals):
        raise _refusal(operation_id, found, "refunded the same sale, and both are more than was paid")


def _refuse_where_no_company(writer: Writer, operation_id: int) -> None:
    """A company that becomes a person again may have got people since."""
    company, mine = contacts.alias("company"), _first_changes(contacts, operation_id)
    people = (
        select(contacts.c.id)
        .join(company, company.c.id == contacts.c.company_id)
        .where(company.c.kind != "company", company.c.id.in_(select(mine.c.row_id)))
        .where(contacts.c.id.not_in(select(mine.c.row_id)))
    )
    if writer.connection.execute(people.limit(1)).first() is None:
        return
    since = _first_changes(contacts, operation_id, since=True)
    had = json_value(since.c.before, "company_id", type_=contacts.c.company_id.type)
    newly = or_(since.c.action == "insert", had.is_distinct_from(contacts.c.company_id))
    joined = people.join(since, and_(since.c.row_id == contacts.c.id, since.c.nth == 1)).where(newly)
    if found := _last_to_change(writer, contacts, joined):
        raise _refusal(operation_id, found, "made it somebody's company")


def _last_to_change(writer: Writer, table: Table, ids: Select[Any]) -> Any:
    """The last operation that changed one of the rows; None where there is no such row."""
    changed = (changes.c.table_name == table.name, changes.c.row_id.in_(ids))
    last = select(func.max(changes.c.operation_id)).where(*changed, changes.c.operation_id != writer.operation_id)
    query = select(operations.c.id, operations.c.command).where(operations.c.id == last.scalar_subquery())
    return writer.connection.execute(query).first()


def _told(columns: Iterable[Column[Any]]) -> str:
    return ", ".join(column.name.removesuffix("_id").replace("_", " ") for column in columns)


def _references(tables: list[Table], operation_id: int) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Each table that may refer to rows that the operation added to `tables`, and which of its rows do."""
    for table in JOURNALED:
        for key in table.foreign_keys:
            if key.column.table in tables:
                yield table, key.parent.in_(_added(key.column.table, operation_id))
    for table in tables:
        mine = external_refs.c.table_name == table.name
        yield external_refs, mine & external_refs.c.row_id.in_(_added(table, operation_id))


def _refusal(operation_id: int, later: Any, why: str) -> CrmError:
    return CrmError(
        f"operation {operation_id} cannot be taken back: operation {later.id} ({later.command}) {why}. "
        f"Take that back first: crmcli undo {later.id}"
    )


def _added(table: Table, operation_id: int) -> Select[Any]:
    """The ids of rows that were not there before the operation."""
    first = _first_changes(table, operation_id)
    return select(first.c.row_id).where(first.c.nth == 1, first.c.action == "insert")


def _first_changes(table: Table, operation_id: int, *, since: bool = False) -> Subquery:
    """The operation's changes of a table; the first of each row, `nth` 1, says what the row was before.

    `since`: all changes after it instead, so that the first of each row says what it was when the operation had ended.
    """
    c = changes.c
    nth = func.row_number().over(partition_by=c.row_id, order_by=c.id).label("nth")
    when = c.operation_id > operation_id if since else c.operation_id == operation_id
    return select(c.row_id, c.action, c.before, nth).where(when, c.table_name == table.name).subquery()


def _restore(writer: Writer, table: Table, operation_id: int) -> None:
    """Puts rows that were updated or deleted back as they were."""
    others = [column for column in table.c if column is not table.c.id]
    first = _first_changes(table, operation_id)
    images = select(first.c.row_id.label("restored_id"), *(_was(first.c.before, column) for column in others))
    image = images.where(first.c.nth == 1, first.c.action != "insert").subquery()
    values = {column.name: image.c[column.name] for column in others}
    writer.connection.execute(update(table).where(table.c.id == image.c.restored_id).values(values))
    gone = select(image.c.restored_id, *values.values()).where(~exists().where(table.c.id == image.c.restored_id))
    ids = list(writer.connection.execute(gone.with_only_columns(image.c.restored_id)).scalars())
    with journaled_at_once(writer.connection, table, ids):
        writer.connection.execute(insert(table).from_select(["id", *values], gone))


def _was(before: ColumnElement[Any], column: Column[Any]) -> ColumnElement[Any]:
    """What the image of a row has for a column."""
    return json_value(before, column.name, type_=column.type).label(column.name)


def _mark(writer: Writer, operation_id: int) -> None:
    """Notes by what it was undone; where it was an undo itself, what that had taken back stands again."""
    c = operations.c
    writer.connection.execute(update(operations).where(c.undone_by == operation_id).values(undone_by=None))
    writer.connection.execute(update(operations).where(c.id == operation_id).values(undone_by=writer.operation_id))
