"""What columns hold by their content alone, for sheets without headings."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import zip_longest

from crmcli.sheets.amounts import read_quantity
from crmcli.sheets.days import read_moment
from crmcli.sheets.grid import Cell, text_of
from crmcli.values.points import e164, read_email

_SAMPLE = 100
_SEARCHED_COLUMNS = 500
_MOST = 0.9
_PHONE = re.compile(r"(?:тел\.?\s*)?\+?[\d\s().-]{10,20}")
_NAME = re.compile(r"[^\W\d_][\w.'’\"«»-]*(?:,?\s+[^\W\d_][\w.'’\"«»-]*){0,4}")
_MONEY = re.compile(r"[.,]\d{1,2}$|[₽$€]|руб|р\.", re.IGNORECASE)


def fields_by_content(rows: Sequence[Sequence[Cell]], country: str) -> list[str | None] | None:
    """The field of each column, None for one whose content tells nothing; None for all where it does not convince.

    It convinces where there are phones or e-mails in nine of ten cells of a column from the first row on and names
    beside them, or dated amounts of somebody.
    """
    sample = [row[:_SEARCHED_COLUMNS] for row in rows[:_SAMPLE]]
    columns = [[cell for cell in column if cell is not None] for column in zip_longest(*sample)]
    fields = [_field(cells, country) for cells in columns]
    for once in ("date", "amount"):
        _keep_first(fields, once)
    if name := _name_place(columns, fields):
        fields[name[0]] = "name"
    found = set(fields)
    reached = found & {"phone", "email"}
    convincing = "name" in found and (reached or {"date", "amount"} <= found)
    return fields if len(rows) > 1 and (convincing or {"phone", "email"} <= found) else None


def _field(cells: list[Cell], country: str) -> str | None:
    tests: dict[str, Callable[[Cell], bool]] = {
        "email": _is_email,
        "phone": lambda cell: _is_phone(cell, country),
        "date": _is_date,
        "amount": _is_amount,
    }
    return next((field for field, test in tests.items() if _mostly(test, cells)), None)


def _mostly(test: Callable[[Cell], bool], cells: list[Cell]) -> bool:
    """Whether the first cell passes, and nearly all do."""
    return bool(cells) and test(cells[0]) and sum(map(test, cells)) >= _MOST * len(cells)


def _is_email(cell: Cell) -> bool:
    return isinstance(cell, str) and "@" in cell and read_email(cell).value is not None


def _is_phone(cell: Cell, country: str) -> bool:
    text = text_of(cell)
    return bool(_PHONE.fullmatch(text)) and not isinstance(cell, date) and e164(text, country) is not None


def _is_date(cell: Cell) -> bool:
    if isinstance(cell, int | float):
        return False
    try:
        return bool(read_moment(cell, None, 2100)) and not (isinstance(cell, str) and cell.isdecimal())
    except ValueError:
        return isinstance(cell, str) and bool(re.fullmatch(r"\d{1,2}([/-])\d{1,2}\1\d{2,4}", cell))


def _is_amount(cell: Cell) -> bool:
    """A number that is money by its fraction or its sign: whole numbers may be anything."""
    if isinstance(cell, str) and _MONEY.search(cell):
        try:
            return bool(read_quantity(re.sub(r"[₽$€]|руб\.?|р\.?$", "", cell), None)) or True
        except ValueError:
            return False
    return isinstance(cell, float) and not cell.is_integer()


def _keep_first(fields: list[str | None], field: str) -> None:
    """Of several columns of dates or amounts nothing tells which is which: then none is taken."""
    if fields.count(field) > 1:
        fields[:] = [None if found == field else found for found in fields]


def _name_place(columns: list[list[Cell]], fields: list[str | None]) -> list[int]:
    """The place of the column of names: words that differ from row to row, most often two or three of them."""
    named = [p for p, cells in enumerate(columns) if fields[p] is None and cells and _mostly(_is_name, cells)]
    return sorted(named, key=lambda place: -_worth(columns[place]))[:1]


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and len(cell) < 80 and cell[0].isupper() and bool(_NAME.fullmatch(cell))


def _worth(cells: list[Cell]) -> float:
    words = sum(1 < len(text_of(cell).split()) < 5 for cell in cells)
    return len({text_of(cell) for cell in cells}) / len(cells) + words / len(cells)
