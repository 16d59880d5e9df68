"""An export imported into an empty base gives the same base, whatever its texts try."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base, open_or_create
from tests.commands.conftest import Said
from tests.commands.made_base import make_base, mark_of, of_the_owner
from tests.conftest import Run, location_text

CSV = (("contacts", "--archived"), ("contacts",), ("products",), ("deals",), ("purchases",), ("touches",))
"""The exports that together hold everything, in the order in which they are imported."""


@pytest.fixture
def empty(sqlite_template: Path, tmp_path: Path) -> Base:
    """A second base in a file."""
    path = tmp_path / "empty.db"
    shutil.copy(sqlite_template, path)
    return open_or_create(SqliteLocation(path))


@pytest.fixture
def do_in(program: Run, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Runs a command that works on a base; the line it says."""

    def run(base: Base, *words: object) -> str:
        monkeypatch.setenv("CRMCLI_BASE", location_text(base))
        ran = program(*words)
        assert ran.code == 0, (ran.out, ran.err)
        return ran.out.strip()

    return run


def exported(do_in: Said, base: Base, folder: Path, form: str, language: str) -> list[Path]:
    """The files of an export of everything, in the order in which they are to be imported."""
    files: list[Path] = []
    for number, words in enumerate(CSV if form == "csv" else (("all",),)):
        files.append(folder / f"{number}.{form}")
        do_in(base, "export", *words, "-o", files[-1], "--headings", language)
    return files


Sent = Callable[[Base, Base, str], list[Path]]


@pytest.fixture
def send(do_in: Said, tmp_path: Path) -> Sent:
    """Exports all of a base, as "xlsx ru" or the like, and imports it into another; the files."""

    def run(base: Base, other: Base, form: str) -> list[Path]:
        files = exported(do_in, base, tmp_path, *form.split())
        for file in files:
            do_in(other, "import", file, "--yes")
        return files

    return run


def assert_same(base: Base, other: Base) -> None:
    """The other base holds what the base does."""
    mark = mark_of(base)
    before, after = of_the_owner(base, mark), of_the_owner(other, mark)
    for name, found in before.items():
        assert after[name] == found, name


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("form", ["xlsx en", "xlsx ru", "csv en", "csv ru"])
def test_an_export_imported_into_an_empty_base_is_the_same_base(
    form: str, seed: int, sqlite_base: Base, empty: Base, send: Sent
) -> None:
    make_base(sqlite_base, seed)
    send(sqlite_base, empty, form)
    assert_same(sqlite_base, empty)


@pytest.mark.parametrize("form", ["xlsx ru", "csv en"])
def test_from_one_engine_to_the_other_it_is_the_same_base(
    form: str, postgres_base: Base, empty: Base, send: Sent
) -> None:
    make_base(postgres_base, 21)
    send(postgres_base, empty, form)
    assert_same(postgres_base, empty)


@pytest.mark.parametrize("form", ["xlsx en", "csv ru"])
def test_the_other_way_it_is_the_same_base(form: str, sqlite_base: Base, postgres_base: Base, send: Sent) -> None:
    make_base(sqlite_base, 22)
    send(sqlite_base, postgres_base, form)
    assert_same(sqlite_base, postgres_base)


@pytest.mark.parametrize("form", ["xlsx ru", "csv en"])
def test_a_second_import_adds_and_changes_nothing(
    form: str, sqlite_base: Base, empty: Base, send: Sent, do_in: Said
) -> None:
    make_base(sqlite_base, 31)
    for file in send(sqlite_base, empty, form):
        for way in ("fill", "update"):
            assert changed(do_in(empty, "import", file, "--yes", "--on-duplicate", way, "--format", "json")) == NOTHING
    assert_same(sqlite_base, empty)


@pytest.mark.parametrize("form", ["xlsx ru", "csv en"])
@pytest.mark.parametrize("way", ["fill", "update"])
def test_a_base_that_imports_its_own_export_stays_as_it_is(
    way: str, form: str, base: Base, do_in: Said, tmp_path: Path
) -> None:
    make_base(base, 41, controls=False)
    before = of_the_owner(base, mark_of(base))
    for file in exported(do_in, base, tmp_path, *form.split()):
        assert changed(do_in(base, "import", file, "--yes", "--on-duplicate", way, "--format", "json")) == NOTHING
    assert of_the_owner(base, mark_of(base)) == before


NOTHING = {"created": 0, "updated": 0, "rejected": 0, "contacts_made": 0, "operation_id": None}


def changed(outcome: str) -> dict[str, object]:
    """What an import says that it did."""
    told = json.loads(outcome)
    return {name: told[name] for name in NOTHING}
