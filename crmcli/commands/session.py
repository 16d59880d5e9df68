"""What one run of the program knows: its options, its settings, its base, today."""

import getpass
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmcli import settings
from crmcli.errors import CrmError, Wrong
from crmcli.output.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from crmcli.base.location import Location
    from crmcli.base.opening import Base
    from crmcli.base.writing import Writer
    from crmcli.output.values import Look


class Session:
    """One run. `flags` holds the options that every command takes, as text, by their names."""

    def __init__(self) -> None:
        self.flags: dict[str, str] = {}
        self.rates: dict[str, Any] = {}
        self.operation_id: int | None = None
        """The operation that `writing` stored last; None where it had nothing to change."""

    def found(self, name: str) -> settings.Found:
        """A setting's text and where it comes from."""
        in_base = self._base_settings if settings.setting_named(name).place == "base" else {}
        return settings.find(name, self.flags, self._file_settings, in_base)

    def setting(self, name: str) -> Any:
        """A setting's value."""
        found = self.found(name)
        try:
            return settings.checked(settings.setting_named(name), found.value)
        except Wrong as error:
            raise Wrong(f"{error} (from the {found.source})") from None

    @property
    def location(self) -> "Location":
        """Where the base is."""
        from crmcli.base.location import SqliteLocation, read_location

        text = self.setting("base")
        return read_location(text) if text else SqliteLocation(settings.default_base())

    @cached_property
    def base(self) -> "Base | None":
        """The base, None where there is none yet."""
        from crmcli.base.opening import open_base

        return open_base(self.location)

    @property
    def existing_base(self) -> "Base":
        """The base. CrmError where there is none yet."""
        if self.base is None:
            raise CrmError(
                f"there is no base at {self.location} yet: the first contact add or import makes it, "
                "or choose another with --base"
            )
        return self.base

    @contextmanager
    def reading(self) -> "Iterator[Connection]":
        """A connection that sees one state of the base. CrmError where there is no base yet."""
        from crmcli.base.writing import reading

        with reading(self.existing_base) as connection:
            yield connection

    @contextmanager
    def writing(self, command: str, *, by_anybody: bool = False) -> "Iterator[Writer]":
        """One operation on the base, which is created where there is none.

        UnknownName where an employee acts whom the base does not have, unless it is open to anybody.
        """
        from crmcli.base.writing import writing

        with (
            self._base_to_write() as base,
            writing(base, command, self._actor(base, by_anybody=by_anybody)) as writer,
        ):
            yield writer
        self.operation_id = writer.operation_id if writer.kept else None

    @contextmanager
    def trying(self, command: str) -> "Iterator[Writer]":
        """The same, but nothing is kept; where there is no base yet, in one that is thrown away."""
        from tempfile import TemporaryDirectory

        from crmcli.base.location import SqliteLocation
        from crmcli.base.opening import open_or_create
        from crmcli.base.writing import writing

        with TemporaryDirectory(prefix="crmcli-") as folder:
            base = self.base or open_or_create(SqliteLocation(Path(folder) / "trial.db"))
            with writing(base, command, self._actor(base), keep=False) as writer:
                yield writer

    @property
    def employee(self) -> str:
        """The name of the employee who acts; empty where none is named."""
        return str(self.setting("employee"))

    @cached_property
    def today(self) -> date:
        """Today's date in the base's time zone."""
        return datetime.now().astimezone(self._zone).date()

    def start_of(self, day: date) -> datetime:
        """The UTC time, without a mark, at which a day begins in the base's time zone."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC).replace(tzinfo=None)

    def local_time(self, at: datetime) -> datetime:
        """A UTC time of the base, which has no mark, in the base's time zone."""
        return at.replace(tzinfo=UTC).astimezone(self._zone)

    @property
    def currency_digits(self) -> int:
        """Decimal digits of the base's currency."""
        from crmcli.values.money import digits_of

        return digits_of(self.setting("currency"))

    @property
    def look(self) -> "Look":
        """How amounts are written for this base."""
        from crmcli.output.values import Look

        return Look(self.setting("currency"), "meta" in self.flags)

    @property
    def output(self) -> Path | None:
        """The file the answer goes to, None for standard output (-)."""
        named = self.flags.get("output", "-")
        return None if named == "-" else Path(named)

    @property
    def base_files(self) -> "list[Path]":
        """The files that are the base; none on a server."""
        from crmcli.base.location import SqliteLocation

        location = self.location
        if not isinstance(location, SqliteLocation):
            return []
        return [location.path.with_name(location.path.name + ending) for ending in ("", "-wal", "-shm")]

    def keep_from_output(self, files: "Iterable[Path]") -> None:
        """Sees that the answer does not replace one of these files. Raises Wrong."""
        if self.output:
            keep_from(self.output, "--output", files)

    @property
    def format(self) -> str:
        """The form of the answer: named, or told by the ending of --output, or the user's own."""
        ending = self.output.suffix.removeprefix(".") if self.output else ""
        if "format" not in self.flags and ending in settings.FORMATS:
            return ending
        return str(self.setting("format"))

    @property
    def limit(self) -> int | None:
        """How many rows a list may have; None for all. Lists are cut short on a terminal alone, unless told."""
        if "limit" in self.flags or (self.format == "table" and not self.output and sys.stdout.isatty()):
            return int(self.setting("limit"))
        return None

    @property
    def tells_counts(self) -> bool:
        """Whether the answer says how many rows there are that it does not have."""
        return self.format == "table" or "meta" in self.flags

    @property
    def can_ask(self) -> bool:
        """Whether somebody is there to answer a question."""
        return "no_input" not in self.flags and sys.stdin.isatty()

    def confirm(self, question: str) -> bool:
        """Whether the user agrees: --yes, or an answer at the prompt. Wrong where nobody can be asked."""
        if "yes" in self.flags:
            return True
        if not self.can_ask:
            raise Wrong(f"{question} Nobody is there to answer: add --yes. Nothing was changed")
        return asked(f"{question} [y/N] ").casefold() in {"y", "yes", "д", "да"}

    def answer(self, question: str, otherwise: str) -> str:
        """What the user types at the prompt. Wrong, which says what to do `otherwise`, where nobody can be asked."""
        if not self.can_ask:
            raise Wrong(f"{otherwise}. Nothing was changed")
        return asked(question)

    @cached_property
    def _zone(self) -> "ZoneInfo | None":
        """The base's time zone; None for that of this computer."""
        zone = self.setting("time_zone")
        if zone == "local":
            return None
        from zoneinfo import ZoneInfo

        return ZoneInfo(zone)

    def _actor(self, base: "Base", *, by_anybody: bool = False) -> str:
        """Who acts: the full name of the employee named, else the system's user."""
        if by_anybody or not self.employee:
            return self.employee or _system_user()
        from crmcli.base.writing import reading
        from crmcli.commands import finding

        with reading(base) as connection:
            return finding.employee_name(connection, finding.employee_id(connection, self.employee))

    @cached_property
    def _file_settings(self) -> dict[str, str]:
        return settings.read_settings_file()

    @cached_property
    def _base_settings(self) -> dict[str, str]:
        from crmcli.questions.settings import stored_settings

        if self.base is None:
            return {}
        with self.reading() as connection:
            return {row.key: row.value for row in connection.execute(stored_settings())}

    @contextmanager
    def _base_to_write(self) -> "Iterator[Base]":
        """The base, or a new one in the making, which everything that is asked meanwhile is asked of."""
        from crmcli.base.opening import opened_to_write

        if self.base is not None:
            yield self.base
            return
        if not self.setting("base"):
            settings.default_base().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with opened_to_write(self.location) as base:
            self.__dict__["base"] = base
            try:
                yield base
            finally:
                del self.__dict__["base"]


def asked(question: str) -> str:
    """What is typed behind a question, in which nothing is left that a terminal would obey."""
    sys.stderr.write(clean(question))
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def keep_from(path: Path, option: str, files: "Iterable[Path]") -> None:
    """Sees that what an option writes does not replace one of these files. Raises Wrong."""
    if path.exists() and any(file.exists() and path.samefile(file) for file in files):
        raise Wrong(f"{option} {path} would replace the file itself: choose another")


_CURRENT: ContextVar[Session] = ContextVar("session")


def current() -> Session:
    """The session of this run."""
    return _CURRENT.get()


def begin() -> Session:
    """A new session, from now on the current one."""
    session = Session()
    _CURRENT.set(session)
    return session


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # cron may run us without a name, a container without an account
        return "unknown"
