"""Files made to fill the memory or the day of whoever opens them."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sheets.bare import PARTS, SHEET, archive, sheet, strings, workbook
from tests.sheets.limited import Ended, read_in_limits

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
EXTERNAL = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
ENTITIES = '<!DOCTYPE a [<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def end_of(tmp_path: Path, content: bytes, name: str = "book.xlsx") -> Ended:
    path = tmp_path / name
    path.write_bytes(content)
    (ended,) = read_in_limits([path])
    assert not ended.died
    assert ended.seconds < 5
    return ended


def far(reference: str, row: int) -> bytes:
    return workbook(f'{ROW}<row r="{row}"><c r="{reference}"><v>1</v></c></row>')


def shared_strings_bomb(length: int, count: int) -> bytes:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in range(1, count))
    text = "".join(random.Random(1).choices("абвгдежзий", k=length))
    return workbook(cells, sharedStrings=strings(f"<si><t>a</t></si><si><t>{text}</t></si><si><t>b</t></si>"))


def looped_xls() -> bytes:
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    struct.pack_into("<108I", header, 80, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 2, 1, *[0xFFFFFFFF] * 125)
    return bytes(header) + table + b"\0" * 1024


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: archive(PARTS | {SHEET: b"<worksheet>" + b" " * 300_000_000}), "tighter"),
        (lambda: workbook(ROW, sharedStrings=strings("<si><t>a</t></si>" * 6_000_000)), "tighter"),
        (lambda: shared_strings_bomb(800_000, 10_000), "repeats long texts"),
        (lambda: shared_strings_bomb(600, 200_000), "repeats long texts"),
        (lambda: far("XFD1048576", 1048576), "far cells"),
        (lambda: far("J1048576", 1048576), "far cells"),
        (lambda: far("ZZZZZZ1", 1), "far cells"),
        (lambda: far("ZZZZZZZZZ1", 1), "is no cell"),
        (lambda: archive(PARTS | {SHEET: ENTITIES + "]>" + sheet("<row><c><v>&a9;</v></c></row>")}), "document type"),
        (lambda: archive(PARTS | {SHEET: EXTERNAL + sheet("<row><c><v>&b;</v></c></row>")}), "document type"),
        (looped_xls, "lead back"),
        (lambda: b"PK\x03\x04" + b"\0" * 1000, "damaged"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, made: Callable[[], bytes], said: str) -> None:
    assert said in end_of(tmp_path, made()).refusal


def test_a_declared_dimension_costs_nothing(tmp_path: Path) -> None:
    assert end_of(tmp_path, workbook(ROW, before='<dimension ref="A1:XFD1048576"/>')).rows == 1


def test_a_sheet_of_one_cell_at_each_end_is_read(tmp_path: Path) -> None:
    assert end_of(tmp_path, far("A1048576", 1048576)).rows == 2


def test_a_long_sheet_with_empty_rows_between_is_read(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="C{n}"><v>2</v></c></row>' for n in range(1, 200_000, 3))
    assert end_of(tmp_path, workbook(rows)).rows == 66_667


def test_a_text_file_of_a_million_columns_is_read_or_refused(tmp_path: Path) -> None:
    ended = end_of(tmp_path, b"a;" * 1_000_000 + b"\n1\n", "a.csv")
    assert ended.rows == 2 or ended.refusal


@pytest.mark.parametrize("seed", range(3))
def test_a_workbook_with_broken_bytes_ends_in_an_answer(tmp_path: Path, seed: int) -> None:
    made, chance = io.BytesIO(), random.Random(seed)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as opened:
        for name, part in (PARTS | {SHEET: sheet(ROW * 5)}).items():
            opened.writestr(name, part)
    paths = []
    for number in range(60):
        broken = bytearray(made.getvalue())
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(broken)
    ended = read_in_limits(paths)
    assert len(ended) == 60
    assert [str(end) for end in ended if end.died or "\n" in end.refusal] == []
