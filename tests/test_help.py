"""Every --help is as it was meant, ends with examples, and these work.

After a change that is meant: WRITE_HELP=1 make test, then look at what git says has changed.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from crmcli import app
from tests.conftest import Run

GOLDEN = Path(__file__).parent / "help"


def all_words() -> Iterator[tuple[str, ...]]:
    """The words of every command: (), ("contact",), ("contact", "add") ..."""
    root = typer.main.get_command(app.app)
    yield ()
    for name in app.Root.table:
        yield tuple(name.split())
        found = root.imported(name)  # type: ignore[attr-defined]  # our own group has it
        yield from ((name, verb) for verb in getattr(found, "commands", {}))


WORDS = list(all_words())


def examples_in(help_text: str) -> list[str]:
    _, found, examples = help_text.partition("Examples:\n")
    return [line.strip() for line in examples.splitlines() if line.strip()] if found else []


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_the_help_of(words: tuple[str, ...], program: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    shown = program(*words, "--help")
    path = GOLDEN / f"{'-'.join(words) or 'crmcli'}.txt"
    if os.environ.get("WRITE_HELP"):
        path.write_text(shown.out, encoding="utf-8")
    assert shown.code == 0
    assert shown.out == path.read_text(encoding="utf-8")


def test_no_golden_help_is_left_of_a_command_that_is_gone() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {"-".join(words) or "crmcli" for words in WORDS}


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's base and workbook, and a backup."""
    folder = tmp_path_factory.mktemp("shop")
    assert app.main(["demo", str(folder)]) == 0
    assert app.main(["backup", "create", str(folder), "--base", str(folder / "demo-shop.db")]) == 0
    next(folder.glob("*.backup")).rename(folder / "monday.backup")
    return folder


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_the_examples_work_of(
    words: tuple[str, ...], program: Run, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = examples_in((GOLDEN / f"{'-'.join(words) or 'crmcli'}.txt").read_text(encoding="utf-8"))
    assert 2 <= len(examples) <= 3
    assert not re.search(r"(^| )/", " ".join(examples)), "an example writes where others are"
    monkeypatch.chdir(tmp_path)
    shutil.copy(shop / "demo-shop.xlsx", tmp_path / "customers.xlsx")
    shutil.copy(shop / "monday.backup", tmp_path)
    shutil.copy(shop / "demo-shop.db", tmp_path / "shop.db")
    for number, example in enumerate(examples):
        base = shutil.copy(shop / "demo-shop.db", tmp_path / f"{number}.db")
        monkeypatch.setenv("CRMCLI_BASE", str(base))
        ran = program(*shlex.split(example)[1:])
        assert ran.code == 0, f"{example}: {ran.err}"
        assert not re.search("No such|Nothing found", ran.out), f"{example} shows nothing"
