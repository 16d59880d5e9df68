"""A copy of a base is the same base, wherever it stands; cut off, it is no base, and is gone on with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import delete, text, update

from crmcli.base import copying, lines, patience
from crmcli.base.checks import examined
from crmcli.base.copying import Copied, copy
from crmcli.base.counters import last_ids
from crmcli.base.digest import Content, content_of
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.opening import Base, open_base, opened_to_write
from crmcli.base.postgres import postgres_engine
from crmcli.base.sqlite import sqlite_engine
from crmcli.base.unfinished import UNFINISHED
from crmcli.base.writing import reading, writing
from crmcli.errors import Busy, CrmError
from crmcli.schema import contact_rhythm, contacts, purchases
from tests.base.confined import WITHOUT_PRIVILEGES, room_for, run, with_disk
from tests.base.rows import add_contact, add_one_of_each
from tests.conftest import Run, place_text
from tests.migrations.older import make_older, revisions

CONTACTS = 40

across = pytest.mark.parametrize(
    ("base", "target"), [("sqlite", "to_postgres"), ("postgres", "to_sqlite")], indirect=True
)
"""From each engine to the other; `base` and `target` alone are every way there is."""

into_each = pytest.mark.parametrize(
    ("base", "target"), [("sqlite", "to_sqlite"), ("sqlite", "to_postgres")], indirect=True
)
on_sqlite = pytest.mark.parametrize("base", ["sqlite"], indirect=True)


@contextmanager
def quietly(_text: str, _total: int) -> Iterator[Callable[[int], None]]:
    """Progress that nobody sees."""
    yield lambda _count: None


def stopping(text: str, after: int, stop: type[BaseException]) -> copying.Progress:
    """Progress in which a run stops once so many rows are done of what is so called."""

    @contextmanager
    def progress(said: str, _total: int) -> Iterator[Callable[[int], None]]:
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            if said == text and done > after:
                raise stop

        yield advance

    return progress


@pytest.fixture(autouse=True)
def little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are many blocks."""
    monkeypatch.setattr(lines, "AT_ONCE", 3)
    monkeypatch.setattr(copying, "BLOCKS", 2)


@pytest.fixture
def shop(base: Base) -> Base:
    """A base with rows of every kind, some of which were changed and removed."""
    with writing(base, "first", "me") as writer:
        ids = add_one_of_each(writer)
        added = [add_contact(writer, f"C{number}") for number in range(CONTACTS)]
        writer.connection.execute(update(purchases).values(contact_id=ids["contacts"]))
    with writing(base, "second", "me") as writer:
        writer.connection.execute(update(contacts).values(city="Пермь").where(contacts.c.id > 5))
        writer.connection.execute(delete(contact_rhythm).where(contact_rhythm.c.contact_id.in_(added[-3:])))
        writer.connection.execute(delete(contacts).where(contacts.c.id.in_(added[-3:])))
    return base


def opened(location: Location) -> Base:
    base = open_base(location)
    assert base is not None
    return base


def held(base: Base) -> tuple[Content, dict[str, int]]:
    """All that a base holds, and the last ids it has given."""
    with reading(base) as connection:
        return content_of(connection), last_ids(connection)


def is_empty(location: Location) -> bool:
    """Whether nothing at all is left at a place."""
    if isinstance(location, SqliteLocation):
        return not list(location.path.parent.glob(f"*{location.path.name}*")) + list(
            location.path.parent.glob(".crmcli*")
        )
    with postgres_engine(location).connect() as connection, connection.begin():
        found = text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema")
        return connection.execute(found, {"schema": location.schema}).scalar() == 0


def cut_off(shop: Base, target: Location, text: str = "Copying", after: int = 60) -> None:
    with pytest.raises(KeyboardInterrupt):
        copy(shop.location, target, stopping(text, after, KeyboardInterrupt))


def test_a_copy_is_the_same_base(shop: Base, target: Location) -> None:
    copied = copy(shop.location, target, quietly)
    content, last = held(shop)
    assert held(opened(target)) == (content, last)
    assert copied == Copied(content.counts, 0)
    assert {name: one.state for name, one in examined(target) if one.state != "ok"} == {}


@across
def test_no_id_is_used_again_in_a_copy(shop: Base, target: Location) -> None:
    copy(shop.location, target, quietly)
    ids = []
    for base in (shop, opened(target)):
        with writing(base, "third", "me") as writer:
            ids.append((add_contact(writer), writer.operation_id))
    assert ids == [(CONTACTS + 3, 3)] * 2
    assert held(opened(target))[1] == held(shop)[1]


