from pathlib import Path

import pytest

from crmcli.errors import CrmError, Locked
from tests.sheets.conftest import read_grids

WITH_PASSWORDS = [
    ("msoffcrypto-tool/example_password.xlsx", "Password1234_"),
    ("msoffcrypto-tool/rc4cryptoapi_password.xls", "Password1234_"),
    ("msoffcrypto-tool/xor_password_123456789012345.xls", "123456789012345"),
    ("PhpSpreadsheet/XLS/pwtest2.xls", "pwtest2"),
]


@pytest.mark.parametrize(("path", "password"), WITH_PASSWORDS)
def test_a_locked_workbook_opens_with_its_password_alone(shared_data: Path, path: str, password: str) -> None:
    book = shared_data / "workbooks" / path
    assert read_grids(book, password)[0].rows
    with pytest.raises(Locked, match="--password-env"):
        read_grids(book)
    with pytest.raises(Locked, match="does not open with this password"):
        read_grids(book, "wrong")


@pytest.mark.parametrize("password", [None, "anything"])
def test_a_workbook_only_protected_against_changes_opens_without_asking(
    shared_data: Path, password: str | None
) -> None:
    assert read_grids(shared_data / "workbooks/PhpSpreadsheet/XLS/pwtest3.xls", password)[0].rows


def test_an_ods_that_is_locked_says_that_no_password_helps(shared_data: Path) -> None:
    with pytest.raises(CrmError, match="save a copy without one") as caught:
        read_grids(shared_data / "workbooks/roo/encrypted-letmein.ods", "letmein")
    assert not isinstance(caught.value, Locked)


def test_a_workbook_without_a_lock_needs_no_password(shared_data: Path) -> None:
    assert read_grids(shared_data / "workbooks/msoffcrypto-tool/plain.xls", "anything")[0].rows
