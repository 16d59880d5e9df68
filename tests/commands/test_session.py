"""Who acts, where the base is, and that a change is told of only where there was one."""

from pathlib import Path

import pytest

from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run


@pytest.fixture
def olga(do: Said) -> None:
    do("employee", "add", "Olga Petrova")
    do("contact", "add", "Anna")


@pytest.mark.usefixtures("olga")
@pytest.mark.parametrize("how", ["flag", "environment", "file"])
def test_the_employee_who_acts_is_recorded_and_owns_what_is_made(
    how: str, do: Said, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    flags = ["--as", "olga"] if how == "flag" else []
    if how == "environment":
        monkeypatch.setenv("CRMCLI_EMPLOYEE", "olga")
    if how == "file":
        do("config", "set", "employee", "olga")
    do("touch", "add", "Anna", "call", *flags)
    do("deal", "add", "Anna", "Tea", *flags)
    do("purchase", "add", "Anna", "100", *flags)
    assert ask("touch", "list")[0]["employee"] == "Olga Petrova"
    assert ask("deal", "list")[0]["owner"] == "Olga Petrova"
    assert ask("deal", "show", "1")["moves"][0]["employee"] == "Olga Petrova"
    assert ask("purchase", "list")[0]["owner"] == "Olga Petrova"
    assert "purchase add by Olga Petrova at" in do("undo", "--yes")


@pytest.mark.usefixtures("olga")
def test_an_unknown_employee_changes_nothing_and_those_there_are_are_listed(
    refused: Said, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in ("contact add Ivan", "stage add X", "config set country KZ", "undo --yes", "purchase add - 5"):
        assert "there are Olga Petrova" in refused(*words.split(), "--as", "Nobody"), words
    monkeypatch.setenv("CRMCLI_EMPLOYEE", "Nobody")
    assert "there are Olga Petrova" in refused("contact", "tag", "Anna", "vip")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna"]


def test_the_first_employee_may_add_himself(do: Said, refused: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMCLI_EMPLOYEE", "Olga")
    assert "crmcli employee add 'Olga' makes it" in refused("contact", "add", "Anna")
    do("employee", "add", "Olga")
    do("contact", "add", "Anna")


def test_the_first_write_makes_the_base_and_a_question_does_not(program: Run, tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    asked = program("--base", path, "contact", "list")
    assert (asked.code, asked.out) == (1, "")
    assert "there is no base at" in asked.err
    assert not path.exists()
    assert program("contact", "add", "Anna", "--base", path).code == 0
    assert program("contact", "list", "--base", path, "--format", "ids").out == "1\n"


def test_without_a_choice_the_base_is_in_the_users_own_folder(program: Run, tmp_path: Path) -> None:
    assert program("contact", "add", "Anna").code == 0
    assert (tmp_path / "data" / "crmcli" / "base.db").exists()


def test_a_place_that_cannot_be_a_base_is_refused_in_a_line(program: Run, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear Anna, " * 100, encoding="utf-8")
    for place, told in (
        (tmp_path, "is a folder"),
        (other, "something else than a crmcli base"),
        (tmp_path / "no" / "base.db", "does not exist"),
        ("mysql://host/db", "postgresql://"),
        ("postgresql://localhost/db?schema=A-B", "schema"),
    ):
        ran = program("--base", place, "contact", "add", "Anna")
        assert ran.code in (1, 2), place
        assert told in ran.err, place
        assert ran.err.count("\n") == 1, place
    assert other.read_text(encoding="utf-8").startswith("Dear Anna")


@on_sqlite
def test_a_failure_to_show_is_found_before_anything_is_changed(
    refused: Said, ask: Asked, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "does not exist" in refused("contact", "add", "Anna", "--output", tmp_path / "no" / "x.json")
    refused("contact", "add", "Anna", "--format", "xml", code=2)
    monkeypatch.setenv("CRMCLI_FORMAT", "xml")
    assert "from the environment" in refused("contact", "add", "Anna", code=2)
    assert ask("contact", "list") == []
