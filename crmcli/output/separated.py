"""Answers as separated values, and as bare ids."""

import csv
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import IO, Any

from crmcli.errors import Wrong
from crmcli.output.clean import cell
from crmcli.output.records import only_table, plain_rows, rows_of
from crmcli.output.result import Column, Done, Export, Report, Result, Table, told
from crmcli.output.values import Look, for_program
from crmcli.values.lists import write_list

_HARMLESS = {"texts": " /", "addresses": " ,/|*#", "websites": "/*#", "moves": " ,/|*#"}
"""What parts no values in a cell of these."""
_IN_PARTS = {"texts", "fields", "labelled"}
_KNOWN = 10_000
"""So many values of a column are kept with what was written for them: names of owners, states, days come again."""
_THREE_DIGITS = re.compile(r"\.\d{3}$")


def write_csv(result: Result, file: IO[str], look: Look) -> None:
    """Writes comma-separated values with a row of keys."""
    _write(result, file, look, ",")


def write_tsv(result: Result, file: IO[str], look: Look) -> None:
    """Writes tab-separated values with a row of keys."""
    _write(result, file, look, "\t")


def write_ids(result: Result, file: IO[str], look: Look) -> None:
    """Writes an id a line. Raises Wrong where rows have none; what was done without one is done all the same."""
    columns = columns_of(result)
    key = next((column.key for column in columns if column.key in {"id", "contact_id"}), None)
    if key is None and isinstance(result, Done):
        return
    if key is None:
        raise Wrong("--format ids: these rows have no id")
    for row in rows_of(result, look):
        file.write(f"{row[key]}\n")


def write_headed_csv(export: Export, file: IO[str], look: Look) -> None:
    """Writes one table under its headings, comma-separated; for Excel with a mark that tells it the encoding.

    Where Excel writes a decimal comma, as it does under Russian headings, columns are parted by semicolons.
    """
    table = only_table(export, ".csv")
    comma = export.for_excel and any(not one.heading.isascii() for one in table.headed)
    file.write("\ufeff" if export.for_excel else "")
    _write_headed(table, file, look, ";" if comma else ",", "," if comma else ".")


def write_headed_tsv(export: Export, file: IO[str], look: Look) -> None:
    """Writes one table under its headings, tab-separated."""
    _write_headed(only_table(export, ".tsv"), file, look, "\t", ".")


def columns_of(result: Result) -> Sequence[Column]:
    """The columns of a list or record that a program is told."""
    if isinstance(result, Report):
        raise Wrong("this answer has several parts: it can be a table or json")
    return told(result.columns)


def _write_headed(table: Table, file: IO[str], look: Look, delimiter: str, decimal: str) -> None:
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow([cell(one.heading) for one in table.headed])
    columns = [(one.getter(), one.column) for one in table.headed]
    for row in table.rows:
        writer.writerow([_in_sheet(value_in(row), column, look, decimal) for value_in, column in columns])


def _in_sheet(value: Any, column: Column, look: Look, decimal: str) -> str:
    """The value as the importer takes it: 1.125 may be a thousand to it and more, 1.1250 is not."""
    if value is None:
        return ""
    if column.kind in {"money", "quantity"}:
        number = str(for_program(value, column, look))
        return f"{number}0".replace(".", decimal) if _THREE_DIGITS.search(number) else number.replace(".", decimal)
    if column.kind == "time":
        return str(value.isoformat("minutes"))
    return cell(in_cell(value, column, look))


def in_cell(value: Any, column: Column, look: Look) -> str:
    """The text of a sheet's cell, from which several values can be told apart again."""
    if column.kind == "labelled":
        return write_list(value, _HARMLESS.get(column.key, ""), "@" if column.key == "emails" else "")
    if column.kind == "texts":
        return write_list(((text, "") for text in value), _HARMLESS["texts"])
    if column.kind == "fields":
        return "; ".join(f"{name}: {text}" for name, text in value.items())
    return str(for_program(value, column, look))


def _write(result: Result, file: IO[str], look: Look, delimiter: str) -> None:
    columns = columns_of(result)
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    cells = [(column.key, _cells(column, look)) for column in columns]
    writer.writerows([cell_of(row.get(key)) for key, cell_of in cells] for row in plain_rows(result))


def _cells(column: Column, look: Look) -> Callable[[Any], Any]:
    """What writes the column's values; of those met before it knows how."""

    def written(value: Any) -> Any:
        return _separate(for_program(value, column, look), column, look)

    if column.kind == "int":
        return lambda value: value if type(value) is int else written(value)
    if column.kind == "text":
        known_text = lru_cache(_KNOWN)(cell)
        return lambda value: known_text(value) if type(value) is str else written(value)
    known = lru_cache(_KNOWN, typed=True)(written)
    return written if column.kind in _IN_PARTS else known


def _separate(value: Any, column: Column, look: Look) -> Any:
    """The value as a spreadsheet program may open it: numbers stay bare, a minus before them is none of a formula."""
    if isinstance(value, list | dict):
        value = in_cell(value, column, look)
    return cell(value) if isinstance(value, str) and column.kind not in {"money", "quantity"} else value
