"""Settings through the program."""

import json
from pathlib import Path

import pytest

from crmcli.settings import settings_file
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run


def found(ask: Asked, name: str) -> tuple[str, str]:
    row = ask("config", "get", name)
    return row["value"], row["source"]


def test_every_setting_is_listed_with_its_value_and_source(ask: Asked) -> None:
    rows = {row["name"]: row for row in ask("config", "list")}
    assert {
        "currency",
        "country",
        "time_zone",
        "due_factor",
        "touched_days",
        "base",
        "employee",
        "format",
        "limit",
    } <= set(rows)
    assert set(rows["currency"]) == {"name", "value", "source", "kept_in", "help"}
    assert (rows["currency"]["value"], rows["currency"]["source"]) == ("RUB", "default")
    assert (rows["base"]["source"], rows["format"]["source"]) == ("environment", "flag")
    assert "password" not in rows["base"]["value"]


def test_a_fact_of_the_business_is_kept_in_the_base_and_a_personal_one_in_the_file(do: Said, ask: Asked) -> None:
    assert "in the base. (crmcli undo 1 takes it back)" in do("config", "set", "country", "KZ")
    assert found(ask, "country") == ("KZ", "base")
    assert "undo" not in do("config", "set", "limit", "30")
    assert found(ask, "limit") == ("30", "file")
    do("undo", "--yes")
    assert found(ask, "country") == ("RU", "default")


def test_what_is_stored_is_what_the_commands_go_by(do: Said, ask: Asked) -> None:
    do("config", "set", "country", "US")
    do("contact", "add", "Ann", "--phone", "(415) 555-2671")
    assert ask("contact", "show", "Ann")["phones"] == ["+14155552671"]


def test_a_flag_goes_before_the_environment_before_the_file(
    do: Said, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    do("config", "set", "employee", "Olga")
    assert found(ask, "employee") == ("Olga", "file")
    monkeypatch.setenv("CRMCLI_EMPLOYEE", "Boris")
    assert found(ask, "employee") == ("Boris", "environment")
    row = ask("config", "get", "employee", "--as", "Ivan")
    assert (row["value"], row["source"]) == ("Ivan", "flag")
    monkeypatch.setenv("CRMCLI_EMPLOYEE", "")
    assert found(ask, "employee") == ("Olga", "file")
    assert "its default" in do("config", "set", "employee", "")
    assert found(ask, "employee")[0] == ""


def test_what_a_setting_cannot_be_is_refused_with_what_is_expected(refused: Said, ask: Asked) -> None:
    for name, value, expected in (
        ("currency", "rub", "three capital letters"),
        ("country", "Russia", "two capital letters"),
        ("time_zone", "Mars/Olympus", "Europe/Moscow"),
        ("due_factor", "0", "above 0"),
        ("due_factor", "nan", "above 0"),
        ("dormant_factor", "x", "above 0"),
        ("touched_days", "x", "whole number"),
        ("limit", "0", "whole number"),
        ("limit", "99999999999999999999", "whole number"),
        ("format", "xml", "jsonl"),
    ):
        assert expected in refused("config", "set", name, value, code=2), (name, value)
    assert "there are currency, country" in refused("config", "get", "colour")
    assert "there are currency, country" in refused("config", "set", "colour", "red")
    assert {row["source"] for row in ask("config", "list")} <= {"default", "environment", "flag"}


def test_a_setting_that_is_so_already_is_not_stored_again(do: Said) -> None:
    do("config", "set", "touched_days", "14")
    assert do("config", "set", "touched_days", "14") == "touched_days is 14 already."


def test_the_currency_does_not_change_under_amounts(do: Said, refused: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    do("config", "set", "currency", "JPY")
    do("purchase", "add", "-", "1500")
    for other in ("RUB", "USD"):
        assert "amounts in JPY" in refused("config", "set", "currency", other)
    assert "amounts in its currency" in refused("undo", "1", "--yes")
    monkeypatch.setenv("CRMCLI_CURRENCY", "RUB")
    assert "1\u00a0500 JPY" in do("purchase", "add", "-", "1500")


@on_sqlite
def test_a_relative_path_of_a_base_is_kept_whole(do: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"base is {tmp_path}/shop.db now" in do("config", "set", "base", "shop.db")


def test_a_base_chosen_in_the_file_is_the_one_that_is_used(program: Run, tmp_path: Path) -> None:
    assert program("config", "set", "base", tmp_path / "shop.db").code == 0
    assert program("contact", "add", "Anna").code == 0
    assert (tmp_path / "shop.db").exists()


def test_settings_are_shown_before_there_is_a_base(program: Run) -> None:
    ran = program("config", "list", "--format", "json")
    assert ran.code == 0
    assert {row["source"] for row in json.loads(ran.out)} <= {"default", "flag"}


def test_a_broken_settings_file_is_named(program: Run, tmp_path: Path) -> None:
    path = tmp_path / "config" / "crmcli" / "settings.ini"
    path.parent.mkdir(parents=True)
    path.write_text("not an ini file", encoding="utf-8")
    ran = program("config", "list")
    assert ran.code == 1
    assert str(path) in ran.err


def test_a_base_that_cannot_be_is_mended_by_setting_another(program: Run, tmp_path: Path) -> None:
    file = settings_file()
    file.parent.mkdir(parents=True)
    file.write_text("[crmcli]\nbase = mysql://host/db\n", encoding="utf-8")
    assert program("contact", "list").code == 2
    assert program("config", "set", "base", tmp_path / "shop.db").code == 0
