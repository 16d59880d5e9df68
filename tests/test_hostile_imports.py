"""Hostile files through the whole program: refused in one line, soon, in little memory, and no base is made."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.measured import measured
from tests.sheets.bare import PARTS, archive, workbook

MIB = 1 << 20
HEAD = "Имя;Телефон\nАнна;89160000001\n".encode()
PEOPLE = "".join(
    f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>Имя {n}</t></is></c><c r="B{n}"><v>7916{n:07}</v></c></row>'
    for n in range(1, 20_000)
)
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def far_cell_behind_many() -> bytes:
    """Where the quick look at the cells, made for how most programs write, does not see it."""
    return workbook(PEOPLE + "<row r='20000'><c t='n' r='XFD1048576'><v>1</v></c></row>")


def ods(columns: int, rows: int) -> bytes:
    cell = f'<t:table-cell o:value-type="string" t:number-columns-repeated="{columns}"><x:p>x</x:p></t:table-cell>'
    table = f'<t:table t:name="S"><t:table-row t:number-rows-repeated="{rows}">{cell}</t:table-row></t:table>'
    names = f'xmlns:o="{OFFICE}:office:1.0" xmlns:t="{OFFICE}:table:1.0" xmlns:x="{OFFICE}:text:1.0"'
    content = (
        f"<o:document-content {names}><o:body><o:spreadsheet>{table}</o:spreadsheet></o:body></o:document-content>"
    )
    return archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def xlsb() -> bytes:
    """A cell at each end, one of them in a record of its own row."""
    book = _record(0x9C, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S"))
    cells = b"".join(
        _record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0)) + _record(5, struct.pack("<IId", column, 0, 1))
        for row, column in ((0, 0), (1_048_575, 16_383))
    )
    parts = {name.replace(".xml", ".bin") if "workbook" in name else name: part for name, part in PARTS.items()}
    parts = {name: part.replace("sheet1.xml", "sheet1.bin") for name, part in parts.items()}
    parts["_rels/.rels"] = PARTS["_rels/.rels"].replace("workbook.xml", "workbook.bin")
    return archive(
        parts
        | {
            "xl/workbook.bin": _record(0x83) + _record(0x8F) + book + _record(0x90) + _record(0x84),
            "xl/worksheets/sheet1.bin": _record(0x81)
            + _record(0x94, bytes(16))
            + _record(0x91)
            + cells
            + _record(0x92)
            + _record(0x82),
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return number + bytes([len(content)]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "made", "said"),
    [
        ("far.xlsx", far_cell_behind_many, "harm"),
        ("far.xlsb", xlsb, "harm"),
        ("rows.ods", lambda: ods(1, 10**9), ""),
        ("square.ods", lambda: ods(1_000, 10_000), ""),
        ("columns.csv", lambda: b"a;" * 10_000_000 + b"\n1\n", "line of more than"),
        ("columns.csv", lambda: b"a;" * 100_000 + b"\n1\n", "16384 columns"),
        ("quotes.csv", lambda: HEAD + b'"' + b'""\n' * 4 * MIB, "never closed"),
        ("spans.html", lambda: b"<table><tr><td>Name<td>Phone<tr>" + b"<td colspan=1000 rowspan=65534>x" * 200, ""),
        ("nested.html", lambda: b"<html><body>" + b"<table><tr><td>" * 100_000, "without a table"),
        ("folded.vcf", lambda: b"BEGIN:VCARD\nVERSION:3.0\nFN:Anna\nNOTE:" + b"x\n " * 3 * MIB + b"\nEND:VCARD\n", ""),
    ],
)
def test_a_hostile_file_is_refused_soon_and_makes_no_base(
    tmp_path: Path, name: str, made: Callable[[], bytes], said: str
) -> None:
    (tmp_path / name).write_bytes(made())
    assert said in refusal(tmp_path / name)


@pytest.mark.parametrize("head", [b"", HEAD, b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>"])
def test_a_hundred_megabytes_of_nothing_are_refused_soon(tmp_path: Path, head: bytes) -> None:
    with (tmp_path / "large.csv").open("wb") as large:
        large.write(head)
        large.truncate(100 * MIB)
    assert "large.csv" in refusal(tmp_path / "large.csv")


def refusal(path: Path) -> str:
    base = path.with_name("base.db")
    ran = measured("import", path, "--yes", "--base", base)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran
    assert ran.err.startswith("crmcli: ")
    assert "mistake of ours" not in ran.err
    assert ran.seconds < 6  # two or three of them the file's; a busy machine takes more for the program itself
    assert ran.peak < 512
    assert not base.exists()
    return ran.err