@across
def test_a_copy_of_a_copy_on_the_other_engine_is_the_same_base(shop: Base, target: Location, tmp_path: Path) -> None:
    copy(shop.location, target, quietly)
    back = SqliteLocation(tmp_path / "back.db")
    copy(target, back, quietly)
    assert held(opened(back)) == held(shop)


@across
def test_a_base_without_an_operation_is_copied(base: Base, target: Location) -> None:
    copy(base.location, target, quietly)
    assert held(opened(target)) == held(base)


def test_the_base_that_is_copied_stays_as_it_is(sqlite_base: Base, target: Location) -> None:
    path = Path(str(sqlite_base.location))
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())
    copy(sqlite_base.location, target, quietly)
    made = [target.path] if isinstance(target, SqliteLocation) else []
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())) == (
        *before[:2],
        sorted(before[2] + made),
    )


@across
def test_what_is_written_meanwhile_is_no_part_of_the_copy(shop: Base, target: Location) -> None:
    before = held(shop)

    @contextmanager
    def writing_meanwhile(text: str, _total: int) -> Iterator[Callable[[int], None]]:
        if text == "Copying":
            with writing(shop, "meanwhile", "me") as writer:
                add_contact(writer, "Late")
        yield lambda _count: None

    copy(shop.location, target, writing_meanwhile)
    assert held(opened(target))[0] == before[0]


@on_sqlite
def test_a_file_copied_is_its_owners_alone(shop: Base, tmp_path: Path) -> None:
    copy(shop.location, SqliteLocation(tmp_path / "copy.db"), quietly)
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


# Cut off


@across
@pytest.mark.parametrize(("text", "after"), [("Copying", 0), ("Copying", 60), ("Comparing", 60), ("Making indexes", 9)])
def test_a_copy_that_was_cut_off_goes_on_where_it_stopped(text: str, after: int, shop: Base, target: Location) -> None:
    cut_off(shop, target, text, after)
    copied = copy(shop.location, target, quietly)
    assert held(opened(target)) == held(shop)
    every = sum(copied.counts.values())
    assert copied.kept_count == every if text != "Copying" else max(after - 6, 0) <= copied.kept_count < every
    assert {name: one.state for name, one in examined(target) if one.state != "ok"} == {}


@into_each
@pytest.mark.parametrize("text", ["Copying", "Making indexes"])
def test_no_other_command_takes_an_unfinished_copy_for_a_base(
    text: str, shop: Base, target: Location, program: Run, tmp_path: Path
) -> None:
    cut_off(shop, target, text, 1)
    for words in (
        "contact list",
        "contact add Anna",
        "undo --yes",
        "doctor",
        "backup create .",
        f"base copy {place_text(target)} {tmp_path / 'other.db'}",
    ):
        ran = program(*words.split(), "--base", place_text(target))
        assert ran.code == 1, words
        assert UNFINISHED in f"{ran.out}{ran.err}".replace("\n", " "), words
    assert copy(shop.location, target, quietly).kept_count > 0
    assert held(opened(target)) == held(shop)


@across
def test_where_the_base_has_changed_meanwhile_its_copy_is_begun_anew(
    shop: Base, target: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    cut_off(shop, target)
    with writing(shop, "third", "me") as writer:
        writer.connection.execute(update(contacts).values(city="Казань").where(contacts.c.id == 1))
    assert capsys.readouterr().err == ""
    assert copy(shop.location, target, quietly).kept_count == 0
    assert capsys.readouterr().err.count("begun anew") == 1
    assert held(opened(target)) == held(shop)


@into_each
def test_a_copy_that_is_spoiled_before_it_is_gone_on_with_is_not_kept(shop: Base, target: Location) -> None:
    cut_off(shop, target, "Comparing")
    engine = postgres_engine(target) if isinstance(target, PostgresLocation) else sqlite_engine(target.path)
    with engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text("UPDATE contacts SET name = 'X' WHERE id = 2"))
    with pytest.raises(CrmError, match="the contacts of the copy are not those of the base"):
        copy(shop.location, target, quietly)
    assert is_empty(target)


# Refused


@into_each
def test_a_place_with_a_base_is_left_untouched(shop: Base, target: Location) -> None:
    with opened_to_write(target) as other, writing(other, "mine", "me") as writer:
        add_contact(writer, "Mine")
    before = held(opened(target))
    with pytest.raises(CrmError, match=r"there is a base at .* already: nothing was copied"):
        copy(shop.location, target, quietly)
    assert held(opened(target)) == before


def test_a_base_is_not_copied_to_itself(shop: Base) -> None:
    before = held(shop)
    with pytest.raises(CrmError, match="there is a base at"):
        copy(shop.location, shop.location, quietly)
    assert held(shop) == before


