"""The tables of an export: whole rows under the keys by which this base knows them again."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select

from crmcli.base.mark import own_key
from crmcli.output.headings import Language, columns_of_noun, headed, sheet_name
from crmcli.output.result import Table
from crmcli.questions import export as asked
from crmcli.schema import contacts, deals, purchases, touches
from crmcli.values.lists import Labelled
from crmcli.values.points import shown_point

_AT_ONCE = 2_000
_POINTS = {"phone": "phones", "email": "emails", "messenger": "messengers", "website": "websites",
           "address": "addresses"}  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """The base that is exported: a connection, the base's mark, and the language of the headings."""

    connection: Connection
    mark: str
    language: Language

    def key(self, row_id: int | None) -> str | None:
        """The key that a row of this base has everywhere."""
        return None if row_id is None else own_key(self.mark, row_id)

    def chunks(self, statement: Select[Any]) -> Iterator[list[Row]]:
        """The rows of a statement, some at a time: all of them need not fit in memory."""
        result = self.connection.execute(statement.execution_options(yield_per=_AT_ONCE))
        names = list(result.keys())
        for part in result.partitions():
            yield [dict(zip(names, row, strict=True)) for row in part]

    def belonging(self, statement: Select[Any]) -> dict[int, list[Any]]:
        """The rows of a statement by the id of the row that they are `of`, its first column."""
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self.connection.execute(statement):
            found[row[0]].append(row)
        return found

    def other_keys(self, table: str, first: int, last: int) -> dict[int, list[str]]:
        """How other systems know the rows with these ids: "source:key"; the key alone where it has no source."""
        found = self.belonging(asked.refs_between(table, first, last))
        return {of: [_other_key(ref.source, ref.ref) for ref in refs] for of, refs in found.items()}


def contacts_table(source: Source, ids: asked.Ids = None) -> Table:
    """The contacts with these ids, all without them."""
    sets = source.connection.execute(asked.custom_fields(ids)).scalars()
    fields = sorted({name for text in sets for name in json.loads(text)})
    return _table("contacts", source, partial(_contact_rows, source, ids), fields)


def purchases_table(source: Source, ids: asked.Ids = None) -> Table:
    """The purchases with these ids, a row a line; a purchase without lines is its own."""
    return _table("purchases", source, partial(_purchase_rows, source, ids))


def deals_table(source: Source, ids: asked.Ids = None) -> Table:
    """The deals with these ids, each with its way through the stages."""
    return _table("deals", source, partial(_deal_rows, source, ids))


def touches_table(source: Source, ids: asked.Ids = None) -> Table:
    """The touches with these ids."""
    return _table("touches", source, partial(_touch_rows, source, ids))


def products_table(source: Source) -> Table:
    """The products."""
    return _table("products", source, partial(_product_rows, source))


def all_tables(source: Source) -> list[Table]:
    """All of them, in the order in which an import needs them."""
    makers = (products_table, contacts_table, deals_table, touches_table, purchases_table)
    return [make(source) for make in makers]


def _table(noun: str, source: Source, rows: Callable[[], Iterator[Row]], fields: list[str] | None = None) -> Table:
    language = source.language
    return Table(noun, sheet_name(noun, language), columns_of_noun(noun), headed(noun, language, fields or ()), rows())


def _contact_rows(source: Source, ids: asked.Ids) -> Iterator[Row]:
    for rows in source.chunks(asked.whole_contacts(ids)):
        first, last = rows[0]["id"], rows[-1]["id"]
        points = source.belonging(asked.points_between(first, last))
        tags = source.belonging(asked.tags_between(first, last))
        others = source.other_keys(contacts.name, first, last)
        for row in rows:
            found = row["id"]
            row["key"], row["other_keys"] = source.key(found), others.get(found)
            row["company_key"], row["referrer_key"] = source.key(row["company_id"]), source.key(row["referred_by_id"])
            row["tags"] = [tag.tag for tag in tags.get(found, ())]
            row["created_on"] = row["created_at"].date()
            row["archived_on"] = row["archived_at"] and row["archived_at"].date()
            row.update(_points_of(points.get(found, ())))
            yield row


def _points_of(points: Any) -> dict[str, list[Labelled]]:
    found: dict[str, list[Labelled]] = {}
    for _, kind, value, raw, label in points:
        found.setdefault(_POINTS[kind], []).append((shown_point(kind, value, raw), label))
    return found


def _purchase_rows(source: Source, ids: asked.Ids) -> Iterator[Row]:
    for rows in source.chunks(asked.whole_purchases(ids)):
        first, last = rows[0]["id"], rows[-1]["id"]
        lines = source.belonging(asked.lines_between(first, last))
        others = source.other_keys(purchases.name, first, last)
        for row in rows:
            found, sign = row["id"], -1 if row["kind"] == "refund" else 1
            row["key"], row["other_keys"] = source.key(found), others.get(found)
            row["contact_key"], row["deal_key"] = source.key(row["contact_id"]), source.key(row["deal_id"])
            row["refund_of"] = source.key(row["refund_of_id"])
            row["amount"], row["cost"] = sign * row["amount"], _signed(row["cost"], sign)
            row["order_amount"], row["order_cost"] = row["amount"], row["cost"]
            yield from (row | _line(line, sign) for line in lines[found]) if found in lines else (row,)


def _line(line: Any, sign: int) -> Row:
    """A line of a purchase; what was given back is below zero, as the purchase is."""
    return {
        "product": line.product,
        "sku": line.sku,
        "quantity": sign * line.quantity,
        "amount": sign * line.amount,
        "cost": _signed(line.cost, sign),
    }


def _deal_rows(source: Source, ids: asked.Ids) -> Iterator[Row]:
    for rows in source.chunks(asked.whole_deals(ids)):
        first, last = rows[0]["id"], rows[-1]["id"]
        moves = source.belonging(asked.moves_between(first, last))
        others = source.other_keys(deals.name, first, last)
        for row in rows:
            found = row["id"]
            row["key"], row["other_keys"] = source.key(found), others.get(found)
            row["contact_key"] = source.key(row["contact_id"])
            row["moves"] = [(f"{move.moved_on} {move.stage}", move.employee or "") for move in moves.get(found, ())]
            yield row


def _touch_rows(source: Source, ids: asked.Ids) -> Iterator[Row]:
    for rows in source.chunks(asked.whole_touches(ids)):
        others = source.other_keys(touches.name, rows[0]["id"], rows[-1]["id"])
        for row in rows:
            row["key"], row["other_keys"] = source.key(row["id"]), others.get(row["id"])
            row["contact_key"], row["deal_key"] = source.key(row["contact_id"]), source.key(row["deal_id"])
            row["rating"] = None if row["rating"] is None else row["rating"] / 10_000
            yield row


def _product_rows(source: Source) -> Iterator[Row]:
    for rows in source.chunks(asked.whole_products()):
        yield from (row | {"key": source.key(row["id"])} for row in rows)


def _signed(amount: int | None, sign: int) -> int | None:
    return None if amount is None else sign * amount


def _other_key(source: str, ref: str) -> str:
    return f"{source}:{ref}" if source or ":" in ref else ref
