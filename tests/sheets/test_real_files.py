from pathlib import Path

from tests.sheets.limited import read_in_limits

_REFUSED = {
    "emptysheets.csv", "empty.csv", "RepeatedDataCells.ods", "issue.804.ods", "nomimetype.ods", "oleloop.xls",
    "maccentraleurope.biff5.xls", "pwtest.xls", "pwtest2.xls", "utf16be.bom.xlsx", "utf16be.xlsx", "OOM_alloc3.xls",
    "issue252.xlsx", "issue_594_dos.ods", "pass_protected.ods", "pass_protected.xlsb", "pass_protected.xlsx",
    "example_password.xlsx", "rc4cryptoapi_password.xls", "xor_password_123456789012345.xls", "encrypted-letmein.ods",
    "too_small.xls",
}  # fmt: skip
"""Locked, damaged or empty ones, and those in which the reader of workbooks finds its way no more."""
_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv"}


def test_every_real_file_is_read_or_refused_in_one_line_and_in_limits(shared_data: Path) -> None:
    files = sorted(path for path in shared_data.rglob("*.*") if path.suffix in _SUFFIXES)
    ended = read_in_limits(files)
    assert [str(end) for end in ended if end.died] == []
    assert len(ended) == len(files) > 300
    assert [end.refusal for end in ended if "\n" in end.refusal or end.refusal.count(end.path.name) > 1] == []
    assert {end.path.name for end in ended if end.refusal} <= _REFUSED
    assert [str(end) for end in ended if end.seconds > 2] == []


def test_locked_workbooks_say_so(shared_data: Path) -> None:
    locked = [path for path in shared_data.rglob("*pass*.*") if path.suffix in _SUFFIXES and "clean" not in path.name]
    ended = read_in_limits(locked)
    assert len(ended) > 4
    assert [str(end) for end in ended if "password" not in end.refusal] == []