def test_where_there_is_no_base_nothing_is_copied(target: Location, tmp_path: Path, postgres_base: Base) -> None:
    assert isinstance(postgres_base.location, PostgresLocation)
    nowhere: list[Location] = [
        SqliteLocation(tmp_path / "none.db"),
        PostgresLocation(postgres_base.location.url, "nowhere"),
    ]
    for source in nowhere:
        with pytest.raises(CrmError, match="there is no base at"):
            copy(source, target, quietly)
        assert is_empty(target)


@across
def test_an_older_base_is_refused_with_the_command_that_upgrades_it(base: Base, target: Location) -> None:
    make_older(base, revisions()[-2])
    with pytest.raises(CrmError, match=r"crmcli config list --base .* upgrades it"):
        copy(base.location, target, quietly)
    assert is_empty(target)
    with base.engine.connect() as connection, connection.begin():
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == revisions()[-2]


@on_sqlite
def test_a_file_of_another_program_is_left_alone(shop: Base, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CrmError, match="something else than a crmcli base"):
        copy(shop.location, SqliteLocation(tmp_path / "note.txt"), quietly)
    assert (tmp_path / "note.txt").read_text(encoding="utf-8") == "mine"


@on_sqlite
def test_a_folder_that_is_missing_is_named(shop: Base, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match=r"the folder .*nowhere does not exist"):
        copy(shop.location, SqliteLocation(tmp_path / "nowhere" / "copy.db"), quietly)


@across
def test_two_copies_to_one_place_do_not_mix(shop: Base, target: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE", 0.2)
    refused: list[BaseException] = []

    @contextmanager
    def copying_meanwhile(text: str, _total: int) -> Iterator[Callable[[int], None]]:
        yield lambda _count: None
        if text == "Copying":
            with pytest.raises((Busy, Exception), match=r"locked|busy|lock timeout") as second:
                copy(shop.location, target, quietly)
            refused.append(second.value)

    copy(shop.location, target, copying_meanwhile)
    assert len(refused) == 1
    assert held(opened(target)) == held(shop)


# What fails leaves nothing


@into_each
@pytest.mark.parametrize("text", ["Copying", "Comparing", "Making indexes"])
def test_a_failure_leaves_nothing(text: str, shop: Base, target: Location) -> None:
    with pytest.raises(MemoryError):
        copy(shop.location, target, stopping(text, 1, MemoryError))
    assert is_empty(target)
    cut_off(shop, target)
    with pytest.raises(MemoryError):
        copy(shop.location, target, stopping(text, 1, MemoryError))
    assert is_empty(target)


@on_sqlite
def test_a_schema_that_was_there_stays_empty(shop: Base, postgres_base: Base) -> None:
    assert isinstance(postgres_base.location, PostgresLocation)
    target = PostgresLocation(postgres_base.location.url, "given")
    with postgres_base.engine.connect().execution_options(crm_write=True) as connection, connection.begin():
        connection.execute(text("CREATE SCHEMA given"))
    with pytest.raises(MemoryError):
        copy(shop.location, target, stopping("Copying", 1, MemoryError))
    assert not is_empty(target)
    copy(shop.location, target, quietly)
    assert held(opened(target)) == held(shop)


@on_sqlite
def test_a_server_that_is_lost_leaves_what_can_be_gone_on_with(shop: Base, postgres_base: Base) -> None:
    assert isinstance(postgres_base.location, PostgresLocation)
    target = PostgresLocation(postgres_base.location.url, "copied")
    with pytest.raises(psycopg.OperationalError):
        copy(shop.location, target, stopping("Copying", 60, psycopg.OperationalError))
    assert copy(shop.location, target, quietly).kept_count > 0
    assert held(opened(target)) == held(shop)


@on_sqlite
@pytest.mark.parametrize("room", [0, 60_000, 300_000])
def test_a_disk_without_room_for_the_copy_gets_none(room: int, shop: Base, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    ran = run(room_for(room), "base", "copy", place_text(shop.location), tmp_path / "new" / "copy.db")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran.err
    assert list((tmp_path / "new").iterdir()) == []


@on_sqlite
def test_a_full_disk_gets_none(shop: Base, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    listed = f"\nimport atexit, os\natexit.register(lambda: print(os.listdir({str(disk)!r})))\n"
    ran = run(with_disk(disk, 393_216) + listed, "base", "copy", place_text(shop.location), disk / "copy.db")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "[]\n", 1), ran


@on_sqlite
def test_a_closed_folder_gets_none(shop: Base, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    ran = run(WITHOUT_PRIVILEGES, "base", "copy", place_text(shop.location), tmp_path / "closed" / "copy.db")
    assert (ran.code, ran.out, ran.err.count("\n")) == (4, "", 1), ran
    assert list((tmp_path / "closed").iterdir()) == []
