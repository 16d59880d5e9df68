"""Answers as JSON: an array, one object, or an object a line."""

import json
from typing import IO, Any

from crmcli.errors import Wrong
from crmcli.output.clean import escaped
from crmcli.output.result import Card, Done, Listing, Report, Result
from crmcli.output.values import Look, record


def write_json(result: Result, file: IO[str], look: Look) -> None:
    """Writes a list as an array of objects, one record as an object; with look.meta wrapped with its counts."""
    file.write(escaped(json.dumps(_as_data(result, look), ensure_ascii=False, indent=2)) + "\n")


def write_jsonl(result: Result, file: IO[str], look: Look) -> None:
    """Writes an object a line."""
    for row in rows_of(result, look):
        file.write(escaped(json.dumps(row, ensure_ascii=False)) + "\n")


def rows_of(result: Result, look: Look) -> list[dict[str, Any]]:
    """The rows of a list, or the one record, without what is nested in it."""
    if isinstance(result, Report):
        raise Wrong("this answer has several parts: it can be a table or json")
    if isinstance(result, Listing):
        return [record(row, result.columns, look) for row in result.rows]
    return [record(result.row, result.columns, look)]


def _as_data(result: Result, look: Look) -> Any:
    if isinstance(result, Report):
        return [_as_data(part, look) for part in result.parts]
    if isinstance(result, Listing):
        rows = rows_of(result, look)
        return {"rows": rows, "total": result.total, "left_out": result.left_out} if look.meta else rows
    one = rows_of(result, look)[0]
    if isinstance(result, Card):
        one |= {name: rows_of(section, look) for name, section in result.sections.items()}
    if isinstance(result, Done) or not look.meta:
        return one
    return {"rows": [one], "total": 1, "left_out": 0}
