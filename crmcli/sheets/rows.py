"""A row of a table as the makers of records see it: asked by meaning, answered with values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from crmcli.sheets.amounts import read_currency, read_money, read_price, read_quantity
from crmcli.sheets.columns import Column, Columns
from crmcli.sheets.days import YEARS, Moment, is_no_day, read_moment, read_time
from crmcli.sheets.grid import Cell, ErrorCell, text_of
from crmcli.sheets.options import ReadingOptions
from crmcli.values.records import Where

T = TypeVar("T")
NOTHING = frozenset({"", "-", "--", "—", "–", "n/a", "#n/a", "#н/д", "null"})
"""Texts that people and programs write into a cell to say that it is empty; compared case folded."""


class BadCell(ValueError):
    """A cell because of which its row cannot be stored."""

    def __init__(self, column: Column | None, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column.title if column else ""
        self.heading = column.heading if column else ""
        self.value = value
        self.reason = reason


@dataclass(slots=True)
class Row:
    """One data row. What is asked for and not there is None; a cell that cannot be read raises BadCell."""

    columns: Columns
    options: ReadingOptions
    where: Where
    cells: list[Cell]

    def cell(self, column: Column) -> Cell:
        """The cell in that column; None where the row is shorter or somebody wrote a dash for "nothing"."""
        cell = self.cells[column.place] if column.place < len(self.cells) else None
        if not isinstance(cell, str):
            return cell
        if isinstance(cell, ErrorCell):
            raise BadCell(column, cell, "holds no value: correct it in the sheet, or empty it")
        return None if len(cell) < 5 and cell.casefold() in NOTHING else cell

    def filled(self, meaning: str) -> Sequence[tuple[Column, Cell]]:
        """The filled cells of that meaning; where there are none, its default."""
        found: list[tuple[Column, Cell]] = []
        for column in self.columns.by_meaning.get(meaning, ()):
            cell = self.cell(column)
            if cell is not None:
                found.append((column, cell))
        if not found and meaning in self.columns.defaults:
            found.append(self.columns.defaults[meaning])
        return found

    def text(self, meaning: str) -> str | None:
        """The text of that meaning in one line; several columns are joined."""
        columns = self.columns.by_meaning.get(meaning)
        if columns is None and meaning not in self.columns.defaults:
            return None
        if columns and len(columns) == 1 and (cell := self.cell(columns[0])) is not None:
            return " ".join((cell if isinstance(cell, str) else text_of(cell)).split()) or None
        words = [word for _, cell in self.filled(meaning) for word in text_of(cell).split()]
        return " ".join(words) or None

    def long_text(self, meaning: str) -> str | None:
        """The text of that meaning with its line breaks; several columns stand below each other."""
        return "\n".join(text_of(cell) for _, cell in self.filled(meaning)) or None

    def moment(self, meaning: str) -> Moment | None:
        """The date of that meaning, with the time where it has one; 0000-00-00 is none."""
        latest = self.options.today.year + (0 if meaning == "birthday" else 20)
        dated = [(column, cell) for column, cell in self.filled(meaning) if not is_no_day(cell)]
        return self._first(dated, lambda column, cell: read_moment(cell, column.day_first, latest))

    def day(self, meaning: str) -> date | None:
        """The date of that meaning."""
        columns = self.columns.by_meaning.get(meaning, ())
        if len(columns) == 1 and type(cell := self.cell(columns[0])) is date and cell.year in YEARS:
            return cell
        moment = self.moment(meaning)
        return moment.day if moment else None

    def time(self, meaning: str) -> time | None:
        """The time of day of that meaning, None also where it cannot be read."""
        return next((read_time(cell) for _, cell in self.filled(meaning)), None)

    def amount(self, meaning: str) -> int | None:
        """The amount of that meaning in minor units of the base's currency."""
        return self._first(
            self.filled(meaning), lambda c, cell: read_money(cell, c.decimal, self._currency(c), self.options)
        )

    def price(self, meaning: str) -> Decimal | None:
        """The price of that meaning in minor units with their fraction."""
        return self._first(
            self.filled(meaning), lambda c, cell: read_price(cell, c.decimal, self._currency(c), self.options)
        )

    def quantity(self, meaning: str) -> int | None:
        """The number of that meaning in thousandths."""
        return self._first(self.filled(meaning), lambda c, cell: read_quantity(cell, c.decimal))

    def missing(self, meaning: str, reason: str) -> BadCell:
        """The error of a row that has nothing where something of that meaning must be."""
        return BadCell(next(iter(self.columns.of(meaning)), None), "", reason)

    def _first(self, cells: Sequence[tuple[Column, Cell]], read: Callable[[Column, Cell], T]) -> T | None:
        for column, cell in cells:
            try:
                return read(column, cell)
            except ValueError as error:
                raise BadCell(column, text_of(cell), str(error)) from None
        return None

    def _currency(self, column: Column) -> str | None:
        named = self.text("currency") if "currency" in self.columns else None
        return (read_currency(named) or named) if named else column.currency
