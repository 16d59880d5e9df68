"""Text that means harm, through every command in every form: a terminal obeys none of it, a spreadsheet runs none."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from crmcli.base.opening import Base
from crmcli.settings import FORMATS
from tests.conftest import Ran, Run, location_text
from tests.hostile_base import FORMULAS, HARM, MARKUP, hostile_base
from tests.output.conftest import OBEYED
from tests.terminal import at_a_terminal
from tests.test_prompt import LINES, word_of

SHOWN = [words for words, line in LINES.items() if line is not None]
"""Every command but demo; a test of the prompt sees that none is missing."""
HIDDEN = set("\u202e\u2066\u200b\u00ad")
ASKING = {
    "import": "{sheet}",
    "undo": "1",
    "contact merge": "1 2",
    "contact delete": "1",
    "contact purge": "1",
    "backup restore": "{backup}",
}


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Base:
    monkeypatch.chdir(tmp_path)
    return hostile_base(tmp_path)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A hostile sheet, with a hostile heading, a row that is refused and a date that may be two, of a hostile name."""
    path = tmp_path / f"{HARM.replace('/', '|')}.csv"
    harm = f'"{HARM}"'
    text = f"Name;Phone;Birthday;{harm}\n{harm};{harm};{harm};{harm}\n{harm};+79160000001;;{harm}\n"
    path.write_text(text, encoding="utf-8", newline="")
    return path


@pytest.fixture
def backup(program: Run, hostile: Base, tmp_path: Path) -> Path:
    (tmp_path / "kept").mkdir()
    assert program("--base", hostile.location, "backup", "create", tmp_path / "kept").code == 0
    (path,) = (tmp_path / "kept").glob("*.backup")
    return path


@pytest.fixture
def named(sheet: Path, backup: Path) -> dict[str, Path]:
    """What arguments name."""
    return {"sheet": sheet, "backup": backup}


def answers(program: Run, base: Base, form: str, folder: Path, named: dict[str, Path]) -> Iterator[tuple[str, Ran]]:
    """What every command answers in a form, one after another."""
    for number, words in enumerate(SHOWN):
        file = ["--output", folder / f"{number}.xlsx"] if form == "xlsx" else []
        line = ASKING.get(words, LINES[words] or "").split()
        own = [word.format(**named) if "{" in word else word for word in line]
        shown = program("--base", base.location, *words.split(), *own, "--no-input", "--format", form, *file)
        yield words, shown


@pytest.mark.parametrize("form", FORMATS)
def test_no_command_lets_a_terminal_obey_in(
    form: str, hostile: Base, named: dict[str, Path], program: Run, tmp_path: Path
) -> None:
    done = 0
    for words, ran in answers(program, hostile, form, tmp_path, named):
        assert ran.code in {0, 1, 2, 3}, (words, ran)
        assert "mistake of ours" not in ran.err, (words, ran)
        assert not OBEYED & set(ran.out + ran.err), (words, ran)
        assert not HIDDEN & set(ran.err), (words, ran)
        if form in {"table", "json", "jsonl"}:
            assert not HIDDEN & set(ran.out), (words, ran)
        done += ran.code == 0
    assert done > (15 if form != "ids" else 5)
    for path in tmp_path.glob("*.xlsx"):
        check_cells(path)


def check_cells(path: Path) -> None:
    """Sees that no cell of a workbook runs or holds a control character."""
    for page in load_workbook(path):
        for cell in (cell for row in page.iter_rows() for cell in row):
            assert cell.data_type != "f", (path, cell)
            assert not isinstance(cell.value, str) or not OBEYED & set(cell.value), (path, cell)


def test_markup_is_shown_as_it_stands(hostile: Base, program: Run) -> None:
    for words in ("contact list", "contact show 1", "history", "history --operation 1", "deal list"):
        assert MARKUP in program("--base", hostile.location, *words.split()).out, words


def test_cards_obey_nothing_either(hostile: Base, program: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.vcf"
    assert program("--base", hostile.location, "export", "contacts", "-o", path).code == 0
    assert not OBEYED - {"\r"} & set(path.read_bytes().decode())


def test_every_command_that_asks_is_made_to() -> None:
    asking = {words for words in SHOWN if word_of(words).asks}
    assert asking - {"backup prune"} <= set(ASKING), "prune names what the program named"


@pytest.mark.parametrize("words", ASKING)
def test_no_question_at_a_terminal_is_obeyed(
    words: str, hostile: Base, named: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    own = [word.format(**named) if "{" in word else word for word in ASKING[words].split()]
    code, seen = at_a_terminal(b"x\nn\n", "--base", location_text(hostile), *words.split(), *own)
    assert code == 1, seen
    assert "Traceback" not in seen
    assert "[red]x[" in seen
    assert not (OBEYED - {"\r"}) & set(seen), seen
    assert "\r" not in seen.replace("\r\n", ""), seen
    assert not HIDDEN & set(seen), seen


def test_what_is_typed_behind_a_question_is_checked_as_arguments_are(hostile: Base) -> None:
    base = ["--base", location_text(hostile)]
    code, seen = at_a_terminal(b"\xff\ny\n", *base, "contact", "delete", "1")
    assert code == 2, seen
    assert "characters that cannot be stored" in seen


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_formulas_come_back_as_the_texts_they_are(
    form: str, hostile: Base, program: Run, sqlite_template: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    shutil.copy(sqlite_template, other)
    exported = tmp_path / f"people.{form}"
    assert program("--base", hostile.location, "export", "contacts", "-o", exported).code == 0
    assert program("--base", other, "import", exported, "--yes").code in {0, 3}
    names = [row["name"] for row in json.loads(program("--base", other, "contact", "list", "--format", "json").out)]
    assert {text.strip() for text in FORMULAS} <= set(names)
