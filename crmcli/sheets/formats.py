"""Which format a file has: its content decides, not the ending of its name."""

from collections.abc import Callable
from dataclasses import dataclass

from crmcli.errors import CrmError
from crmcli.sheets.delimited import read_delimited
from crmcli.sheets.grid import Grid
from crmcli.sheets.page import read_page
from crmcli.sheets.workbook import read_workbook

Reader = Callable[[str, bytes], list[Grid]]


@dataclass(frozen=True, slots=True)
class Format:
    """One format: how its content starts, in lower case, and what reads it."""

    starts: tuple[bytes, ...]
    read: Reader


def _refuse(what: str, instead: str) -> Reader:
    def read(name: str, _content: bytes) -> list[Grid]:
        raise CrmError(f"{name} is {what}, not a spreadsheet: {instead}")

    return read


def _read_xml(name: str, content: bytes) -> list[Grid]:
    """A web page that is XML, too; other XML is no table, one kind of it an old form of workbook."""
    start = content[:2000].lower()
    if b"<html" in start or b"<table" in start:
        return read_page(name, content)
    what = "a workbook in the XML of Excel 2003" if b"office:spreadsheet" in start else "an XML file"
    raise CrmError(f"{name} is {what}, which is not read: {_SAVE_AGAIN}")


_SAVE_AGAIN = "open it in a spreadsheet program and save it as .xlsx"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
FORMATS = (
    Format((b"<!doctype", b"<html", b"<head", b"<meta", b"<table", b"<style", b"<body", b"<div"), read_page),
    Format((b"<?xml", b"<"), _read_xml),
    Format((b"%pdf",), _refuse("a PDF", "ask for the table as .xlsx or .csv")),
    Format((b"{", b"["), _refuse("a JSON file", "save it as .csv or .xlsx")),
    Format((b"\x89png", b"\xff\xd8\xff", b"gif8"), _refuse("a picture", "ask for the table as .xlsx or .csv")),
    Format((b"\x1f\x8b", b"rar!", b"7z\xbc\xaf"), _refuse("a packed archive", "unpack it first")),
    Format((b"",), read_delimited),
)
"""The first row that fits is taken; the last one, delimited text, fits everything."""


def grids_of(name: str, content: bytes, password: str | None = None) -> list[Grid]:
    """Every sheet of a file with that name and content; `password` opens a workbook that is locked by one.

    Raises CrmError, its line beginning with the name, where the content cannot be read; Locked for want of a password.
    """
    if not content.strip():
        raise CrmError(f"{name} is empty: nothing to read in it")
    if content.startswith(_WORKBOOKS):
        return read_workbook(name, content, password)
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next(f for f in FORMATS if start.startswith(f.starts)).read(name, content)
