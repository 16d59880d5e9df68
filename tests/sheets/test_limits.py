"""Limits are set in processes of their own: they cannot be taken back."""

import io
import subprocess
import sys
import zipfile

import pytest

from crmcli.sheets.limits import OUT_OF_MEMORY, allowance, why_it_ended
from tests.sheets.bare import workbook

MIB = 2**20


def ended(program: str) -> "subprocess.CompletedProcess[str]":
    """How a program ends that may take 200 MiB and a second."""
    limited = f"from crmcli.sheets.limits import *; keep_within(200 << 20, 1)\n{program}"
    return subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=False, timeout=60)


def test_what_takes_more_memory_fails() -> None:
    assert "MemoryError" in ended("bytes(300 << 20)").stderr
    assert ended("bytes(50 << 20)").returncode == 0


def test_what_takes_more_time_ends() -> None:
    assert "longer" in why_it_ended(ended("while True: pass").returncode)


def test_what_waits_for_itself_ends_and_what_others_wait_for_does_not() -> None:
    waiting = "import threading; list(in_time(iter(lambda: threading.Event().wait(), 0), 0.05))"
    assert "longer" in why_it_ended(ended(waiting).returncode)
    slow_taker = "import time\nfor _ in in_time(iter([1, 2]), 0.05): time.sleep(0.5)"
    assert ended(slow_taker).returncode == 0


def test_a_lower_limit_of_the_users_stays() -> None:
    program = "import resource; resource.setrlimit(resource.RLIMIT_AS, (100 << 20, 100 << 20)); keep_within(1 << 30, 9)"
    assert ended(f"{program}; print(resource.getrlimit(resource.RLIMIT_AS)[0] >> 20)").stdout == "100\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [(OUT_OF_MEMORY, "memory"), (-24, "longer"), (-14, "longer"), (-9, "system"), (-6, "harm"), (1, "harm")],
)
def test_the_end_of_the_reading_is_put_into_words(code: int, said: str) -> None:
    assert said in why_it_ended(code)


def test_a_small_file_may_take_little() -> None:
    for content in (b"", b"a;b\n", workbook("<row/>"), b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0"):
        memory, seconds = allowance(content)
        assert memory <= 401 * MIB
        assert seconds < 2.1


def test_a_large_file_may_take_more_by_what_it_holds() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("xl/worksheets/sheet1.xml", b" " * 100 * MIB)
    memory, seconds = allowance(made.getvalue())
    assert 700 * MIB <= memory <= 701 * MIB
    assert seconds > 30
    assert allowance(b"a;b\n" * 5 * MIB)[0] == 720 * MIB
