"""Employees, channels, products and stages named in a file: found, or made and reported."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, insert, select, update

from crmcli.actions import named
from crmcli.actions.importing.report import Report
from crmcli.base.writing import Writer
from crmcli.schema import channels, employees, products, stages
from crmcli.values.text import search_key

_WON = {
    "успешно реализовано", "успешно", "выиграна", "выигран", "выиграно", "сделка успешна", "сделка заключена",
    "оплачено", "оплачен", "won", "closed won", "closedwon", "won deal", "deal won", "paid",
}  # fmt: skip
_LOST = {
    "закрыто и не реализовано", "не реализовано", "проиграна", "проигран", "проиграно", "сделка провалена",
    "отказ", "потеряна", "потеряно", "провалена", "lost", "closed lost", "closedlost", "lost deal", "deal lost",
}  # fmt: skip


class Names:
    """The ids of the employees, channels and products of a base by their names."""

    def __init__(self, writer: Writer, report: Report) -> None:
        self._writer = writer
        self._report = report
        self._known: dict[Table, dict[str, int]] = {}
        self._met: dict[tuple[Table, str], int | None] = {}
        with_sku = select(products.c.sku, products.c.id).where(products.c.sku.is_not(None))
        self._skus: dict[str, int] = {row.sku: row.id for row in writer.connection.execute(with_sku)}
        self._has_sku = set(self._skus.values())

    def employee(self, name: str | None) -> int | None:
        """The employee's id; None where nobody is named."""
        return self._id(employees, "employees", name)

    def channel(self, name: str | None) -> int | None:
        """The channel's id; None where none is named."""
        return self._id(channels, "channels", name)

    def product(self, name: str | None, sku: str | None = None) -> int | None:
        """The product's id, by its sku if it has one; None where none is named."""
        if not sku:
            return self._id(products, "products", name)
        if (by_sku := self._skus.get(sku)) is None:
            by_sku = self._skus[sku] = self._given_sku(name, sku) or self._with_sku(name or sku, sku)
        return by_sku

    def _given_sku(self, name: str | None, sku: str) -> int | None:
        """The product of that name, if it is known without a sku: this is its."""
        known = self._of(products).get(search_key(name or ""))
        if known is None or known in self._has_sku:
            return None
        self._has_sku.add(known)
        self._writer.connection.execute(update(products).where(products.c.id == known).values(sku=sku))
        return known

    def _with_sku(self, name: str, sku: str) -> int:
        row = {"name": name, "search_key": search_key(name), "sku": sku}
        made = int(self._writer.connection.execute(insert(products).values(row).returning(products.c.id)).scalar_one())
        self._has_sku.add(made)
        self._of(products).setdefault(search_key(name), made)
        self._report.made["products"].append(name)
        return made

    def _id(self, table: Table, what: str, name: str | None) -> int | None:
        if not name:
            return None
        if (table, name) not in self._met:
            self._met[table, name] = self._found_or_made(table, what, name)
        return self._met[table, name]

    def _found_or_made(self, table: Table, what: str, name: str) -> int | None:
        known, key = self._of(table), search_key(name)
        if not key:
            return None
        if key not in known:
            row = {"name": " ".join(name.split()), "search_key": key}
            made = insert(table).values(row).returning(table.c.id)
            known[key] = int(self._writer.connection.execute(made).scalar_one())
            self._report.made[what].append(row["name"])
        return known[key]

    def _of(self, table: Table) -> dict[str, int]:
        if table not in self._known:
            rows = self._writer.connection.execute(select(table.c.search_key, table.c.id).order_by(table.c.id.desc()))
            self._known[table] = {row.search_key: row.id for row in rows}
        return self._known[table]


class Stages:
    """The stages of a base by their names; Won and Lost, however they are called, are the base's own."""

    def __init__(self, writer: Writer, report: Report) -> None:
        self._writer = writer
        self._report = report
        self._final = dict.fromkeys(_WON, "won") | dict.fromkeys(_LOST, "lost")
        self._read()

    def named(self, name: str | None, state: str | None = None) -> Any:
        """The stage's row of id, search_key, kind and position; the first open one where none is named.

        `state` is what a sheet says of a deal that stands there: a stage that is unknown is the base's own won or lost
        one if that is what the deal is, and from then on.
        """
        if not name or not search_key(name):
            return self.first
        key = search_key(name)
        if key not in self._by_key:
            if state in {"won", "lost"}:
                self._final[key] = state
            if kind := self._final.get(key):
                return self._by_kind[kind][0]
            named.add_stage(self._writer, name)
            self._report.made["stages"].append(name)
            self._read()
        return self._by_key[key]

    @property
    def first(self) -> Any:
        """The first open stage."""
        return self._by_kind["open"][0]

    def _read(self) -> None:
        c = stages.c
        rows = self._writer.connection.execute(
            select(c.id, c.search_key, c.kind, c.position).order_by(c.position)
        ).all()
        self._by_key = {row.search_key: row for row in rows}
        self._by_kind: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            self._by_kind[row.kind].append(row)
