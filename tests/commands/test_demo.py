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
    assert sorted(path.name for path in folder.iterdir()) == ["demo-shop.db", "demo-shop.xlsx"]
    ran = program("--base", folder / "demo-shop.db", "contact", "list", "--format", "json")
    assert len(json.loads(ran.out)) > 100


def test_the_demo_leaves_other_files_of_the_folder_alone(program: Run, tmp_path: Path) -> None:
    own = tmp_path / "shop.xlsx"
    own.write_text("mine", encoding="utf-8")
    assert program("demo", tmp_path).code == 0
    assert own.read_text(encoding="utf-8") == "mine"


def test_a_demo_that_was_broken_off_does_not_stop_the_next_one(program: Run, tmp_path: Path) -> None:
    (tmp_path / "demo-shop.xlsx").write_text("half", encoding="utf-8")
    assert program("demo", tmp_path).code == 0


def test_the_demo_refuses_a_format_it_cannot_have_before_it_makes_anything(program: Run, tmp_path: Path) -> None:
    ran = program("demo", tmp_path / "new", "--format", "csv")
    assert ran.code == 2
    assert "table or json" in ran.err
    assert not (tmp_path / "new").exists()


def test_the_demo_does_not_write_into_a_base_that_is_in_use(program: Run, tmp_path: Path) -> None:
    base = tmp_path / "base.db"
    assert program("--base", base, "contact", "add", "Anna").code == 0
    ran = program("--base", base, "demo", tmp_path / "demo")
    assert ran.code == 1
    assert "already" in ran.err
