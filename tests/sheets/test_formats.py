from datetime import date
from pathlib import Path

import pytest

from crmcli.errors import CrmError
from tests.sheets.conftest import OPTIONS, read_grids, write_workbook
from tests.sheets_read import read_file


def refusal(path: Path) -> str:
    with pytest.raises(CrmError) as caught:
        read_file(path, OPTIONS)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (b"<html><p>1</p></html>", "web page without a table"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html>", "web page"),
        (b'<?xml version="1.0"?><Customers/>', "an XML file"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003"),
        (b"%PDF-1.7", "PDF"),
        (b'{"a": 1}', "JSON"),
        (b"PK\x03\x04 not really", "no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no workbook"),
        (bytes(range(256)) * 20, "no spreadsheet"),
        (b"1;2;3\n4;5;6\n", "no table"),
        (b"\xef\xbb\xbf", "empty"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_with_the_cause(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "book.xls"
    path.write_bytes(content)
    assert said in refusal(path)


@pytest.mark.parametrize("name", ["example_password.xlsx", "rc4cryptoapi_password.xls"])
def test_a_locked_workbook_says_that_it_is_locked(shared_data: Path, name: str) -> None:
    assert "password" in refusal(shared_data / "workbooks" / "msoffcrypto-tool" / name)


def test_a_workbook_under_a_false_name_is_read(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [["Имя", "Телефон"], ["Иван", "89161234567"]]).rename(tmp_path / "a.csv")
    assert len(read_file(path, OPTIONS)[0].records) == 1


@pytest.mark.parametrize("ending", ["csv", "xls", "ods", "txt", "pdf"])
def test_the_content_decides_and_not_the_ending(shared_data: Path, tmp_path: Path, ending: str) -> None:
    for book in ("calamine/date.xls", "calamine/date.xlsx", "calamine/date.ods", "calamine/date.xlsb"):
        path = tmp_path / f"{Path(book).stem}.{ending}"
        path.write_bytes((shared_data / "workbooks" / book).read_bytes())
        assert read_grids(path)[0].rows[0].cells[0] == date(2021, 1, 1)
