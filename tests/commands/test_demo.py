"""The sample shop."""

import json
from pathlib import Path

from tests.conftest import Run


def test_the_demo_answers_the_main_questions_and_works_twice(program: Run, tmp_path: Path) -> None:
    folder = tmp_path / "a shop"
    first = program("demo", folder)
    assert (first.code, first.err) == (0, "")
    for told in (
        "Stored",
        "Whom to call on",
        "buys every",
        "Where the funnel leaks",
        "The weakest step",
        "Look around:",
    ):
        assert told in first.out, told
    assert program("demo", folder).out == first.out
    assert sorted(path.name for path in folder.iterdir()) == ["demo.db", "shop.xlsx"]
    ran = program("--base", folder / "demo.db", "contact", "list", "--format", "json")
    assert len(json.loads(ran.out)) > 100


def test_the_demo_leaves_what_is_the_users_own(program: Run, tmp_path: Path) -> None:
    own = tmp_path / "shop.xlsx"
    own.write_text("mine", encoding="utf-8")
    ran = program("demo", tmp_path)
    assert ran.code == 1
    assert "name another folder" in ran.err
    assert own.read_text(encoding="utf-8") == "mine"


def test_the_demo_does_not_write_into_a_base_that_is_in_use(program: Run, tmp_path: Path) -> None:
    base = tmp_path / "base.db"
    assert program("--base", base, "contact", "add", "Anna").code == 0
    ran = program("--base", base, "demo", tmp_path / "demo")
    assert ran.code == 1
    assert "already" in ran.err
