"""`base copy`: what it says, and that the copy is worked with as the base was."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from crmcli.base.location import Location, PostgresLocation
from crmcli.base.opening import Base
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run, place_text
from tests.terminal import at_a_terminal

PASSWORD = "s3cret-word"

across = pytest.mark.parametrize(
    ("base", "target"), [("sqlite", "to_postgres"), ("postgres", "to_sqlite")], indirect=True
)


@pytest.fixture
def shop(do: Said) -> None:
    """Anna, her history, one contact in the trash and one who was erased."""
    do("contact", "add", "Анна Орлова", "--phone", "+79160000001", "--set", "size=XL", "--tag", "vip")
    do("contact", "edit", "1", "--city", "Казань")
    do("contact", "add", "Deleted")
    do("contact", "delete", "2", "--reason", "closed", "--yes")
    do("contact", "add", "Erased")
    do("contact", "purge", "3", "--confirm", "Erased")
    do("purchase", "add", "1", "1200,50", "--on", "2026-05-01")
    do("contact", "archive", "1")


def copied(crm: Run, base: Base, target: Location) -> str:
    """Where a copy is."""
    ran = crm("base", "copy", place_text(base.location), place_text(target))
    assert (ran.code, ran.err) == (0, "")
    return place_text(target)


@across
@pytest.mark.usefixtures("shop")
def test_a_copy_has_the_history_and_takes_back_what_the_base_would(
    crm: Run, base: Base, ask: Asked, target: Location
) -> None:
    place = copied(crm, base, target)
    for words in ("history", "history 1", "contact list --archived", "contact list --deleted", "purchase list"):
        assert ask(*words.split(), "--base", place) == ask(*words.split()), words
    last = ask("history")[0]["operation_id"]
    for number in (last, 2):
        assert ask("undo", number, "--yes", "--base", place) == ask("undo", number, "--yes")
    assert ask("contact", "show", "1", "--base", place) == ask("contact", "show", "1")
    assert ask("contact", "show", "1", "--base", place)["city"] is None
    refusals = [crm("undo", 4, "--yes", "--base", where) for where in (place, place_text(base.location))]
    assert refusals[0].err == refusals[1].err
    assert crm("doctor", "--base", place).code == 0


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_it_says_what_was_copied_and_where(crm: Run, base: Base, tmp_path: Path) -> None:
    ran = crm("base", "copy", place_text(base.location), tmp_path / "copy.db")
    assert ran.out.startswith(f"Copied to {tmp_path / 'copy.db'}: contacts 3, purchases 1, ")
    assert ran.out.endswith("Every row was compared.\n")
    ran = crm("base", "copy", place_text(base.location), tmp_path / "second.db", "--format", "json")
    told = json.loads(ran.out)
    assert told == {
        "source": str(base.location),
        "target": str(tmp_path / "second.db"),
        "contacts": 3,
        "purchases": 1,
        "rows": told["rows"],
        "rows_before": 0,
    }
    assert told["rows"] > 20


@on_sqlite
def test_a_terminal_is_shown_how_far_it_is(base: Base, tmp_path: Path) -> None:
    code, seen = at_a_terminal(b"", "base", "copy", place_text(base.location), tmp_path / "copy.db")
    assert code == 0
    assert "Copying" in seen
    assert "Comparing" in seen


def test_no_password_is_told(crm: Run, postgres_base: Base, tmp_path: Path) -> None:
    location = postgres_base.location
    assert isinstance(location, PostgresLocation)
    source = replace(location, url=location.url.replace("postgres@", f"postgres:{PASSWORD}@"))
    for words in ((place_text(source), tmp_path / "copy.db"), (tmp_path / "copy.db", place_text(source))):
        ran = crm("base", "copy", *words, "--format", "json")
        assert PASSWORD not in ran.out + ran.err
    assert (tmp_path / "copy.db").exists()


@on_sqlite
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("shop.db mysql://h/d", "2 DST takes a file's path or a postgresql:// URL, not mysql://"),
        ("http://h/d shop.db", "2 SRC takes"),
        ("shop.db", "2 Missing argument 'DST'"),
        ("none.db other.db", "1 there is no base at"),
        ("none.db postgresql://nobody@127.0.0.1:1/none", "1 there is no base at"),
        ("postgresql://nobody@127.0.0.1:1/none other.db", "1 the server cannot be reached"),
    ],
)
def test_what_cannot_be_copied_is_refused_in_a_line(
    words: str, told: str, crm: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = crm("base", "copy", *words.split())
    assert (ran.out, ran.err.count("\n")) == ("", 1), ran
    assert f"{ran.code} {ran.err.removeprefix('crmcli: ')}".startswith(told)
    assert not (tmp_path / "other.db").exists()
