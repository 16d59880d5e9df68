import io
import sys

import pytest

from crmcli.output.progress import working
from tests.output.conftest import Terminal


def test_cron_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with working("Reading ..."):
        pass
    assert stream.getvalue() == ""


def test_a_terminal_shows_that_something_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with working("Reading [bold]\x1b]52;c;x\x07.xlsx ..."):
        pass
    assert "Reading [bold]␛]52;c;x␇.xlsx" in stream.getvalue()


def test_a_failure_meanwhile_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with pytest.raises(ZeroDivisionError), working("Reading ..."):
        raise ZeroDivisionError
