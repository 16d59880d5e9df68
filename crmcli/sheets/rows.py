"""A row of a table as the makers of records see it: asked by meaning, answered with values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TypeVar

from crmcli.sheets.amounts import read_currency, read_money, read_price, read_quantity
from crmcli.sheets.columns import Column, Columns
from crmcli.sheets.days import YEARS, Moment, is_no_day, read_moment, read_time
from crmcli.sheets.grid import Cell, ErrorCell, GridRow, text_of
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.plain import PlainColumns, is_nothing
from crmcli.values.records import Where

T = TypeVar("T")


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
    """One data row. What is asked for and not there is None; a cell that cannot be read raises BadCell.

    It is the row number `at` (from 0) of those whose `plain` columns are read at once.
    """

    columns: Columns
    options: ReadingOptions
    where: Where
    cells: Sequence[Cell]
    plain: PlainColumns
    at: int

    def cell(self, column: Column) -> Cell:
        """The cell in that column; None where the row is shorter or somebody wrote a dash for "nothing"."""
        cell = self.cells[column.place] if column.place < len(self.cells) else None
        if not isinstance(cell, str):
            return cell
        if isinstance(cell, ErrorCell):
            raise BadCell(column, cell, "holds no value: correct it in the sheet, or empty it")
        return None if is_nothing(cell) else cell

    def filled(self, meaning: str) -> Sequence[tuple[Column, Cell]]:
        """The filled cells of that meaning; where there are none, its default."""
        if meaning not in self.columns.meanings:
            return ()
        columns = self.columns.of(meaning)
        found = [(column, cell) for column in columns if (cell := self.cell(column)) is not None]
        if not found and meaning in self.columns.defaults:
            found.append(self.columns.defaults[meaning])
        return found

    def text(self, meaning: str) -> str | None:
        """The text of that meaning in one line; several columns are joined."""
        plain = self.plain.texts[meaning]
        if plain is not None:
            return plain[self.at]
        columns = self.columns.by_meaning.get(meaning)
        if columns and len(columns) == 1 and (cell := self.cell(columns[0])) is not None:
            return " ".join((cell if isinstance(cell, str) else text_of(cell)).split()) or None
        words = [word for _, cell in self.filled(meaning) for word in text_of(cell).split()]
        return " ".join(words) or None

    def long_text(self, meaning: str) -> str | None:
        """The text of that meaning with its line breaks; several columns stand below each other."""
        plain = self.plain.long_texts[meaning]
        if plain is not None:
            return plain[self.at]
        return "\n".join(text_of(cell) for _, cell in self.filled(meaning)) or None

    def moment(self, meaning: str) -> Moment | None:
        """The date of that meaning, with the time where it has one; 0000-00-00 is none."""
        latest = self.options.today.year + (0 if meaning == "birthday" else 20)
        dated = [(column, cell) for column, cell in self.filled(meaning) if not is_no_day(cell)]
        return self._first(dated, lambda column, cell: read_moment(cell, column.day_first, latest))

    def day(self, meaning: str) -> date | None:
        """The date of that meaning."""
        plain = self.plain.days[meaning]
        if plain is not None:
            return plain[self.at]
        columns = self.columns.of(meaning)
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


def rows_of(columns: Columns, options: ReadingOptions, sheet: str, rows: Sequence[GridRow]) -> Iterator[Row]:
    """The rows, their plain columns read at once."""
    plain = PlainColumns(columns, options.country, [row.cells for row in rows])
    for at, row in enumerate(rows):
        yield Row(columns, options, Where(sheet, row.number), row.cells, plain, at)
