import io
import struct
import zipfile
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from crmcli.sheets.formats import grids_of
from tests.sheets.bare import PARTS, SHEET, archive, sheet, workbook

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refusal(content: bytes) -> str:
    with pytest.raises(CrmError) as caught:
        grids_of("book.xlsx", content)
    message = str(caught.value)
    assert message.startswith("book.xlsx ")
    assert "\n" not in message
    return message


def test_a_workbook_of_the_fewest_parts_is_read() -> None:
    (grid,) = grids_of("book.xlsx", workbook(ROW))
    assert [row.cells for row in grid.rows] == [[1.0]]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word/document.xml": "<w/>"}, "Word"),
        ({"ppt/presentation.xml": "<p/>"}, "presentation"),
        ({"META-INF/MANIFEST.MF": "Manifest-Version: 1.0"}, "program"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<o/>"}, "no spreadsheet"),
        ({"content.xml": "<o/>"}, "mimetype"),
        ({"lists/clients.xlsx": "x"}, "unpack it first and name lists/clients.xlsx"),
        ({"readme": "x"}, "packed archive"),
        ({}, "packed archive"),
    ],
)
def test_an_archive_that_is_no_workbook_is_called_what_it_is(parts: dict[str, str], said: str) -> None:
    content = archive(parts)
    assert said in refusal(content) if parts else content.startswith(b"PK\x05\x06")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "[Content_Types].xml", SHEET])
@pytest.mark.parametrize(
    "declaration",
    ['<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">', "<!doctype a>"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_part_that_declares_entities_is_not_opened(part: str, declaration: str, encoding: str) -> None:
    parts = PARTS | {SHEET: sheet(ROW)}
    hostile = ('<?xml version="1.0"?>' + declaration + parts[part]).encode(encoding)
    assert "declares a document type" in refusal(archive(parts | {part: hostile}))


def test_a_declaration_behind_a_long_comment_is_not_opened_either() -> None:
    hostile = "<!--" + " " * 5000 + '--><!DOCTYPE a [<!ENTITY b "c">]>' + sheet(ROW)
    assert "no XML" in refusal(archive(PARTS | {SHEET: hostile}))


def test_what_is_packed_too_tightly_is_not_unpacked() -> None:
    assert "tighter" in refusal(archive(PARTS | {SHEET: b"<a>" + b" " * 50_000_000}))


def test_many_parts_each_too_small_to_tell_are_not_unpacked_either() -> None:
    parts = {f"xl/worksheets/sheet{n}.xml": "<a>" + " " * 4_000_000 for n in range(1, 6)}
    assert "tighter" in refusal(archive(PARTS | parts))


def test_more_parts_than_a_workbook_has_are_not_opened() -> None:
    assert "10005 parts" in refusal(archive(PARTS | {SHEET: sheet(ROW)} | {f"xl/{n}": b"" for n in range(10_000)}))


def test_parts_that_share_their_bytes_are_not_opened() -> None:
    content = workbook(ROW)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        first, second = opened.infolist()[:2]
    directory = content.rindex(second.filename.encode())
    offset = directory - 4
    forged = content[:offset] + struct.pack("<I", first.header_offset) + content[offset + 4 :]
    assert "overlap" in refusal(forged) or "damaged" in refusal(forged)


def test_a_part_that_is_there_twice_is_not_opened() -> None:
    made = io.BytesIO(workbook(ROW))
    with zipfile.ZipFile(made, "a") as opened:
        opened.writestr("XL\\Workbook.xml", PARTS["xl/workbook.xml"])
    assert "2 times" in refusal(made.getvalue())


@pytest.mark.parametrize("declared", [10, 10_000_000])
def test_a_part_of_another_size_than_declared_is_refused(declared: int) -> None:
    content = workbook(ROW)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        size = struct.pack("<I", opened.getinfo(SHEET).file_size)
    place = content.rindex(SHEET.encode()) - 46 + 24
    assert content[place : place + 4] == size
    assert refusal(content[:place] + struct.pack("<I", declared) + content[place + 4 :])


def test_locked_parts_are_refused() -> None:
    content = bytearray(workbook(ROW))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "locked by a password" in refusal(bytes(content))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_cut_off_is_refused(share: float) -> None:
    content = workbook(ROW)
    assert "damaged" in refusal(content[: int(len(content) * share)])


@pytest.mark.parametrize("path", ["Zip-Windows-Directory-Separator.xlsx", "rootZipFiles.xlsx", "namespacestd.xlsx"])
def test_odd_but_honest_archives_are_read(shared_data: Path, path: str) -> None:
    content = (shared_data / "workbooks" / "PhpSpreadsheet" / "XLSX" / path).read_bytes()
    assert grids_of(path, content)[0].rows
