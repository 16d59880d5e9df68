"""Answers as separated values, and as bare ids."""

import csv
from collections.abc import Sequence
from typing import IO, Any

from crmcli.errors import Wrong
from crmcli.output.clean import cell
from crmcli.output.records import rows_of
from crmcli.output.result import Column, Done, Report, Result
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
    """Writes an id a line. Raises Wrong where rows have none; what was done without one is done all the same."""
    columns = columns_of(result)
    key = next((column.key for column in columns if column.key in {"id", "contact_id"}), None)
    if key is None and isinstance(result, Done):
        return
    if key is None:
        raise Wrong("--format ids: these rows have no id")
    for row in rows_of(result, look):
        file.write(f"{row[key]}\n")


def columns_of(result: Result) -> Sequence[Column]:
    """The columns of a list or record."""
    if isinstance(result, Report):
        raise Wrong("this answer has several parts: it can be a table or json")
    return result.columns


def joined(value: Any) -> Any:
    """The value of one cell: lists and fields in one text."""
    if isinstance(value, list):
        return SEPARATOR.join(str(one) for one in value)
    if isinstance(value, dict):
        return SEPARATOR.join(f"{name}: {text}" for name, text in value.items())
    return value


def _write(result: Result, file: IO[str], look: Look, delimiter: str) -> None:
    columns = columns_of(result)
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow([column.key for column in columns])
    for row in rows_of(result, look):
        writer.writerow([_separate(row[column.key], column) for column in columns])


def _separate(value: Any, column: Column) -> Any:
    """The value as a spreadsheet program may open it: numbers stay bare, a minus before them is none of a formula."""
    value = joined(value)
    return cell(value) if isinstance(value, str) and column.kind not in {"money", "quantity"} else value
