"""Backups through the program."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crmcli.base.opening import Base
from crmcli.commands import backup as commands
from crmcli.commands.session import Session
from tests.builders import add_contact, add_sale, building
from tests.commands.conftest import TODAY, Asked, Said, on_sqlite
from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("postgres_programs", "shop")
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        add_sale(writer, add_contact(writer, "Anna"), TODAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my copies"
    made.mkdir()
    return made


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock of the backups."""
    return lambda moment: monkeypatch.setattr(commands, "_now", lambda: moment)


def test_a_base_is_backed_up_checked_changed_and_brought_back(do: Said, ask: Asked, folder: Path) -> None:
    said = do("backup", "create", folder)
    found = re.fullmatch(r"Backed up 1 contact and 1 purchase, to (.*\.backup)\.", said)
    assert found, said
    assert re.fullmatch(r".* is whole: 1 contact and 1 purchase, at 20.* UTC\.", do("backup", "verify", found[1]))
    do("contact", "edit", "Anna", "--city", "Kazan")
    do("contact", "add", "Ivan")
    said = do("backup", "restore", found[1], "--yes")
    assert said.startswith("Restored 1 contact and 1 purchase, as at ")
    assert [row["city"] for row in ask("contact", "list")] == [None]
    back = re.search(r"The former base is \S.* now\. To go back: crmcli backup restore (.*)$", said)
    assert back
    do("backup", "restore", back[1].strip("'"), "--yes")
    assert [row["city"] for row in ask("contact", "list")] == ["Kazan", None]


def test_programs_are_told_what_people_are(ask: Asked, folder: Path, base: Base) -> None:
    made = ask("backup", "create", folder)
    assert made["path"].startswith(str(folder))
    assert (made["contacts"], made["purchases"], made["why"], made["base"]) == (1, 1, "", str(base.location))
    assert ask("backup", "verify", made["path"]) == made
    (listed,) = ask("backup", "list", folder)
    assert listed == made | {"fault": None}
    restored = ask("backup", "restore", made["path"], "--yes")
    assert restored["digest"] == made["digest"]
    assert Path(restored["saved"]).exists()
    assert restored["former"]


def test_without_a_folder_backups_are_in_the_bases_own(do: Said, ask: Asked) -> None:
    assert do("backup", "list").startswith("There is no backup in ")
    do("backup", "create")
    assert len(ask("backup", "list")) == 1


def test_the_newest_is_listed_first_and_what_is_damaged_is_told(
    do: Said, ask: Asked, folder: Path, at: Callable[[datetime], None]
) -> None:
    for day in range(3):
        at(NOON + timedelta(days=day))
        do("backup", "create", folder)
    (folder / "torn.backup").write_bytes(b"?")
    rows = ask("backup", "list", folder)
    assert [row["made_at"] for row in rows] == [f"2026-07-0{day}T12:00:00" for day in (3, 2, 1)] + [None]
    assert "no backup that crmcli made" in rows[-1]["fault"]
    assert len(ask("backup", "list", folder, "--limit", "2")) == 2
    assert "2026-07-03 12:00:00" in do("backup", "list", folder)


@on_sqlite
def test_backups_are_listed_and_restored_where_the_base_is_damaged(
    do: Said, ask: Asked, base: Base, folder: Path, refused: Said
) -> None:
    made = ask("backup", "create", folder)["path"]
    do("backup", "create")
    path = Path(str(base.location))
    path.write_bytes(bytes(200) + path.read_bytes()[200:])
    refused("contact", "list")
    assert len(ask("backup", "list", "--meta")["rows"]) == 1
    said = do("backup", "restore", made, "--yes")
    assert "The former base is" in said
    assert "To go back" not in said
    assert [row["name"] for row in ask("contact", "list")] == ["Anna"]


@on_sqlite
def test_a_base_that_is_gone_comes_back(do: Said, ask: Asked, base: Base, folder: Path) -> None:
    made = ask("backup", "create", folder)["path"]
    Path(str(base.location)).unlink()
    assert "former" not in do("backup", "restore", made, "--yes")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna"]


def test_nothing_is_restored_or_removed_unasked(
    ask: Asked, refused: Said, folder: Path, at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for hour in range(2):
        at(NOON + timedelta(hours=hour))
        made.append(ask("backup", "create", folder)["path"])
    assert "add --yes" in refused("backup", "restore", made[0], code=2)
    assert "add --yes" in refused("backup", "prune", folder, code=2)
    asked = []
    monkeypatch.setattr(Session, "confirm", lambda _, question: asked.append(question))
    assert "nothing was restored" in refused("backup", "restore", made[0])
    assert "nothing was removed" in refused("backup", "prune", folder)
    assert "which is kept beside?" in asked[0]
    assert asked[1] == f"Remove 1 backup: {Path(made[0]).name}?"
    assert len(ask("backup", "list", folder)) == 2
    assert ask("backup", "list") == []


def test_old_backups_are_removed_but_those_worth_keeping(
    do: Said, ask: Asked, folder: Path, at: Callable[[datetime], None]
) -> None:
    for day in range(10):
        at(NOON + timedelta(days=day))
        do("backup", "create", folder)
    done = ask("backup", "prune", folder, "--keep", "2d,2w", "--yes")
    left = [row["made_at"][:10] for row in ask("backup", "list", folder)]
    assert left == ["2026-07-10", "2026-07-09", "2026-07-05"]
    assert (len(done["removed"]), len(done["kept"]), done["damaged"]) == (7, 3, [])
    assert do("backup", "prune", folder, "--keep", "2d,2w") == "There is no backup to remove."


def test_a_damaged_backup_counts_for_nothing_and_is_left_alone(
    do: Said, ask: Asked, folder: Path, at: Callable[[datetime], None]
) -> None:
    at(NOON)
    whole = Path(ask("backup", "create", folder)["path"])
    at(NOON + timedelta(hours=1))
    damaged = Path(ask("backup", "create", folder)["path"])
    content = damaged.read_bytes()
    damaged.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    assert do("backup", "prune", folder, "--keep", "1d").endswith(f"Damaged: {damaged.name}.")
    assert (whole.exists(), damaged.exists()) == (True, True)


def test_automatic_backups_are_no_part_of_pruning(do: Said, ask: Asked, folder: Path) -> None:
    made = ask("backup", "create", folder)["path"]
    do("backup", "restore", made, "--yes")
    do("backup", "restore", made, "--yes")
    assert do("backup", "prune", "--keep", "0d", "--yes") == "There is no backup to remove."
    assert [row["why"] for row in ask("backup", "list")] == ["restore"] * 2 + ["former base"] * 2


def test_what_is_no_backup_is_refused(refused: Said, folder: Path) -> None:
    (folder / "notes.txt").write_text("notes")
    for verb in (["verify"], ["restore", "--yes"]):
        assert "no backup that crmcli made" in refused("backup", *verb, folder / "notes.txt")
        assert "No such file" in refused("backup", *verb, folder / "none")
        assert "Is a directory" in refused("backup", *verb, folder)
    for word in ("create", "list", "prune"):
        assert "does not exist" in refused("backup", word, folder / "none")
    assert "such as 7d,4w,12m" in refused("backup", "prune", "--keep", "7 days", code=2)


@on_sqlite
def test_where_there_is_no_base_there_is_nothing_to_back_up(program: Run, tmp_path: Path) -> None:
    ran = program("backup", "create", "--base", tmp_path / "none.db")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no base" in ran.err
    assert not (tmp_path / "none-backups").exists()
