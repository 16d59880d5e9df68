"""Answers as separated values, and as bare ids."""

import csv
from collections.abc import Sequence
from typing import IO, Any

from crmcli.errors import Wrong
from crmcli.output.clean import cell
from crmcli.output.records import rows_of
from crmcli.output.result import Column, Report, Result
from crmcli.output.values import Look

SEPARATOR = "; "
"""Between several phones, e-mails or tags in one cell: what the importer splits again."""


def write_csv(result: Result, file: IO[str], look: Look) -> None:
    """Writes comma-separated values with a row of keys."""
    _write(result, file, look, ",")


def write_tsv(result: Result, file: IO[str], look: Look) -> None:
    """Writes tab-separated values with a row of keys."""
    _write(result, file, look, "\t")


def write_ids(result: Result, file: IO[str], look: Look) -> None:
    """Writes an id a line. Raises Wrong where rows have none."""
    columns = columns_of(result)
    key = next((column.key for column in columns if column.key in {"id", "contact_id"}), None)
    if key is None:
        raise Wrong("--format ids: these rows have no id")
    for row in rows_of(result, look):
        file.write(f"{row[key]}\n")


def columns_of(result: Result) -> Sequence[Column]:
    """The columns of a list or record."""
    if isinstance(result, Report):
        raise Wrong("this answer has several parts: it can be a table or json")
    return result.columns


def flat(value: Any) -> Any:
    """The value of one cell: lists joined, texts made safe for a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, list):
        return cell(SEPARATOR.join(str(one) for one in value))
    if isinstance(value, dict):
        return cell(SEPARATOR.join(f"{name}: {text}" for name, text in value.items()))
    return cell(value) if isinstance(value, str) else value


def _write(result: Result, file: IO[str], look: Look, delimiter: str) -> None:
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    columns = columns_of(result)
    writer.writerow([column.key for column in columns])
    money = {column.key for column in columns if column.kind in {"money", "quantity"}}
    for row in rows_of(result, look):
        writer.writerow([value if key in money else flat(value) for key, value in row.items()])
