"""A copy of a base on a server, made and brought back by PostgreSQL's own programs."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, text

from crmcli.base.digest import Content, content_of
from crmcli.base.location import PostgresLocation
from crmcli.base.patience import PATIENCE
from crmcli.base.writing import turn_key
from crmcli.errors import Busy, CrmError


class ProgramMissing(CrmError):
    """A program of PostgreSQL is not here, or is too old for the server."""


def dump_base(engine: Engine, location: PostgresLocation, file: BinaryIO) -> Content:
    """Copies the base into an empty file, and returns what that holds. Raises CrmError."""
    with engine.connect() as connection, connection.begin():
        dump, restore = (_program(name, connection) for name in ("pg_dump", "pg_restore"))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        words = ["--format=custom", f"--schema={location.schema}", "--no-owner", "--no-privileges"]
        with _running([dump, *words, f"--snapshot={snapshot}", *_to_server(location)], location, stdout=file):
            pass
        content = content_of(connection)
    check_dump(restore, file)
    return content


def check_dump(restore: str, file: BinaryIO) -> None:
    """Sees that pg_restore can read all of a dump. Raises CrmError."""
    file.seek(0)
    with _running([restore, "--file=-"], None, stdin=file, stdout=subprocess.DEVNULL):
        pass


def restore_dump(engine: Engine, location: PostgresLocation, path: Path, former: str | None) -> None:
    """Brings a dump back in one transaction, in which the present schema gets the name `former`. Raises CrmError."""
    with engine.connect() as connection:
        restore, psql = (_program(name, connection) for name in ("pg_restore", "psql"))
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=verbose", "--file=-"]
    words = [psql, *options, *_to_server(location)]
    with (
        _running(words, location, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as storing,
        suppress(BrokenPipeError),  # it says itself why it went away
    ):
        storing.stdin.write(_beginning(location.schema, former).encode())
        with _running([restore, "--file=-", str(path)], None, stdout=subprocess.PIPE) as reading:
            shutil.copyfileobj(reading.stdout, storing.stdin)
        storing.stdin.write(b"\nCOMMIT;\n")  # what ends before it, however, has changed nothing
        storing.stdin.close()


def dumped_rows(path: Path, schema: str, table: str) -> Iterator[dict[str, str]]:
    """The rows of a table in a dump, as text. Raises ProgramMissing where nothing here can read it."""
    words = [_found("pg_restore"), "--data-only", f"--schema={schema}", f"--table={table}", "--file=-", str(path)]
    columns: list[str] = []
    with _running(words, None, stdout=subprocess.PIPE) as reading:
        for line in map(bytes.decode, reading.stdout):
            if match := re.match(r"COPY \S+ \((.*)\) FROM stdin;", line):
                columns = [name.strip('"') for name in match[1].split(", ")]
            elif line == "\\.\n":
                columns = []
            elif columns:
                yield dict(zip(columns, line[:-1].split("\t"), strict=True))


def _beginning(schema: str, former: str | None) -> str:
    """Begins, and moves the present schema out of the way as soon as nobody writes to it."""
    begin = f"SET lock_timeout = {round(PATIENCE * 1000)}; BEGIN;\n"
    if former is None:
        return begin
    key = turn_key(f"'\"{schema}\"'::regnamespace")
    return f'{begin}SELECT pg_advisory_xact_lock({key});\nALTER SCHEMA "{schema}" RENAME TO "{former}";\n'


def _program(name: str, connection: Connection) -> str:
    """The path of a program that knows the server's version. Raises ProgramMissing."""
    path = _found(name)
    server = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    asked = [path, "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # noqa: S603 - found on the path
    match = re.search(r"\d+", said)
    if not match or int(match[0]) < server:
        raise ProgramMissing(
            f"{name} is too old for the server ({said.strip() or 'of no version'}; the server is PostgreSQL {server}): "
            f"install PostgreSQL's client programs of version {server}"
        )
    return path


def _found(name: str) -> str:
    if path := shutil.which(name):
        return path
    raise ProgramMissing(
        f"{name} is not here: a base on a server is backed up and restored by PostgreSQL's own programs. "
        "Install its client programs (postgresql-client), or let the server's keeper make backups"
    )


def _to_server(location: PostgresLocation) -> list[str]:
    """How PostgreSQL's programs reach the server; the password goes another way, for others see these words."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    known = {name: value for name, value in conninfo_to_dict(location.url).items() if name != "password"}
    return ["--no-password", f"--dbname={make_conninfo('', **known)}"]


@contextmanager
def _running(words: list[str], location: PostgresLocation | None, **streams: Any) -> Iterator[Any]:
    """A program of PostgreSQL while it runs. CrmError with what it said where it ends otherwise than it should."""
    with TemporaryFile() as said:
        streams = {"stdin": subprocess.DEVNULL, **streams, "stderr": said}
        running = subprocess.Popen(words, env=_environment(location), **streams)  # noqa: S603 - no word is a shell's
        try:
            yield running
        except BaseException:
            running.kill()
            raise
        finally:
            _close(running)
        if running.returncode:
            said.seek(0)
            raise _failure(Path(words[0]).name, said.read().decode(errors="replace"))


def _close(running: Any) -> None:
    for stream in (running.stdin, running.stdout):
        if stream:
            with suppress(BrokenPipeError):
                stream.close()
    running.wait()


def _environment(location: PostgresLocation | None) -> dict[str, str]:
    from psycopg.conninfo import conninfo_to_dict

    password = conninfo_to_dict(location.url).get("password") if location else None
    return os.environ | {"LC_ALL": "C"} | ({"PGPASSWORD": str(password)} if password else {})


def _failure(program: str, said: str) -> CrmError:
    if "55P03" in said:
        return Busy("the base is busy: another command is writing to it. Try again in a moment")
    lines = [line.strip() for line in said.splitlines() if "error" in line.lower()] or said.splitlines() or ["killed"]
    return CrmError(f"{program} failed: {lines[0].removeprefix(f'{program}: error: ')}")
