"""Sends a result where it is wanted, in the form that is wanted: one row of FORMATS a format."""

import sys
from collections.abc import Callable
from importlib import import_module
from io import BytesIO, TextIOWrapper
from pathlib import Path
from shutil import copymode
from tempfile import mkstemp
from typing import IO, Any, BinaryIO

from crmcli.errors import CrmError, NotAllowed, Wrong
from crmcli.output.clean import one_line
from crmcli.output.result import Done, Export, Result
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
EXPORTS = {
    "xlsx": ("crmcli.output.workbook", "write_book"),
    "csv": ("crmcli.output.separated", "write_headed_csv"),
    "tsv": ("crmcli.output.separated", "write_headed_tsv"),
    "json": ("crmcli.output.records", "write_tables_json"),
    "jsonl": ("crmcli.output.records", "write_tables_jsonl"),
    "vcf": ("crmcli.output.vcards", "write_vcards"),
}
"""Who writes whole tables, in the formats that can be imported again or read by other programs."""
_BINARY = {"xlsx"}


def refuse_unshowable(form: str, output: Path | None) -> None:
    """Finds out that an answer cannot go where it is wanted before anything is done. Raises Wrong or CrmError."""
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise Wrong(f"--format {form} needs --output FILE")
    if output and not output.absolute().parent.is_dir():
        raise CrmError(f"the folder {output.absolute().parent} does not exist: make it, or choose another --output")


def show(result: Result | Export, form: str, look: Look, output: Path | None) -> None:
    """Writes the result in a format of FORMATS, tables in one of EXPORTS, to a file, or to standard output without one.

    What was done is said in a line on standard error where standard output is for a program.
    """
    if isinstance(result, Done) and (form != "table" or output):
        sys.stderr.write(one_line(result.line) + "\n")
    module, name = (EXPORTS if isinstance(result, Export) else FORMATS)[form]
    write = getattr(import_module(module), name)
    if output:
        _write_file(write, result, look, output, binary=form in _BINARY)
    elif form in _BINARY:
        _write_binary(write, result, look)
    else:
        _ready(sys.stdout, form)
        write(result, sys.stdout, look)


def send(write: Callable[[IO[bytes]], None], output: Path | None) -> None:
    """Has a workbook written to a file, or to standard output without one."""
    if output:
        _write_file(lambda _result, file, _look: write(file), None, Look(), output, binary=True)
    else:
        _write_binary(lambda _result, file, _look: write(file), None, Look())


def _ready(stream: Any, form: str) -> None:
    """Programs get UTF-8 whatever the locale; people get what their terminal can show."""
    if form == "table":
        stream.reconfigure(errors="backslashreplace")
    else:
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _write_file(write: Any, result: Result | Export | None, look: Look, path: Path, *, binary: bool) -> None:
    """Writes the whole file or nothing: what stood there before stays until the answer is complete.

    A new file holds customers' data and is for its owner alone (0600); one that is replaced keeps its permissions.
    """
    try:
        if path.exists() and not path.is_file():
            _fill(write, result, look, path.open("wb"), binary=binary)  # a pipe or a device; a folder refuses
        else:
            _replace(write, result, look, path.resolve(), binary=binary)
    except PermissionError:
        raise NotAllowed(f"{path} cannot be written: it is closed to you") from None
    except OSError as error:
        raise CrmError(f"{path} cannot be written: {error.strerror or error}") from None


def _replace(write: Any, result: Result | Export | None, look: Look, path: Path, *, binary: bool) -> None:
    if path.exists():
        path.open("ab").close()  # a file that may not be written is not to be replaced either
    number, name = mkstemp(dir=path.parent, prefix=".crmcli-")
    part = Path(name)
    try:
        _fill(write, result, look, open(number, "wb"), binary=binary)  # noqa: SIM115, PTH123 - _fill closes it
        if path.exists():
            copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _fill(write: Any, result: Result | Export | None, look: Look, file: BinaryIO, *, binary: bool) -> None:
    with file:
        if binary:
            write(result, file, look)
            return
        with TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="") as text:
            write(result, text, look)


def _write_binary(write: Any, result: Result | Export | None, look: Look) -> None:
    if sys.stdout.isatty():
        raise Wrong("--format xlsx needs --output FILE")
    whole = BytesIO()
    write(result, whole, look)
    sys.stdout.buffer.write(whole.getvalue())
