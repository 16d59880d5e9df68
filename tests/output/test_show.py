import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crmcli.errors import CrmError, NotAllowed, Wrong
from crmcli.output import records
from crmcli.output.show import FORMATS, show
from crmcli.output.values import Look
from crmcli.settings import FORMATS as NAMES
from tests.conftest import Run
from tests.output.conftest import CARD, DONE, EMPTY, LISTING, REPORT, named, written


class Stdout(io.TextIOWrapper):
    """A standard output whose bytes can be looked at."""

    def __init__(self, encoding: str = "utf-8", *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def bytes(self) -> bytes:
        self.flush()
        held: Any = self.buffer
        return bytes(held.getvalue())


def shown(monkeypatch: pytest.MonkeyPatch, result: Any, form: str, stdout: Stdout | None = None) -> bytes:
    stdout = stdout or Stdout()
    monkeypatch.setattr(sys, "stdout", stdout)
    show(result, form, Look(), None)
    return stdout.bytes()


def test_the_formats_are_those_of_the_setting() -> None:
    assert tuple(FORMATS) == NAMES


@pytest.mark.parametrize("form", NAMES)
@pytest.mark.parametrize("result", [LISTING, EMPTY, CARD, DONE])
def test_every_answer_has_every_form(form: str, result: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(result, tmp_path / "answer", form=form)
    content = path.read_bytes()
    assert content or (form in {"ids", "jsonl"} and result is EMPTY)
    if form != "xlsx":  # a workbook holds the time it was made
        assert shown(monkeypatch, result, form) == content


@pytest.mark.parametrize("form", [form for form in NAMES if form not in {"table", "json"}])
def test_several_answers_are_a_table_or_json_and_nothing_else(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stdout = Stdout()
    with pytest.raises(Wrong, match="several parts"):
        shown(monkeypatch, REPORT, form, stdout)
    assert stdout.bytes() == b""
    with pytest.raises(Wrong, match="several parts"):
        written(REPORT, tmp_path / "answer", form=form)
    assert list(tmp_path.iterdir()) == []


def test_what_was_done_is_said_on_stderr_where_stdout_is_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    show(DONE, "table", Look(), None)
    assert capsys.readouterr() == ("Added contact 7 Анна.\n", "")
    show(DONE, "jsonl", Look(), None)
    assert capsys.readouterr() == ('{"id": 7, "on": null}\n', "Added contact 7 Анна.\n")


def test_a_workbook_is_not_written_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = Stdout(terminal=True)
    with pytest.raises(Wrong, match="xlsx needs --output FILE"):
        shown(monkeypatch, LISTING, "xlsx", stdout)
    assert stdout.bytes() == b""


def test_a_workbook_goes_into_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, LISTING, "xlsx").startswith(b"PK")


def test_programs_get_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for form in ("json", "jsonl", "csv", "tsv"):
        assert "Анна Петрова" in shown(monkeypatch, LISTING, form, Stdout("ascii")).decode()


@pytest.mark.parametrize("result", [LISTING, EMPTY, CARD, DONE, REPORT, named("家族 \ud800 😀")])
@pytest.mark.parametrize("encoding", ["ascii", "cp1251", "latin-1"])
def test_people_get_what_their_terminal_can_show(result: Any, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, result, "table", Stdout(encoding)).decode(encoding)


def test_a_cyrillic_terminal_shows_cyrillic(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Анна Петрова" in shown(monkeypatch, LISTING, "table", Stdout("cp1251")).decode("cp1251")


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        path = written(LISTING, tmp_path / "answer.csv")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "answer.csv"
    path.write_text("old")
    path.chmod(0o640)
    written(LISTING, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_text(encoding="utf-8").startswith("id,name")


@pytest.mark.parametrize(
    "failure", [ZeroDivisionError("ours"), OSError(28, "No space left on device"), KeyboardInterrupt()]
)
def test_a_failure_leaves_the_old_file_and_no_other(
    failure: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_result: object, file: io.StringIO, _look: object) -> None:
        file.write("half")
        raise failure

    monkeypatch.setattr(records, "write_json", fail)
    path = tmp_path / "answer.json"
    path.write_text("old")
    with pytest.raises((ZeroDivisionError, CrmError, KeyboardInterrupt)):
        written(LISTING, path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("answer.json", "old")]


def test_a_file_next_to_it_is_left_alone(tmp_path: Path) -> None:
    neighbour = tmp_path / "answer.csv.part"
    neighbour.write_text("mine")
    written(LISTING, tmp_path / "answer.csv")
    assert neighbour.read_text() == "mine"


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old")
    link.symlink_to(target)
    written(LISTING, link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("id,name")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_device_is_written_into_and_never_replaced(form: str, tmp_path: Path) -> None:
    null = tmp_path / "null"
    null.symlink_to(os.devnull)
    written(LISTING, null, form=form)
    assert null.is_symlink()
    assert Path(os.devnull).is_char_device()


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    written(LISTING, pipe, form="csv")
    assert os.read(reader, 3) == b"id,"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize(
    ("place", "reason"),
    [("none/answer.csv", "No such file or directory"), (".", "Is a directory"), ("file/answer.csv", "Not a directory")],
)
def test_a_place_that_cannot_be_is_told_in_one_line(place: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CrmError, match=f"cannot be written: {reason}") as caught:
        written(LISTING, tmp_path / place, form="csv")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("closed", ["folder", "file"])
def test_a_place_closed_to_the_user_is_not_allowed(closed: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "answer.csv"
    path.write_text("old")
    (folder if closed == "folder" else path).chmod(0o500 if closed == "folder" else 0o400)
    with pytest.raises(NotAllowed, match="closed to you"):
        written(LISTING, path)
    folder.chmod(0o700)
    assert path.read_text() == "old"


def test_a_refusal_of_the_system_is_not_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("crmcli.output.show.mkstemp", refuse)
    with pytest.raises(NotAllowed, match=r"answer\.csv cannot be written: it is closed to you"):
        written(LISTING, tmp_path / "answer.csv")


@pytest.mark.parametrize(("words", "code"), [(("--format", "ids"), 2), (("--output", "/nowhere/x.csv"), 1)])
def test_the_program_says_in_one_line_why_it_writes_nothing(words: tuple[str, ...], code: int, crm: Run) -> None:
    ran = crm("config", "list", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)


def test_the_ending_of_the_file_tells_the_format(crm: Run, tmp_path: Path) -> None:
    crm("contact", "add", "Анна")
    for ending, beginning in (("json", b"["), ("csv", b"id,"), ("xlsx", b"PK")):
        path = tmp_path / f"contacts.{ending}"
        ran = crm("contact", "list", "--output", path)
        assert (ran.code, ran.out) == (0, "")
        assert path.read_bytes().startswith(beginning)


def test_a_poor_locale_makes_no_traceback(tmp_path: Path) -> None:
    rich = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "CRMCLI_BASE": str(tmp_path / "shop.db"),
        "PYTHONUTF8": "1",
    }
    poor = {**rich, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}

    def run(*words: str, env: dict[str, str] = poor) -> bytes:
        command = [sys.executable, "-m", "crmcli", *words]
        ran = subprocess.run(command, env=env, capture_output=True, check=False, cwd=Path(__file__).parents[2])
        assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False), ran.stderr
        return ran.stdout

    run("contact", "add", "Anna", "--city", "Казань", env=rich)
    assert b"Anna" in run("contact", "list")
    assert json.loads(run("contact", "list", "--format", "json"))[0]["city"] == "Казань"
