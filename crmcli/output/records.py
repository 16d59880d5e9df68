"""Answers as JSON: an array, one object, or an object a line."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import IO, Any

from crmcli.errors import Wrong
from crmcli.output.clean import escaped
from crmcli.output.result import Card, Done, Export, Listing, Report, Result, Row, Table, told
from crmcli.output.values import Look, record


def write_json(result: Result, file: IO[str], look: Look) -> None:
    """Writes a list as an array of objects, one record as an object; with look.meta wrapped with its counts."""
    file.write(escaped(json.dumps(_as_data(result, look), ensure_ascii=False, indent=2)) + "\n")


def write_jsonl(result: Result, file: IO[str], look: Look) -> None:
    """Writes an object a line."""
    for row in rows_of(result, look):
        file.write(escaped(json.dumps(row, ensure_ascii=False)) + "\n")


def write_tables_json(export: Export, file: IO[str], look: Look) -> None:
    """Writes one table as an array of objects, several as an object with an array each, row by row."""
    if len(export.tables) == 1:
        _write_array(export.tables[0], file, look)
    else:
        for number, table in enumerate(export.tables):
            file.write(f"{',' if number else '{'}\n{json.dumps(table.key)}: ")
            _write_array(table, file, look)
        file.write("\n}")
    file.write("\n")


def write_tables_jsonl(export: Export, file: IO[str], look: Look) -> None:
    """Writes an object a line. Raises Wrong for several tables."""
    table = only_table(export, "jsonl")
    for row in table.rows:
        file.write(escaped(json.dumps(record(row, table.columns, look), ensure_ascii=False)) + "\n")


def only_table(export: Export, form: str) -> Table:
    """The one table of an export. Raises Wrong where there are several, which this form cannot part."""
    if len(export.tables) > 1:
        names = ", ".join(table.key for table in export.tables)
        raise Wrong(f"{form} holds one table: choose .xlsx or .json, or export one of {names}")
    return export.tables[0]


def _write_array(table: Table, file: IO[str], look: Look) -> None:
    file.write("[")
    for number, row in enumerate(table.rows):
        text = json.dumps(record(row, table.columns, look), ensure_ascii=False)
        file.write(f"{',' if number else ''}\n{escaped(text)}")
    file.write("\n]")


def plain_rows(result: Result) -> Sequence[Row]:
    """The rows of a list, or the one record, as the command gave them. Raises Wrong for several answers."""
    if isinstance(result, Report):
        raise Wrong("this answer has several parts: it can be a table or json")
    return result.rows if isinstance(result, Listing) else [result.row]


def rows_of(result: Result, look: Look) -> list[dict[str, Any]]:
    """The same as JSON has them, without what is nested in them."""
    rows = plain_rows(result)
    columns = () if isinstance(result, Report) else told(result.columns)
    return [record(row, columns, look) for row in rows]


def _as_data(result: Result, look: Look) -> Any:
    if isinstance(result, Report):
        return [_as_data(part, look) for part in result.parts]
    if isinstance(result, Listing):
        rows = rows_of(result, look)
        whole = {"summary": _as_data(result.summary, replace(look, meta=False))} if result.summary else {}
        return {"rows": rows, "total": result.total, "left_out": result.left_out, **whole} if look.meta else rows
    one = rows_of(result, look)[0]
    if isinstance(result, Card):
        one |= {name: rows_of(section, look) for name, section in result.sections.items()}
    if isinstance(result, Done) or not look.meta:
        return one
    return {"rows": [one], "total": 1, "left_out": 0}
