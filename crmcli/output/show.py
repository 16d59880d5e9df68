"""Sends a result where it is wanted, in the form that is wanted: one row of FORMATS a format."""

import sys
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from crmcli.errors import CrmError, Wrong
from crmcli.output.clean import clean
from crmcli.output.result import Done, Result
from crmcli.output.values import Look

FORMATS = {
    "table": ("crmcli.output.table", "write"),
    "json": ("crmcli.output.records", "write_json"),
    "jsonl": ("crmcli.output.records", "write_jsonl"),
    "csv": ("crmcli.output.separated", "write_csv"),
    "tsv": ("crmcli.output.separated", "write_tsv"),
    "ids": ("crmcli.output.separated", "write_ids"),
    "xlsx": ("crmcli.output.workbook", "write_xlsx"),
}
_BINARY = {"xlsx"}


def show(result: Result, form: str, look: Look, output: Path | None) -> None:
    """Writes the result in a format of FORMATS to a file, or to standard output without one.

    What was done is said in a line on standard error where standard output is for a program.
    """
    if isinstance(result, Done) and (form != "table" or output):
        sys.stderr.write(clean(result.line) + "\n")
    module, name = FORMATS[form]
    write = getattr(import_module(module), name)
    if output:
        _write_file(write, result, look, output, binary=form in _BINARY)
    elif form in _BINARY:
        _write_binary(write, result, look)
    else:
        _ready(sys.stdout, form)
        write(result, sys.stdout, look)


def _ready(stream: Any, form: str) -> None:
    """Programs get UTF-8 whatever the locale; people get what their terminal can show."""
    if form == "table":
        stream.reconfigure(errors="backslashreplace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _write_file(write: Any, result: Result, look: Look, path: Path, *, binary: bool) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        if binary:
            with part.open("wb") as file:
                write(result, file, look)
        else:
            with part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as text:
                write(result, text, look)
        part.replace(path)
    except OSError as error:
        raise CrmError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _write_binary(write: Any, result: Result, look: Look) -> None:
    if sys.stdout.isatty():
        raise Wrong("--format xlsx needs --output FILE")
    whole: IO[bytes] = BytesIO()
    write(result, whole, look)
    whole.seek(0)
    sys.stdout.buffer.write(whole.read())
