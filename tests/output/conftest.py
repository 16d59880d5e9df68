"""Answers of every type, the ways to render them, and texts that mean harm."""

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from crmcli.output.result import Card, Column, Done, Listing, Report, Row
from crmcli.output.show import show
from crmcli.output.table import write
from crmcli.output.values import Look
from crmcli.sheets.formats import grids_of
from crmcli.sheets.grid import Cell

COLUMNS = (
    Column("id", "Id", "int"),
    Column("name", "Name"),
    Column("phones", "Phones", "texts"),
    Column("revenue", "Revenue", "money"),
    Column("quantity", "Quantity", "quantity"),
    Column("share", "Share", "rate"),
    Column("bought_on", "Bought on", "date"),
    Column("bought_at", "At", "time"),
    Column("extra", "Extra", "fields"),
    Column("archived", "Archived", "flag", shown=False),
)
ANNA: Row = {
    "id": 7,
    "name": "Анна Петрова",
    "phones": ["+79161234567", "+78005553535"],
    "revenue": 120050,
    "quantity": 1500,
    "share": 1 / 3,
    "bought_on": date(2026, 7, 1),
    "bought_at": time(14, 5),
    "extra": {"size": "XL"},
    "archived": False,
}
NOBODY: Row = {"id": 8}
LISTING = Listing(COLUMNS, [ANNA, NOBODY], total=5, left_out=2, title="Contacts", remarks=("2 more were left out.",))
EMPTY = Listing(COLUMNS, [], total=0, empty="No such contact.")
CARD = Card(COLUMNS, ANNA, "Анна Петрова (person 7)", {"timeline": LISTING}, "Buys every 20 days.")
DONE = Done("Added contact 7 Анна.", (Column("id", kind="int"), Column("on", kind="date")), {"id": 7, "on": None})
REPORT = Report([CARD, LISTING, DONE])
NAMES = (Column("id", "Id", "int"), Column("name", "Name"), Column("phones", "Phones", "texts"), Column("city", "City"))
HOSTILE = [
    "=1+1", "=cmd|' /C calc'!A0", "+79161234567", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋7", "－1", "＠a", "'=1",
    "''=1", "'", "'слово'", "'+7", "' =1", "[bold]x[/bold]", "[/]", "[link=http://x]y[/link]", ":smile:", ":warning:",
    "a\nb", "a\r\nb", "a\rb", "a,b;c\td|e", 'he said "no"', '"', '"=1', ";=1", "#REF!", "#N/A", "TRUE", "1e5", "00123",
    "2026-07-01", "2026-02-31", "12:30", "<b>&amp;</b>", "_x0041_", "]]>", "%s{0}", "\\", "a\\nb", "é", "e\u0301", "ﷺ",
    "家族", "👨‍👩‍👧", "🇷🇺", "\u202eevil\u202c", "\u2066a\u2069", "zero\u200bwidth", "soft\u00adhyphen", "a\u2028b",
    "<r><t>b</t></r>", "</t></is></c>",
]  # fmt: skip
CONTROLS = [
    "\x1b[31mred", "\x1b]52;c;ZXZpbA==\x07", "\x1b]8;;http://evil\x1b\\x", "\x9b31m", "\x9d0;title\x9c", "a\x00b",
    "\x01'=1", "\x08\x08\x08x", "\x7f", "a\x0bb\x0cc", "\x85", "\ud800", "\udfff x", "\ufffe", "\uffff",
]  # fmt: skip
OBEYED = {chr(code) for code in (*range(32), *range(0x7F, 0xA0))} - {"\n", "\t"}
"""What a terminal obeys; the line feed and the tab are the program's own."""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def named(*texts: str) -> Listing:
    """A list of contacts with these names."""
    rows = [{"id": number, "name": text, "phones": [], "city": "Казань"} for number, text in enumerate(texts, 1)]
    return Listing(NAMES, rows, len(rows))


def in_pipe(result: Any, look: Look = Look()) -> str:  # noqa: B008 - frozen
    file = io.StringIO()
    write(result, file, look)
    return file.getvalue()


def written(result: Any, path: Path, look: Look = Look(), form: str = "") -> Path:  # noqa: B008 - frozen
    """The answer in a file, in the format of its ending."""
    show(result, form or path.suffix[1:], look, path)
    return path


def cells_back(path: Path) -> list[list[Cell]]:
    """What our own importer finds in a file, without its headings."""
    return [row.cells for row in grids_of(path.name, path.read_bytes())[0].rows[1:]]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Renders on a terminal of a width, without a colour's or a bold's escape sequences unless asked for."""

    def rendered(result: Any, width: int = 80, term: str = "dumb") -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", term)
        file = Terminal()
        write(result, file, Look())
        return file.getvalue()

    return rendered


MOMENT = datetime.fromisoformat("2026-07-01T14:05:00+03:00")
