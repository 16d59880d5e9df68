"""Reading in a process of its own: what arrives from there, what is refused, and that nothing is left behind."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from crmcli.errors import AmbiguousDates, CrmError, Locked
from crmcli.sheets import guard
from crmcli.sheets.guard import STDIN, opened
from crmcli.sheets.options import ReadingOptions
from tests.sheets.conftest import OPTIONS
from tests.sheets_read import read_file

PEOPLE = "Имя;Телефон\nАнна;8 916 000-00-01\nИван;8 916 000-00-02\n"
MANY = "Имя;Телефон\n" + "".join(f"Клиент {n};8 916 {n:07}\n" for n in range(5_000))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No process, running or ended, and no open file."""
    before = left()
    yield
    assert left() == before


def left() -> tuple[str, int]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text(), len(list(Path("/proc/self/fd").iterdir()))


def names(path: Path, options: ReadingOptions = OPTIONS) -> list[str | None]:
    with opened(path, options) as reading:
        return [getattr(record, "name", None) for batch in reading.batches() for record in batch.records]


def refusal(path: Path, options: ReadingOptions = OPTIONS) -> str:
    with pytest.raises(CrmError) as caught:
        names(path, options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_same_is_read_as_without_it(people: Path) -> None:
    (plain,) = read_file(people, OPTIONS)
    with opened(people, OPTIONS) as reading:
        batches = list(reading.batches())
        assert reading.sheets == (replace(plain, records=(), rejections=()),)
    assert tuple(record for batch in batches for record in batch.records) == plain.records


def test_rows_that_are_kept_can_be_had_twice_and_others_once(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(people / "no folder"))  # so few of them need no file
    with opened(people, OPTIONS, keep=True) as reading:
        assert list(reading.batches()) == list(reading.batches()) != []
    with opened(people, OPTIONS) as reading:
        assert list(reading.batches())
        with pytest.raises(RuntimeError, match="not kept"):
            list(reading.batches())


def test_many_rows_are_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_KEPT_IN_MEMORY", 100_000)
    (tmp_path / "many.csv").write_text(MANY, encoding="utf-8")
    with opened(tmp_path / "many.csv", OPTIONS, keep=True) as reading:
        sizes = [sum(len(batch.records) for batch in reading.batches()) for _ in range(3)]
    assert sizes == [5_000] * 3


def test_reading_that_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text(MANY, encoding="utf-8")
    with opened(tmp_path / "many.csv", OPTIONS) as reading:
        assert reading.sheets[0].row_count == 5_000


def test_errors_arrive_as_what_they_are(tmp_path: Path, shared_data: Path) -> None:
    (tmp_path / "dates.csv").write_text("Дата;Клиент;Сумма\n03/04/2026;Анна;5\n", encoding="utf-8")
    with pytest.raises(AmbiguousDates) as caught:
        names(tmp_path / "dates.csv")
    assert (caught.value.column, caught.value.example) == ("A, Дата", "03/04/2026")
    with pytest.raises(Locked, match="password"):
        names(next(shared_data.rglob("pass_protected.xlsx")))


def test_what_is_no_file_is_refused_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert "no file" in refusal(tmp_path / "nowhere.csv")
    assert "is a folder" in refusal(tmp_path)
    assert "is a device" in refusal(Path("/dev/zero"))


def test_what_cannot_be_read_to_the_end_is_refused() -> None:
    assert "cannot read mem: Input/output error" in refusal(Path("/proc/self/mem"))


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = Thread(target=(tmp_path / "pipe").write_text, args=[MANY, "utf-8"])
    writer.start()
    assert len(names(tmp_path / "pipe")) == 5_000
    writer.join()


def test_what_does_not_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LARGEST", 5 << 20)
    with Path("/dev/zero").open() as endless:
        monkeypatch.setattr(sys, "stdin", endless)
        assert "standard input is larger than 5 MiB" in refusal(STDIN)


@pytest.mark.parametrize("content", [b"", b" \n\n"])
def test_an_empty_standard_input_is_said_to_be_empty(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert "standard input is empty" in refusal(STDIN)


def test_options_of_any_length_arrive(people: Path) -> None:
    mapping = {f"Колонка {n} с длинным названием": "" for n in range(10_000)}
    assert "Колонка 0" in refusal(people, replace(OPTIONS, mapping=mapping))
    assert names(people, replace(OPTIONS, defaults={"note": "я" * 300_000})) == ["Анна", "Иван"]


def test_a_program_that_cannot_read_is_no_reason_to_wait(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["/nowhere"])
    assert "cannot be read" in refusal(people)


def test_what_lies_in_the_folder_one_stands_in_is_not_run(people: Path) -> None:
    for name in ("csv.py", "crmcli.py", "pickle.py", "sitecustomize.py"):
        (people.parent / name).write_text("raise SystemExit('run')\n")
    words: list[str | Path] = [
        Path(sys.executable).with_name("crmcli"),
        "import",
        people.name,
        "--yes",
        "--base",
        "base.db",
    ]
    ran = subprocess.run(words, cwd=people.parent, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
